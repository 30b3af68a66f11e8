//! Returns to be corrected: the reason and the person. A contract is returned to its officer, a submission or a payment
//! request to the contractor, and a recorded payment to the cashier.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::domain::codes::{FactKind, PaymentKind};
use crate::domain::facts::Decision;
use crate::domain::payments::PaymentStep;
use crate::domain::policy::Action;
use crate::domain::tasks::TaskKind;
use crate::error::Error;
use crate::services::contracts::record::{Reversal, stored};
use crate::storage::AnyConnection;
use crate::storage::audit::hash_chains;
use crate::storage::contracts::facts;
use crate::storage::contracts::list::WorkRow;
use crate::storage::identity::names::Names;
use crate::storage::ids::{ContractId, PersonId};
use crate::storage::payments::returned as payments;

/// Prefix of the name of a contract's hash chain.
const CHAIN: &str = "contract:";

/// A return: its reason, and the name of the person who returned it.
pub(super) struct Returned {
    pub reason: String,
    pub by: String,
}

/// Contract, kind and subject of the task that corrects a return.
type Key = (ContractId, &'static str, String);

/// Returns by the task that corrects each of them.
pub(super) struct Returns(BTreeMap<Key, Returned>);

impl Returns {
    /// Loads the returns that these tasks correct. The number of queries does not depend on the number of tasks.
    /// `contracts` are the public identifiers of their contracts.
    ///
    /// # Errors
    /// `Internal` for a fact or an event that this program did not write.
    pub fn load(
        connection: &mut AnyConnection,
        tasks: &[WorkRow],
        contracts: &BTreeMap<ContractId, &str>,
    ) -> Result<Self, Error> {
        let of = |kinds: &[TaskKind]| {
            let of_kind = tasks.iter().filter(|row| kinds.iter().any(|kind| row.task.kind == kind.as_str()));
            let mut ids: Vec<ContractId> = of_kind.map(|row| row.contract).collect();
            ids.sort_unstable();
            ids.dedup();
            ids
        };
        let mut found: Vec<(Key, PersonId, String)> = Vec::new();
        add_contracts(connection, &of(&[TaskKind::Submit]), contracts, &mut found)?;
        add_rejections(connection, &of(&[TaskKind::Deliver]), &mut found)?;
        for one in payments::last_returned(connection, &of(&[TaskKind::RequestPayment, TaskKind::RequestInterest]))? {
            let kind = match one.kind {
                PaymentKind::Principal => TaskKind::RequestPayment,
                PaymentKind::Interest => TaskKind::RequestInterest,
            };
            found.push(((one.contract, kind.as_str(), one.milestone), one.by, one.reason));
        }
        let recorded = tasks.iter().filter(|row| row.task.kind == TaskKind::PayPayment.as_str());
        let recorded: Vec<(ContractId, &str)> = recorded.map(|row| (row.contract, row.task.subject.as_str())).collect();
        let ids: Vec<&str> = recorded.iter().map(|(_, id)| *id).collect();
        for (id, by, reason) in payments::whose_last_step_is(connection, &ids, PaymentStep::Disallow)? {
            let contract = recorded.iter().find(|(_, known)| *known == id).map(|(contract, _)| *contract);
            found.extend(contract.map(|contract| ((contract, TaskKind::PayPayment.as_str(), id), by, reason)));
        }
        let names = Names::load(connection, found.iter().map(|(_, by, _)| Some(by.0)))?;
        // A later one replaces an earlier one.
        let returned = |(key, by, reason)| (key, Returned { reason, by: names.of(by) });
        Ok(Self(found.into_iter().map(returned).collect()))
    }

    /// Finds the return that a task corrects, if there is one.
    pub fn of(&self, row: &WorkRow) -> Option<&Returned> {
        let kind = TaskKind::parse(&row.task.kind)?;
        self.0.get(&(row.contract, kind.as_str(), row.task.subject.clone()))
    }
}

/// Adds the last return of each draft.
fn add_contracts(
    connection: &mut AnyConnection,
    drafts: &[ContractId],
    contracts: &BTreeMap<ContractId, &str>,
    found: &mut Vec<(Key, PersonId, String)>,
) -> Result<(), Error> {
    let drafts: Vec<(ContractId, String)> =
        drafts.iter().filter_map(|id| Some((*id, format!("{CHAIN}{}", contracts.get(id)?)))).collect();
    if drafts.is_empty() {
        return Ok(());
    }
    let streams: Vec<String> = drafts.iter().map(|(_, stream)| stream.clone()).collect();
    let actions =
        [Action::ReturnInChain, Action::ReturnSubmitted, Action::ReturnFunded].map(|action| action.right().name);
    for (stream, actor, body) in hash_chains::acts_of(connection, &streams, &actions)? {
        let body: Value = stored(&body)?;
        let reason = body["reason"].as_str().unwrap_or_default().to_owned();
        let contract = drafts.iter().find(|(_, known)| *known == stream).map(|(id, _)| *id);
        let key = contract.map(|id| (id, TaskKind::Submit.as_str(), String::new()));
        found.extend(key.zip(actor).map(|(key, actor)| (key, actor, reason)));
    }
    Ok(())
}

/// Adds the rejections of submissions that were not reversed.
fn add_rejections(
    connection: &mut AnyConnection,
    contracts: &[ContractId],
    found: &mut Vec<(Key, PersonId, String)>,
) -> Result<(), Error> {
    if contracts.is_empty() {
        return Ok(());
    }
    let rows = facts::rejections_of(connection, contracts)?;
    let mut reversed = Vec::new();
    for (contract, row) in rows.iter().filter(|(_, row)| row.kind == FactKind::Reversal) {
        reversed.push((*contract, stored::<Reversal>(&row.body)?.seq));
    }
    let rejected = rows.iter().filter(|(_, row)| row.kind == FactKind::Decision);
    for (contract, row) in rejected.filter(|(contract, row)| !reversed.contains(&(*contract, row.seq))) {
        let decision: Decision = stored(&row.body)?;
        let words: Value = stored(&row.words)?;
        let reason = words["note"].as_str().unwrap_or_default().to_owned();
        let key = (*contract, TaskKind::Deliver.as_str(), decision.deliverable.as_str().to_owned());
        found.push((key, row.actor_id, reason));
    }
    Ok(())
}
