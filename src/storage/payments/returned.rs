//! Steps that returned a payment request, or a recorded payment, to the person who made it.

use std::collections::BTreeMap;

use diesel::prelude::*;

use crate::domain::codes::PaymentKind;
use crate::domain::payments::PaymentStep;
use crate::schema::{payment_steps, payments};
use crate::storage::Result;
use crate::storage::backend::AnyConnection;
use crate::storage::ids::{ContractId, PersonId};
use crate::storage::statements::{lengthened, load_listed};

/// The last payment request of a milestone and kind that was returned.
#[derive(Debug)]
pub struct ReturnedRequest {
    pub contract: ContractId,
    pub milestone: String,
    pub kind: PaymentKind,
    /// Person who returned the request, with the reason.
    pub by: PersonId,
    pub reason: String,
}

/// Loads the payment requests of these contracts that were returned and not made again.
pub fn last_returned(connection: &mut AnyConnection, contracts: &[ContractId]) -> Result<Vec<ReturnedRequest>> {
    if contracts.is_empty() {
        return Ok(Vec::new());
    }
    let is_return =
        payment_steps::payment_id.eq(payments::id).and(payment_steps::action.eq(PaymentStep::Return.as_str()));
    type Row = (i64, String, Option<String>, Option<i64>, Option<String>);
    let contracts = lengthened(contracts.iter().map(|id| id.0));
    let found: Vec<Row> = load_listed!(
        connection,
        contracts,
        payments::table
            .left_join(payment_steps::table.on(is_return))
            .filter(payments::contract_id.eq_any(&contracts))
            .order((payments::contract_id, payments::id))
            .select((
                payments::contract_id,
                payments::milestone,
                payments::kind,
                payment_steps::person_id.nullable(),
                payment_steps::note.nullable(),
            ))
    )?;
    let mut last = BTreeMap::new();
    for (contract, milestone, kind, by, reason) in found {
        last.insert((contract, milestone, kind), by.zip(reason));
    }
    let returned = last.into_iter().filter_map(|((contract, milestone, kind), returned)| {
        let (by, reason) = returned?;
        let (contract, kind, by) = (ContractId(contract), PaymentKind::try_from(kind).ok()?, PersonId(by));
        Some(ReturnedRequest { contract, milestone, kind, by, reason })
    });
    Ok(returned.collect())
}

/// Loads the public identifiers of the given payment requests whose last step is the given one, with the person who
/// took it and the note.
pub fn whose_last_step_is(
    connection: &mut AnyConnection,
    public_ids: &[&str],
    step: PaymentStep,
) -> Result<Vec<(String, PersonId, String)>> {
    if public_ids.is_empty() {
        return Ok(Vec::new());
    }
    let ids = lengthened(public_ids.iter().copied());
    let found: Vec<(String, String, i64, String)> = load_listed!(
        connection,
        ids,
        payments::table
            .inner_join(payment_steps::table)
            .filter(payments::public_id.eq_any(&ids))
            .order((payments::public_id, payment_steps::seq))
            .select((payments::public_id, payment_steps::action, payment_steps::person_id, payment_steps::note))
    )?;
    let last: BTreeMap<String, (String, i64, String)> =
        found.into_iter().map(|(id, action, by, note)| (id, (action, by, note))).collect();
    let last = last.into_iter().filter(|(_, (action, ..))| action == step.as_str());
    Ok(last.map(|(id, (_, by, note))| (id, PersonId(by), note)).collect())
}
