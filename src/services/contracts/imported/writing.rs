//! Writes imported contracts in bulk, after a check that their budgets suffice.

use std::collections::{BTreeMap, BTreeSet};

use chrono::Datelike;

use crate::domain::money::Sum;
use crate::domain::payments::PaymentStep;
use crate::error::{Error, Message};
use crate::services::contracts::funding;
use crate::services::contracts::imported::{IMPORT_EVENT, Prepared};
use crate::services::shared::identifiers::fold_identifier;
use crate::storage::audit::event_action::EventAction;
use crate::storage::audit::hash_chains::{self, EventRow};
use crate::storage::audit::recorded_rows::ObjectKind;
use crate::storage::contracts::{self as rows, access, facts, projections, search};
use crate::storage::deliverables::invoice_numbers::{self, InvoiceNumber};
use crate::storage::ids::{AppropriationId, OrganisationId};
use crate::storage::ledger::{self, BalanceRow, NewPosting};
use crate::storage::payments::{self, PaymentRequest, StepRow, vouchers};
use crate::storage::registry::appropriations::{self, Commitment};
use crate::storage::write::Tx;

/// Contracts that are written together.
const AT_ONCE: usize = 200;

/// Returns the places of contracts that use more of their appropriation than is free, or that cannot use it, each with
/// the reason. The appropriations stay locked until the transaction ends.
///
/// # Errors
/// Database errors.
pub(in crate::services) fn budget_faults(
    tx: &mut Tx<'_>,
    prepared: &[(usize, Prepared)],
) -> Result<Vec<(usize, Message)>, Error> {
    let key = |one: &Prepared| one.committed().map(|id| (id, one.head.purchaser_id));
    let used: BTreeSet<(AppropriationId, OrganisationId)> = prepared.iter().filter_map(|(_, one)| key(one)).collect();
    let mut free = BTreeMap::new();
    for (id, purchaser) in used {
        appropriations::lock_appropriation(tx.connection, id)?;
        let found = funding::figures(tx.connection, (Some(id), purchaser, ""), 0, None)?;
        let left = found.appropriation.map_or(0, |appropriation| appropriation.free.fen());
        free.insert((id, purchaser), found.fault.map_or(Ok(left), Err));
    }
    let mut faults = Vec::new();
    for (place, one) in prepared {
        let needed = one.projection.uses.all.in_use_fen();
        match key(one).and_then(|key| free.get_mut(&key)) {
            None => {}
            Some(Err(message)) => faults.push((*place, message.clone())),
            Some(Ok(left)) if *left < needed => {
                let yuan = |fen: i64| Sum::from_fen(fen.into()).to_string();
                let message = Message::new("budget-exceeded").with("amount", yuan(needed)).with("free", yuan(*left));
                faults.push((*place, message));
            }
            Some(Ok(left)) => *left -= needed,
        }
    }
    Ok(faults)
}

/// Writes prepared contracts, table by table, and calls `seen` with the number written.
///
/// # Errors
/// Database errors.
pub(in crate::services) fn insert(
    tx: &mut Tx<'_>,
    mut prepared: Vec<(usize, Prepared)>,
    seen: &dyn Fn(usize),
) -> Result<(), Error> {
    let mut done = 0;
    for part in prepared.chunks_mut(AT_ONCE) {
        for (_, one) in part.iter_mut() {
            one.row.contract.id = rows::insert(tx.connection, &one.head, &one.row)?;
            if let Some(on) = one.row.contract.published_on {
                rows::set_published_on(tx.connection, one.id(), on)?;
            }
            let id = one.id();
            one.payments.iter_mut().for_each(|payment| payment.contract_id = id);
            one.invoices.iter_mut().for_each(|invoice| invoice.contract_id = id);
            tx.touch(ObjectKind::Contract, id.0);
        }
        let all: Vec<&Prepared> = part.iter().map(|(_, one)| one).collect();
        insert_contracts(tx, &all)?;
        insert_projections(tx, &all)?;
        insert_money(tx, &all)?;
        done += part.len();
        seen(done);
    }
    Ok(())
}

/// Writes versions of the terms, access rows, facts, events and search words.
fn insert_contracts(tx: &mut Tx<'_>, all: &[&Prepared]) -> Result<(), Error> {
    let versions: Vec<_> =
        all.iter().map(|one| (one.id(), &one.terms, one.row.created_by, one.row.created_at)).collect();
    rows::insert_versions(tx.connection, &versions)?;
    let seen = |one: &&Prepared| {
        let (id, repeated) = (one.id(), one.row.repeated());
        one.viewers.iter().map(move |viewer| (*viewer, id, repeated.clone())).collect::<Vec<_>>()
    };
    access::insert(tx.connection, &all.iter().flat_map(seen).collect::<Vec<_>>())?;
    let happened: Vec<_> = all.iter().flat_map(|one| one.facts.iter().map(move |fact| (one.id(), fact))).collect();
    facts::insert(tx.connection, &happened)?;
    let events: Vec<EventRow> = all.iter().flat_map(|one| one.events.iter().cloned()).collect();
    hash_chains::insert_events(tx.connection, &events)?;
    let heads: Vec<&EventRow> = all.iter().filter_map(|one| one.events.last()).collect();
    hash_chains::insert_heads(tx.connection, &heads)?;
    let words: Vec<_> = all.iter().flat_map(|one| one.words.iter().map(move |word| (word.clone(), one.id()))).collect();
    search::insert(tx.connection, &words)
}

/// Writes tasks, milestones and breaches.
fn insert_projections(tx: &mut Tx<'_>, all: &[&Prepared]) -> Result<(), Error> {
    let (mut tasks, mut milestones, mut breaches) = (Vec::new(), Vec::new(), Vec::new());
    for one in all {
        tasks.extend(one.projection.tasks.iter().map(|row| (one.id(), row)));
        milestones.extend(one.projection.milestones.iter().map(|row| (one.id(), row)));
        breaches.extend(one.projection.breaches.iter().map(|row| (one.id(), row)));
    }
    projections::insert_tasks(tx.connection, &tasks)?;
    projections::insert_milestones(tx.connection, &milestones)?;
    projections::insert_breaches(tx.connection, &breaches)
}

/// Writes commitments, the ledger, payments with their steps and vouchers, and invoice numbers.
fn insert_money(tx: &mut Tx<'_>, all: &[&Prepared]) -> Result<(), Error> {
    let (by, now, today) = (tx.person()?, tx.context.now, tx.context.today());
    let cause = EventAction::ContractImport.as_str();
    let (mut commitments, mut balances, mut postings) = (Vec::new(), Vec::new(), Vec::new());
    for one in all {
        let Some(appropriation) = one.committed() else { continue };
        let (contract, amount_fen) = (one.id(), one.head.amount_fen);
        commitments.push(Commitment { appropriation, contract, amount_fen, at: now });
        let (kept, posted) = &one.balances;
        let numbered = (1..).zip(posted).map(|(seq, posting)| NewPosting {
            appropriation,
            contract: Some(contract),
            seq,
            day: today,
            posting: *posting,
            cause,
            cause_seq: Some(IMPORT_EVENT),
        });
        let new: Vec<NewPosting<'_>> = numbered.collect();
        let Some(last) = new.last() else { continue };
        let last_seq = last.seq;
        balances.push(BalanceRow {
            contract,
            appropriation,
            last_seq,
            as_of: Some(today),
            balances: *kept,
            from_year: None,
        });
        postings.extend(new);
    }
    appropriations::insert_commitments(tx.connection, &commitments)?;
    ledger::insert_balances(tx.connection, &balances)?;
    ledger::insert_postings(tx.connection, &postings)?;
    let paid: Vec<PaymentRequest> = all.iter().flat_map(|one| one.payments.iter().cloned()).collect();
    let payers = all.iter().flat_map(|one| one.payments.iter().map(move |_| one.head.funder_id));
    let keys = payments::insert_finished(tx.connection, &paid)?;
    let (mut steps, mut numbers) = (Vec::new(), Vec::new());
    for ((key, payment), payer) in keys.into_iter().zip(&paid).zip(payers) {
        let action = PaymentStep::Import.as_str().to_owned();
        let note = payment.voucher.clone();
        steps.push((key, StepRow { seq: 1, action, person_id: by, for_id: None, at: now, note }));
        let year = payment.paid_on.map_or(0, |on| on.year());
        numbers.push((key, (payer, year, fold_identifier(&payment.voucher))));
    }
    payments::bulk_insert_steps(tx.connection, &steps)?;
    vouchers::bulk_insert(tx.connection, &numbers)?;
    let invoices: Vec<InvoiceNumber> = all.iter().flat_map(|one| one.invoices.iter().cloned()).collect();
    invoice_numbers::bulk_insert(tx.connection, &invoices)
}
