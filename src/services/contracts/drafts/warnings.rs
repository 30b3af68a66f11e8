//! Warnings about a draft that can be registered: conditions of signing that its terms do not meet, and an
//! appropriation that does not cover its amount. A later step would refuse each of these.

use chrono::{Datelike, Days, NaiveDate};

use crate::domain::calendar::Calendar;
use crate::domain::catalogue;
use crate::domain::details::Details;
use crate::domain::facts::Facts;
use crate::domain::standing::{Trails, expected_payments, standing};
use crate::domain::statutes;
use crate::domain::terms::{Deliverable, Item, Terms};
use crate::domain::text_input::identifier;
use crate::error::{Error, FieldError, Message};
use crate::services::contracts::drafts::amending::Amended;
use crate::services::contracts::drafts::fields::Fields;
use crate::services::contracts::drafts::reading::field_of;
use crate::services::contracts::funding;
use crate::services::registry::statute_settings;
use crate::services::shared::typed_values::parse_date;
use crate::storage::AnyConnection;
use crate::storage::contracts::drafts::Draft;
use crate::storage::registry::{appropriations, organisations};

/// Returns the warnings about a draft's terms, each at its field; empty while the terms have faults.
pub(super) fn of_terms(
    connection: &mut AnyConnection,
    (draft, fields): (&Draft, &Fields),
    terms: Option<&(Terms, Details)>,
    (today, calendar): (NaiveDate, &Calendar),
) -> Result<Vec<FieldError>, Error> {
    let Some((terms, details)) = terms else { return Ok(Vec::new()) };
    let sme = match fields.value("contractor") {
        "" => false,
        code => organisations::contractor_by_credit_code(connection, code)?.is_some_and(|found| found.sme),
    };
    let signed_on = fields.value("signed_on").parse().unwrap_or(today);
    let parameters = statute_settings::parameters(connection)?;
    let breached = statutes::before_signing((terms, details), sme, (signed_on, &parameters)).into_iter();
    let mut found: Vec<FieldError> = breached
        .map(|breached| FieldError {
            path: field_of(&breached.path),
            message: Message { key: breached.code, args: breached.args },
        })
        .collect();
    found.extend(barred_services((terms, details), signed_on));
    // The amount that an amendment commits is shown with its other figures.
    if draft.amends_id.is_none() {
        let chosen = appropriations::by_public_id(connection, fields.value("appropriation"))?;
        let plan_no = identifier(fields.value("plan_no"));
        let of = (chosen.as_ref().map(|chosen| chosen.id), draft.organisation_id, plan_no.as_str());
        let fault = funding::figures(connection, of, terms.amount.fen(), Some(today))?.fault;
        let late = chosen.map(|chosen| paid_later((terms, details), chosen.year, calendar)).unwrap_or_default();
        let faults = fault.into_iter().chain(late);
        found.extend(faults.map(|message| FieldError { path: "appropriation".to_owned(), message }));
    }
    Ok(found)
}

/// Returns a warning for each service whose name shows that a rule forbids buying it. The names are free text, so that
/// nothing is refused.
fn barred_services((terms, details): (&Terms, &Details), on: NaiveDate) -> Vec<FieldError> {
    let warning = |(row, item): (usize, &Item)| {
        let words = details.items.get(item.code.as_str())?;
        let bar = [&words.name, &words.service].into_iter().find_map(|name| catalogue::bar_of_name(name, on))?;
        let message = Message::new("service-barred").with("since", bar.since).with("basis", bar.basis);
        Some(FieldError { path: format!("items.{row}.name"), message })
    };
    terms.items.iter().enumerate().filter_map(warning).collect()
}

/// Returns a notice at the due day of each deliverable that was extended. A day that stays is extended as before; another
/// day includes what was granted before the amendment takes effect, and is extended by the rest.
pub(super) fn of_extensions(
    amended: &Amended,
    (fields, terms): (&Fields, Option<&(Terms, Details)>),
    (today, calendar): (NaiveDate, &Calendar),
) -> Vec<FieldError> {
    let Some((terms, details)) = terms else { return Vec::new() };
    let effective_on = parse_date(fields.value("effective_on")).unwrap_or(today);
    let notice = |(row, deliverable): (usize, &Deliverable)| {
        let old = amended.terms.deliverables.iter().find(|old| old.code == deliverable.code)?;
        let stays = old.due_on == deliverable.due_on;
        let own = amended.extensions.iter().filter(|extension| extension.deliverable == deliverable.code);
        let counting = own.filter(|extension| stays || extension.on >= effective_on);
        let days: u64 = counting.map(|extension| u64::from(extension.days.get())).sum();
        let until = deliverable.due_on.checked_add_days(Days::new(days)).filter(|_| days > 0)?;
        let message = Message::new(if stays { "amendment-extended" } else { "amendment-extended-since" })
            .with("name", details.deliverable(deliverable.code.as_str()))
            .with("days", days)
            .with("effective", effective_on)
            .with("until", calendar.roll(until));
        Some(FieldError { path: format!("deliverables.{row}.due_on"), message })
    };
    terms.deliverables.iter().enumerate().filter_map(notice).collect()
}

/// Returns a warning for each milestone that, if everything is delivered as agreed, is paid after the appropriation has
/// lapsed, that is, after its year.
fn paid_later((terms, details): (&Terms, &Details), year: i32, calendar: &Calendar) -> Vec<Message> {
    let Ok(standing) = standing(terms, &Facts::default(), calendar, terms.starts_on, Trails::Off) else {
        return Vec::new();
    };
    let expected = expected_payments(terms, &standing, calendar, false);
    let late = standing.milestones.iter().zip(expected).filter_map(|(milestone, payment)| {
        let on = payment.map(|payment| payment.on).filter(|on| on.year() > year)?;
        let name = details.milestone(milestone.code.as_str());
        let said = Message::new("appropriation-lapses-before").with("milestone", name).with("on", on.to_string());
        Some(said.with("year", year.to_string()))
    });
    late.collect()
}
