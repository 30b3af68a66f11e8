//! Checks of a contract's input: its texts, its due days, and that its number is free.

use crate::domain::details::Details;
use crate::domain::terms::{Deliverable, Terms};
use crate::domain::text_input::{identifier, key};
use crate::error::{Error, FieldError, Message};
use crate::services::contracts::registration::{ContractInput, read_head};
use crate::services::shared::faults::Faults;
use crate::storage::AnyConnection;
use crate::storage::contracts::{self, Head};
use crate::storage::identity::people::Seat;
use crate::storage::ids::ContractId;
use crate::storage::registry::organisations::{self, Contractor};
use crate::storage::registry::version::RegisterVersion;

/// Checks an input and resolves the rows that it names. Returns the head, the contractor and the version of the
/// registers.
///
/// # Errors
/// `Refused` with every fault of the parties, texts and terms, and for a number that a contract other than `own` has;
/// `Internal`; database errors.
pub(super) fn resolve_head(
    connection: &mut AnyConnection,
    input: &ContractInput,
    seat: &Seat,
    own: Option<ContractId>,
) -> Result<(Head, Contractor, RegisterVersion), Error> {
    let (holder, version) = contracts::holder_of_number(connection, &key(&input.number))?;
    let taken = match holder.filter(|holder| Some(*holder) != own) {
        Some(_) => taken_number(connection, &key(&input.number), own)?,
        None => None,
    };
    match (read_head(connection, &version, input, seat), taken) {
        (Ok((head, contractor)), None) => Ok((head, contractor, version)),
        (Ok(_), Some(message)) => Err(Error::refused_at("unique-number", "number", message)),
        (Err(Error::Refused { mut errors, .. }), Some(message)) => {
            errors.push(FieldError { path: "number".to_owned(), message });
            Err(Error::Refused { rule: "register".to_owned(), errors })
        }
        (Err(error), _) => Err(error),
    }
}

/// Returns the fault of a number that a contract other than `own` has in any spelling; it names that contract and its
/// purchaser.
pub(super) fn taken_number(
    connection: &mut AnyConnection,
    number_key: &str,
    own: Option<ContractId>,
) -> Result<Option<Message>, Error> {
    let Some(other) = contracts::by_number_key(connection, number_key)?.filter(|other| Some(other.id) != own) else {
        return Ok(None);
    };
    let purchaser = organisations::by_ids(connection, &[other.purchaser_id])?;
    let message = Message::new("number-taken")
        .with("number", other.number)
        .with("bureau", purchaser.first().map_or("", |bureau| bureau.name.as_str()));
    Ok(Some(message))
}

/// Returns the faults of deliverables that would be due before the term begins, each at its path within the input.
///
/// The standing accepts such terms, because contracts registered earlier may have them.
pub(super) fn due_faults(terms: &Terms, details: &Details) -> Vec<FieldError> {
    let early = terms.deliverables.iter().enumerate().filter(|(_, deliverable)| deliverable.due_on < terms.starts_on);
    let fault = |(row, deliverable): (usize, &Deliverable)| FieldError {
        path: format!("terms.deliverables[{row}].due_on"),
        message: Message::new("due-before-start")
            .with("name", details.deliverable(deliverable.code.as_str()))
            .with("due_on", deliverable.due_on)
            .with("starts_on", terms.starts_on),
    };
    early.map(fault).collect()
}

/// Returns the faults of an input's texts, those within the terms and the details included.
pub(super) fn text_faults(input: &ContractInput) -> Result<Vec<FieldError>, Error> {
    let mut faults = Faults::new("register");
    let number = identifier(&input.number);
    for (path, text) in [("number", &number), ("title", &input.title), ("method", &input.method)] {
        faults.line(path, text);
    }
    faults.optional_line("plan_no", &identifier(input.plan_no.as_deref().unwrap_or_default()));
    let json = |value: serde_json::Result<serde_json::Value>| value.map_err(|error| Error::Internal(error.to_string()));
    faults.hidden_within("terms", &json(serde_json::to_value(&input.terms))?);
    faults.hidden_within("details", &json(serde_json::to_value(&input.details))?);
    Ok(faults.into_errors())
}
