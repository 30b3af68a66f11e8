//! Registration of a new contract: all its rows follow from the input and the registers, so they are worked out first
//! and then written once, each table in one statement.
//!
//! A draft has no facts, milestones or breaches, and no alert is sent about it.

use crate::domain::codes::ContractState;
use crate::domain::facts::Facts;
use crate::error::Error;
use crate::services::contracts::input_checks::resolve_head;
use crate::services::contracts::projections::derive;
use crate::services::contracts::record::ContractRecord;
use crate::services::contracts::registration::{
    ContractInput, ContractSummary, search_texts, summarise_state, terms_row,
};
use crate::services::contracts::undecided::Undecided;
use crate::services::registry::working_days::WorkingDays;
use crate::storage::audit::event_action::EventAction;
use crate::storage::audit::hash_chains::FIRST;
use crate::storage::audit::recorded_rows::digests_of_new_contract;
use crate::storage::contracts::{self as rows, Contract, ContractRow, Head, access, projections, search};
use crate::storage::identity::people::{FOR_EVER, Seat};
use crate::storage::ids::{AppropriationId, ContractId};
use crate::storage::registry::statute_settings;
use crate::storage::write::{Event, Tx};
use crate::text::names;

/// Version of a new contract. It was saved twice when its first version was fixed, and clients rely on the number.
const FIRST_VERSION: i64 = 2;

/// Registers a contract within an open transaction.
///
/// # Errors
/// `Refused` with every fault of the parties, texts and terms, or for a number that another contract has.
pub(in crate::services) fn register(
    tx: &mut Tx<'_>,
    public_id: &str,
    seat: &Seat,
    input: &ContractInput,
) -> Result<ContractSummary, Error> {
    let (head, contractor, version) = resolve_head(tx.connection, input, seat, None)?;
    let terms = terms_row(input, 1)?;
    let days = WorkingDays::remembered(tx.connection, &version)?;
    let settings = statute_settings::remembered(tx.connection, &version)?;
    let contract = unsaved(tx, public_id, &head, input, days.version);
    let words = names::complete(input.details.clone(), &input.terms);
    let (agreed, nothing) = ((input.terms.clone(), words), (Facts::default(), Vec::new()));
    let record = ContractRecord::unamended(contract, agreed, nothing, (days, settings));
    let projection = derive(&record, Vec::new(), Undecided::default(), tx.context.today())?;
    let mut row = ContractRow {
        contract: Contract { next_change: projection.next_change, ..record.contract },
        next_task_on: projection.tasks.iter().map(|task| task.due_on).min().unwrap_or(FOR_EVER),
        services: head.services.clone(),
        created_by: tx.person()?,
        created_at: tx.context.now,
    };
    let id = rows::insert(tx.connection, &head, &row)?;
    row.contract.id = id;
    let contract = &row.contract;
    let parties = (head.purchaser_id, head.funder_id, head.contractor_id);
    let viewers = access::remembered_viewers(tx.connection, &version, parties)?;
    let seen: Vec<_> = viewers.into_iter().map(|organisation| (organisation, id, row.repeated())).collect();
    access::insert(tx.connection, &seen)?;
    rows::insert_versions(tx.connection, &[(id, &terms, row.created_by, row.created_at)])?;
    let words = search_texts(contract, Some(&contractor), input).words();
    search::add(tx.connection, id, &words)?;
    projections::insert_tasks(tx.connection, &projection.tasks.iter().map(|task| (id, task)).collect::<Vec<_>>())?;
    let event = Event {
        stream: &format!("contract:{public_id}"),
        action: EventAction::ContractCreate,
        object: public_id,
        body: serde_json::json!({ "number": contract.number, "terms": terms.hash }),
    };
    tx.first_event(&event, digests_of_new_contract(&row, &terms)?)?;
    Ok(summarise_state(contract))
}

/// Builds the row of a new draft without the key that the database will give it.
pub(super) fn unsaved(
    tx: &Tx<'_>,
    public_id: &str,
    head: &Head,
    input: &ContractInput,
    calendar_version: i64,
) -> Contract {
    Contract {
        id: ContractId(0),
        public_id: public_id.to_owned(),
        number: head.number.clone(),
        title: head.title.clone(),
        purchaser_id: head.purchaser_id,
        funder_id: head.funder_id,
        contractor_id: head.contractor_id,
        region_id: head.region_id,
        appropriation_id: head.appropriation_id.map(AppropriationId),
        regime: input.regime,
        method: head.method.clone(),
        plan_no: head.plan_no.clone(),
        award_on: head.award_on,
        signed_on: head.signed_on,
        published_on: None,
        state: ContractState::Draft,
        version: FIRST_VERSION,
        terms_version: 1,
        amount_fen: head.amount_fen,
        starts_on: head.starts_on,
        ends_on: head.ends_on,
        next_change: FOR_EVER,
        fact_seq: 0,
        fact_hash: FIRST.to_owned(),
        recorded_at: tx.context.now,
        calendar_version: Some(calendar_version),
    }
}
