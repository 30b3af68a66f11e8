//! Carry-over of a lapsed appropriation to the next year, by its document: the free amount and the amounts not yet paid
//! to its contracts become a new appropriation, which bears these contracts from then on. Amounts already paid stay
//! with the lapsed appropriation.

use std::collections::BTreeMap;

use crate::domain::codes::ProposalState;
use crate::domain::ledger::{self, Balances, LedgerAccount, Posting};
use crate::domain::money::{Money, Sum};
use crate::error::{Error, Message};
use crate::services::ledger::balances;
use crate::services::ledger::changes::{approval, take_free_amount};
use crate::services::ledger::own::{post, record};
use crate::services::registry::appropriations::refuse_known;
use crate::storage::audit::event_action::EventAction;
use crate::storage::audit::recorded_rows::ObjectKind;
use crate::storage::ids::{ContractId, PersonId};
use crate::storage::ledger::carry_over as rows;
use crate::storage::ledger::changes::BudgetChange;
use crate::storage::ledger::plans;
use crate::storage::ledger::{self as stored, BalanceRow, NewPosting};
use crate::storage::registry::appropriations::{self, Appropriation, NewAppropriation};
use crate::storage::write::{Event, Tx};

/// Carries an appropriation over, as an approved budget change.
///
/// # Errors
/// `Refused` (budget-first) if no amount is left to carry over, or for a document that the bureau already has for the
/// project; `Conflict` while the ledger of a contract is not complete.
pub(super) fn carry_over(
    tx: &mut Tx<'_>,
    (change, from): (&BudgetChange, &Appropriation),
    (by, body): (PersonId, serde_json::Value),
) -> Result<(), Error> {
    let contracts = rows::contracts_of(tx.connection, from.id)?;
    let ids: Vec<ContractId> = contracts.iter().map(|(id, _)| *id).collect();
    let kept = stored::of_contracts(tx.connection, &ids)?;
    if kept.iter().any(|row| row.as_of.is_none()) {
        return Err(Error::conflict("carry-over-incomplete"));
    }
    let before = balances(tx.connection, std::slice::from_ref(from))?.pop().unwrap_or_default();
    let own = kept.iter().filter(|row| row.appropriation == from.id);
    let unpaid = own.map(|row| ledger::carried_over(&row.balances).1.in_use_fen()).fold(0, i64::saturating_add);
    let reserved = before.of(LedgerAccount::Reserved).max(0);
    let total = before.free_fen().max(0).saturating_add(unpaid).saturating_add(reserved);
    if total <= 0 {
        return Err(Error::refused_at("budget-first", "from", Message::new("carry-over-nothing")));
    }
    refuse_known(tx.connection, from.bureau_id, (&change.document_no, &from.project))?;
    let approve = approval(change);
    record(tx, from, approve, body.clone())?;
    let taking = tx.cause();
    let from = &free_reserved(tx, from, reserved)?;
    let to = add_next_year(tx, (change, from), by)?;
    record(tx, &to, approve, body)?;
    let to = post(tx, &to, &receipt(total, reserved))?;
    plans::hand_over(tx.connection, (from.id, to.id))?;
    rows::record(tx.connection, change.id, (to.id, total))?;
    move_contracts(tx, (change, from, &to), &contracts, &kept)?;
    rows::hand_over(tx.connection, (from.id, to.id), &ids)?;
    if let Some((name, seq)) = taking {
        tx.set_cause(name, seq);
    }
    take_free_amount(tx, from, total)
}

/// Frees the amount that plans reserve of an appropriation; the next year's appropriation reserves the amount instead.
fn free_reserved(tx: &mut Tx<'_>, from: &Appropriation, fen: i64) -> Result<Appropriation, Error> {
    if fen == 0 {
        return Ok(from.clone());
    }
    post(tx, from, &[Posting { debit: LedgerAccount::Unassigned, credit: LedgerAccount::Reserved, fen }])
}

/// Returns the postings with which the next year receives an amount and reserves a part of it.
fn receipt(fen: i64, reserved: i64) -> Vec<Posting> {
    let reserve = Posting { debit: LedgerAccount::Reserved, credit: LedgerAccount::Unassigned, fen: reserved };
    [ledger::given(fen), reserve].into_iter().filter(|posting| posting.fen > 0).collect()
}

/// Adds the appropriation of the next year with an amount of zero, and returns it.
fn add_next_year(
    tx: &mut Tx<'_>,
    (change, from): (&BudgetChange, &Appropriation),
    by: PersonId,
) -> Result<Appropriation, Error> {
    let public_id = tx.context.ids.uuid();
    let new = NewAppropriation {
        public_id: &public_id,
        year: from.year.saturating_add(1),
        bureau_id: from.bureau_id,
        words: [&from.line, &from.economic, &from.project, &change.document_no, &from.source].map(String::as_str),
        amount_fen: 0,
        proposed_by: change.proposed_by,
        proposed_for: change.proposed_for.map(PersonId),
        proposed_at: change.proposed_at,
    };
    appropriations::insert(tx.connection, &new)?;
    let found = appropriations::by_public_id(tx.connection, &public_id)?.ok_or(Error::NotFound)?;
    appropriations::mark_approved(tx.connection, found.id, by, tx.context.now)?;
    Ok(Appropriation { state: ProposalState::Approved, ..found })
}

/// Describes the move in the history of a contract with these balances before it.
fn carried_amount(
    (change, from, to): (&BudgetChange, &Appropriation, &Appropriation),
    before: &Balances,
) -> serde_json::Value {
    let carried = ledger::carried_over(before).1;
    let amount = Money::from_fen(carried.in_use_fen()).map_or(Sum::ZERO, Sum::from);
    serde_json::json!({
        "document_no": change.document_no,
        "from": from.public_id,
        "to": to.public_id,
        "amount": amount.to_string(),
    })
}

/// Moves the unpaid amounts of contracts from one appropriation to the other, and records the move in the history of
/// each contract.
fn move_contracts(
    tx: &mut Tx<'_>,
    (change, from, to): (&BudgetChange, &Appropriation, &Appropriation),
    contracts: &[(ContractId, String)],
    kept: &[BalanceRow],
) -> Result<(), Error> {
    let (mut last, mut own, mut shares) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
    for row in kept {
        let seq: &mut i64 = last.entry(row.contract).or_default();
        *seq = row.last_seq.max(*seq);
        if row.appropriation == from.id {
            own.insert(row.contract, row.balances);
            shares.extend(row.from_year.map(|year| (row.contract, year)));
        }
    }
    let before = |contract: &ContractId| -> Balances { own.get(contract).copied().unwrap_or_default() };
    let streams: Vec<String> = contracts.iter().map(|(_, name)| ObjectKind::Contract.stream(name)).collect();
    let events: Vec<Event<'_>> = contracts
        .iter()
        .zip(&streams)
        .map(|((contract, name), stream)| {
            let body = carried_amount((change, from, to), &before(contract));
            Event { stream, action: EventAction::ContractCarryOver, object: name, body }
        })
        .collect();
    let (causes, day) = (tx.events(&events)?, tx.context.today());
    let (mut postings, mut balances) = (Vec::new(), Vec::new());
    for ((contract, _), cause_seq) in contracts.iter().zip(causes) {
        let before = before(contract);
        let (left, carried) = ledger::carried_over(&before);
        let (as_of, from_year) = (Some(day), shares.get(contract).copied());
        if carried == Balances::default() {
            if from_year.is_some() {
                // The share goes on with nothing in it.
                let (contract, appropriation) = (*contract, to.id);
                balances.push(BalanceRow { contract, appropriation, last_seq: 0, as_of, balances: carried, from_year });
            }
            continue;
        }
        let mut seq = last.get(contract).copied().unwrap_or_default();
        for (appropriation, kept, after) in [(from.id, &before, left), (to.id, &Balances::default(), carried)] {
            for posting in ledger::differences(kept, &after) {
                seq += 1;
                postings.push(NewPosting {
                    appropriation,
                    contract: Some(*contract),
                    seq,
                    day,
                    posting,
                    cause: EventAction::ContractCarryOver.as_str(),
                    cause_seq: Some(cause_seq),
                });
            }
            let contract = *contract;
            balances.push(BalanceRow { contract, appropriation, last_seq: seq, as_of, balances: after, from_year });
        }
    }
    stored::insert_postings(tx.connection, &postings)?;
    stored::put_balances(tx.connection, &balances)
}
