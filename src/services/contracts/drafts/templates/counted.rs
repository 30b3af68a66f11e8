//! Fields of a registration without parties and numbers, whose days and years count from the first day of the service:
//! what a template holds, and back to the fields of a draft.

use chrono::NaiveDate;

use crate::domain::term_days::{TermDay, count_years, fill_years};
use crate::error::{Error, Message};
use crate::services::contracts::drafts::copying::{DAYS, LEFT, NAMED};
use crate::services::contracts::drafts::fields::Fields;
use crate::services::contracts::drafts::steps::STEPS;
use crate::services::shared::typed_values::parse_date;

/// Fields of the parties, which no template holds. Numbers, appropriation and notes are left out as in a copy.
const PARTIES: &[&str] = &["purchaser", "funder", "contractor"];
const STARTS_ON: &str = "starts_on";

/// Fields by their use of days and years.
enum Use {
    Day,
    Years,
    Neither,
}

fn use_of(name: &str) -> Use {
    let parts: Vec<&str> = name.split('.').collect();
    match parts.as_slice() {
        [.., last] if DAYS.contains(last) => Use::Day,
        ["title"] | ["clauses", _, "deliverables"] => Use::Years,
        [list, _, "code" | "name" | "milestone"] if NAMED.contains(list) => Use::Years,
        _ => Use::Neither,
    }
}

/// Returns the fields of a template from those of a registration. A day that cannot be read is left out.
///
/// # Errors
/// `Refused` for a registration without a first day.
pub fn count(fields: &Fields) -> Result<Fields, Error> {
    let first = parse_date(fields.value(STARTS_ON))
        .map_err(|_| Error::refused_at("template", "", Message::new("contract-template-no-start")))?;
    let mut counted = Fields::default();
    let is_held = |name: &str| {
        STEPS.iter().any(|step| step.owns(name)) && ![LEFT, PARTIES].iter().any(|left| left.contains(&name))
    };
    for (name, value) in fields.all().filter(|(name, _)| is_held(name)) {
        let value = match use_of(name) {
            Use::Day => parse_date(value).map(|day| TermDay::of(first, day).to_string()).unwrap_or_default(),
            Use::Years => count_years(value, first),
            Use::Neither => value.to_owned(),
        };
        counted.set(name, value);
    }
    counted.set(STARTS_ON, TermDay::start(first));
    Ok(counted)
}

/// Returns the fields of a draft from those of a template, for a service that starts on a day.
///
/// # Errors
/// `Refused` at `starts_on` for a first day that would move other days out of range.
pub fn fill(template: &Fields, first: NaiveDate) -> Result<Fields, Error> {
    let beyond = || Error::refused_at("template", STARTS_ON, Message::new("typed-day-beyond").with("day", first));
    let begun: TermDay = template.value(STARTS_ON).parse().unwrap_or_else(|()| TermDay::start(first));
    let mut fields = Fields::default();
    for (name, value) in template.all() {
        let value = match use_of(name) {
            Use::Day => {
                let counted: Option<TermDay> = value.parse().ok();
                let day = counted.and_then(|day| day.day(begun, first));
                day.ok_or_else(beyond)?.to_string()
            }
            Use::Years => fill_years(value, first),
            Use::Neither => value.to_owned(),
        };
        fields.set(name, value);
    }
    fields.set(STARTS_ON, first);
    // The range of days is that of typed ones.
    parse_date(fields.value(STARTS_ON)).map_err(|_| beyond())?;
    Ok(fields)
}
