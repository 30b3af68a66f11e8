//! Openings and recalls of budget changes: the proposer can recall a change until an approver whose turn it is has opened
//! it, that is, has listed it. The list shows the whole change, so there is no other page to open.

use crate::app::App;
use crate::domain::codes::ProposalState;
use crate::domain::payments::Actor;
use crate::domain::policy::Action;
use crate::error::{Error, Message};
use crate::services::contracts::openings::{Submitted, actor_in, require_unopened};
use crate::services::identity::caller::{Caller, verify_same_seat};
use crate::services::ledger::changes::{REGISTER, seat_over};
use crate::services::ledger::own::record;
use crate::services::registry::appropriation_authority::{bureaus_visible_from, finance_seats};
use crate::services::registry::proposals::{self, ProposalSummary};
use crate::storage::AnyConnection;
use crate::storage::audit::event_action::EventAction;
use crate::storage::ids::{AppropriationId, BudgetChangeId};
use crate::storage::ledger::changes::{self as rows, BudgetChange};
use crate::storage::registry::appropriations;
use crate::storage::write::write;

fn proposer(change: &BudgetChange) -> Actor<i64> {
    Actor { person: change.proposed_by.0, on_behalf_of: change.proposed_for }
}

/// Returns whether the caller may recall a budget change: they have the right, they or a person for whom they act proposed
/// it, it still waits, and no approver has opened it.
pub(super) fn is_recallable(caller: &Caller, change: &BudgetChange) -> bool {
    let seats = caller.may(Action::RecallBudgetChange).unwrap_or_default();
    change.state == ProposalState::Proposed
        && change.opened_at.is_none()
        && seats.iter().any(|seat| proposer(change).overlaps(&actor_in(caller, seat)))
}

/// Records that the caller opens the listed budget changes on which they can decide. Does nothing for those that were
/// opened before.
///
/// # Errors
/// Database errors.
pub(super) fn record_openings(app: &App, caller: &Caller, listed: &[BudgetChange]) -> Result<(), Error> {
    let Ok(seats) = finance_seats(caller, Action::ApproveBudgetChange) else { return Ok(()) };
    let Some(seat) = seats.first().copied() else { return Ok(()) };
    let is_fresh = |change: &&BudgetChange| {
        change.state == ProposalState::Proposed
            && change.opened_at.is_none()
            && !seats.iter().any(|seat| proposer(change).overlaps(&actor_in(caller, seat)))
    };
    let fresh: Vec<BudgetChangeId> = listed.iter().filter(is_fresh).map(|change| change.id).collect();
    if fresh.is_empty() {
        return Ok(());
    }
    let mut context = caller.context(app, seat);
    context.idempotency_key = None;
    write(&app.pool, &context, |tx| {
        let changes = rows::unopened(tx.connection, &fresh)?;
        let givers: Vec<AppropriationId> = changes.iter().map(|change| change.from_id).collect();
        let givers = appropriations::by_ids(tx.connection, &givers)?;
        let bureaus = bureaus_visible_from(tx.connection, &seats)?;
        let by = tx.person()?;
        for change in changes {
            let giver = givers.iter().find(|giver| giver.id == change.from_id);
            let Some(giver) = giver.filter(|giver| bureaus.contains(&giver.bureau_id)) else { continue };
            rows::record_opening(tx.connection, tx.context, change.id, by)?;
            let body = serde_json::json!({});
            record(tx, giver, (EventAction::BudgetChangeOpen, &change.public_id), body)?;
        }
        Ok(())
    })
}

/// Recalls a proposed budget change. Only who proposed it may do this.
///
/// # Errors
/// `Forbidden` by role, and for another person; `NotFound` outside the caller's region; `Duplicate` once it was decided;
/// `Conflict` once an approver has opened it.
pub(super) fn recall(app: &App, caller: &Caller, id: &str) -> Result<ProposalSummary, Error> {
    finance_seats(caller, Action::RecallBudgetChange)?;
    let find = |connection: &mut AnyConnection| {
        let change = rows::by_public_id(connection, id)?.ok_or(Error::NotFound)?;
        let from = appropriations::by_id(connection, change.from_id)?.ok_or(Error::NotFound)?;
        let seat = seat_over(connection, caller, (Action::RecallBudgetChange, from.bureau_id))?;
        Ok::<_, Error>((change, from, seat.ok_or(Error::NotFound)?))
    };
    let (.., seat) = app.pool.read(find)?;
    write(&app.pool, &caller.context(app, &seat), |tx| {
        let (change, from, seat) = find(tx.connection)?;
        verify_same_seat(tx, caller, &seat)?;
        if change.state != ProposalState::Proposed {
            let message = Message::new("decided-before").with("state", change.state.as_str());
            return Err(proposals::repeated(proposals::address(REGISTER, id), message));
        }
        let opened = change.opened_by.zip(change.opened_at);
        require_unopened(tx, &Submitted::new(proposer(&change), opened))?;
        let by = tx.person()?;
        rows::decide(tx.connection, change.id, (ProposalState::Recalled, by, tx.context.now))?;
        let body = serde_json::json!({});
        record(tx, &from, (Action::RecallBudgetChange.into(), id), body)?;
        Ok(ProposalSummary { id: id.to_owned(), state: ProposalState::Recalled })
    })
}
