//! Warnings about a draft that can be registered: conditions of signing that its terms do not meet, and an
//! appropriation that does not cover its amount. A later step would refuse each of these.

use chrono::NaiveDate;

use crate::domain::details::Details;
use crate::domain::statutes;
use crate::domain::terms::Terms;
use crate::error::{Error, FieldError, Message};
use crate::services::contracts::drafts::fields::Fields;
use crate::services::contracts::drafts::reading::field_of;
use crate::services::contracts::funding;
use crate::storage::AnyConnection;
use crate::storage::contracts::drafts::Draft;
use crate::storage::registry::{appropriations, organisations};

/// Returns the warnings about a draft's terms, each at its field; empty while the terms have faults.
pub(super) fn of_terms(
    connection: &mut AnyConnection,
    (draft, fields): (&Draft, &Fields),
    terms: Option<&(Terms, Details)>,
    today: NaiveDate,
) -> Result<Vec<FieldError>, Error> {
    let Some((terms, details)) = terms else { return Ok(Vec::new()) };
    let sme = match fields.value("contractor") {
        "" => false,
        code => organisations::contractor_by_credit_code(connection, code)?.is_some_and(|found| found.sme),
    };
    let signed_on = fields.value("signed_on").parse().unwrap_or(today);
    let breached = statutes::before_signing(terms, details, sme, signed_on).into_iter();
    let mut found: Vec<FieldError> = breached
        .map(|breached| FieldError {
            path: field_of(&breached.path),
            message: Message { key: breached.code, args: breached.args },
        })
        .collect();
    // The amount that an amendment commits is shown with its other figures.
    if draft.amends_id.is_none() {
        let chosen = appropriations::by_public_id(connection, fields.value("appropriation"))?;
        let of = (chosen.map(|chosen| chosen.id), draft.organisation_id);
        let fault = funding::figures(connection, of, terms.amount.fen())?.fault;
        found.extend(fault.map(|message| FieldError { path: "appropriation".to_owned(), message }));
    }
    Ok(found)
}
