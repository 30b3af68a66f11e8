//! Twins of a draft: the contract that has its number, and contracts of the same parties in the same period with the
//! same title, which may be the same contract.

use crate::domain::text_input::key;
use crate::error::{Error, FieldError};
use crate::services::contracts::drafts::fields::Fields;
use crate::services::contracts::input_checks::taken_number;
use crate::services::contracts::list::ContractName;
use crate::services::shared::typed_values::parse_date;
use crate::storage::AnyConnection;
use crate::storage::contracts::drafts::Draft;
use crate::storage::contracts::titles::{self, SameTerm};
use crate::storage::ids::ContractId;
use crate::storage::registry::organisations;

/// Finds the contracts of the draft's parties in its period that have its title; empty while one of these is missing.
pub(super) fn find_twins(
    connection: &mut AnyConnection,
    draft: &Draft,
    fields: &Fields,
) -> Result<Vec<ContractName>, Error> {
    let day = |name: &str| parse_date(fields.value(name)).ok();
    let (Some(starts_on), Some(ends_on)) = (day("starts_on"), day("ends_on")) else { return Ok(Vec::new()) };
    let title = key(fields.value("title"));
    let contractor = organisations::contractor_by_credit_code(connection, fields.value("contractor"))?;
    let Some(contractor) = contractor.filter(|_| !title.is_empty()) else { return Ok(Vec::new()) };
    let (purchaser, contractor) = (draft.organisation_id, contractor.organisation_id);
    let term = SameTerm { purchaser, contractor, starts_on, ends_on, except: draft.contract_id.or(draft.amends_id) };
    let found = titles::in_same_term(connection, &term)?;
    let same = found.into_iter().filter(|(.., other)| key(other) == title);
    Ok(same.map(|(id, number, title)| ContractName { id, number, title }).collect())
}

/// Returns the fault of a number that another contract has, for which registering would refuse the draft.
pub(super) fn number_fault(
    connection: &mut AnyConnection,
    draft: &Draft,
    fields: &Fields,
) -> Result<Option<FieldError>, Error> {
    let number = key(fields.value("number"));
    if number.is_empty() || draft.amends_id.is_some() {
        return Ok(None);
    }
    let message = taken_number(connection, &number, draft.contract_id.map(ContractId))?;
    Ok(message.map(|message| FieldError { path: "number".to_owned(), message }))
}
