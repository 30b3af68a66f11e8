//! Budget changes: moves of an amount from one appropriation to another of the same year, and carry-overs of the rest
//! of a lapsed appropriation to the next year (`carry_over`). A finance reviewer proposes a change; it takes effect
//! when another person, an approver of a finance bureau, approves it, and never moves more than the amount free at that
//! time. Both appropriations belong to bureaus of the finance bureau's region.

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::app::App;
use crate::domain::codes::ProposalState;
use crate::domain::ledger::{BudgetChangeKind, LedgerAccount, RECALL, given, moved_out};
use crate::domain::money::Money;
use crate::domain::policy::Action;
use crate::domain::text_input::{identifier, key};
use crate::error::{Error, Message};
use crate::services::identity::caller::Caller;
use crate::services::ledger::carry_over::carry_over;
use crate::services::ledger::own::{post, record, require_free};
use crate::services::ledger::{key_seen, recall};
use crate::services::registry::appropriation_authority::{bureaus_visible_from, finance_seat_over, finance_seats};
use crate::services::registry::appropriations::refuse_known;
use crate::services::registry::organisations::event_body;
use crate::services::registry::proposals::{self, ProposalDecisionInput, ProposalSummary, parse_decision};
use crate::services::shared::faults::Faults;
use crate::services::shared::paging::{Page, Paged};
use crate::storage::AnyConnection;
use crate::storage::audit::event_action::EventAction;
use crate::storage::identity::people::Seat;
use crate::storage::ids::{AppropriationId, OrganisationId, PersonId};
use crate::storage::ledger::changes::{self as rows, BudgetChange, NewBudgetChange};
use crate::storage::registry::appropriations::{self, Appropriation};
use crate::storage::registry::organisations;
use crate::storage::write::{Tx, write};

/// Name of the register in addresses.
pub(super) const REGISTER: &str = "budget-changes";

/// A budget change to propose.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BudgetChangeInput {
    pub kind: BudgetChangeKind,
    /// Public identifier of the appropriation that gives.
    pub from: String,
    /// Public identifier of the receiving appropriation; absent for a carry-over, which creates one.
    #[serde(default)]
    pub to: Option<String>,
    /// Amount in yuan; absent for a carry-over, which moves everything that is free or not yet paid.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub amount: Option<Money>,
    /// Number of the document that orders the change.
    pub document_no: String,
    pub reason: String,
}

/// An appropriation that a budget change concerns.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct ChangedAppropriation {
    /// Public identifier.
    pub id: String,
    /// Budget year.
    pub year: i32,
    /// Name of the bureau that owns the appropriation.
    pub bureau_name: String,
    /// Functional budget line, 功能科目.
    pub line: String,
    /// Project code, 项目编码.
    pub project: String,
    /// Number of the budget document, 指标文号.
    pub document_no: String,
}

/// A budget change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct BudgetChangeView {
    /// Public identifier.
    pub id: String,
    pub kind: BudgetChangeKind,
    /// Appropriation that gives.
    pub from: ChangedAppropriation,
    /// Appropriation that receives; null before a carry-over is approved.
    pub to: Option<ChangedAppropriation>,
    /// Amount in yuan; null before a carry-over is approved.
    #[schema(value_type = Option<String>)]
    pub amount: Option<Money>,
    /// Number of the document that orders the change.
    pub document_no: String,
    pub reason: String,
    /// State of the proposal; the change takes effect once approved.
    pub state: ProposalState,
    /// Time of the proposal in UTC.
    pub proposed_at: DateTime<Utc>,
    /// Time of the decision in UTC.
    pub decided_at: Option<DateTime<Utc>>,
    /// Time in UTC at which an approver first listed it.
    pub opened_at: Option<DateTime<Utc>>,
    /// True if the caller can recall it.
    #[serde(skip)]
    pub is_recallable: bool,
}

/// Lists the budget changes of the appropriations that the caller may see.
///
/// # Errors
/// `Forbidden`; `Malformed` for an unknown cursor.
pub fn list(app: &App, caller: &Caller, page: &Page) -> Result<Paged<BudgetChangeView>, Error> {
    let seats = caller.may(Action::ListBudgetChanges)?;
    let (listed, found) = app.pool.read(|connection| {
        let bureaus = bureaus_visible_from(connection, &seats)?;
        let after = page.after_key(|id| {
            let row = rows::by_public_id(connection, id)?.map(|change| (change.id.0, change.from_id));
            key_seen(connection, &bureaus, row)
        })?;
        let found = rows::list(connection, &bureaus, after, page.rows())?;
        let ids: Vec<AppropriationId> =
            found.iter().flat_map(|change| [Some(change.from_id), change.to()]).flatten().collect();
        let named = appropriations::by_ids(connection, &ids)?;
        let cut = page.cut(found.clone(), |change| &change.public_id);
        Ok::<_, Error>((cut.try_map(|change| view(caller, change, &named))?, found))
    })?;
    recall::record_openings(app, caller, &found)?;
    Ok(listed)
}

fn view(caller: &Caller, change: BudgetChange, named: &[Appropriation]) -> Result<BudgetChangeView, Error> {
    let of = |id: AppropriationId| {
        named.iter().find(|row| row.id == id).map(|row| ChangedAppropriation {
            id: row.public_id.clone(),
            year: row.year,
            bureau_name: row.bureau_name.clone(),
            line: row.line.clone(),
            project: row.project.clone(),
            document_no: row.document_no.clone(),
        })
    };
    Ok(BudgetChangeView {
        is_recallable: recall::is_recallable(caller, &change),
        from: of(change.from_id).ok_or(Error::NotFound)?,
        to: change.to().and_then(of),
        id: change.public_id,
        kind: change.kind,
        amount: change.amount_fen.and_then(Money::from_fen),
        document_no: change.document_no,
        reason: change.reason,
        state: change.state,
        proposed_at: change.proposed_at.and_utc(),
        decided_at: change.decided_at.map(|at| at.and_utc()),
        opened_at: change.opened_at.map(|at| at.and_utc()),
    })
}

/// Proposes a budget change.
///
/// # Errors
/// `Forbidden`; `Refused` for malformed input, an appropriation outside the region of the caller's finance bureau,
/// appropriations between which the kind does not move money, more than what is free, or a carry-over by a document that
/// the bureau already has for the project; `Duplicate` while the same change
/// waits for its approval.
pub fn propose(app: &App, caller: &Caller, input: &BudgetChangeInput) -> Result<ProposalSummary, Error> {
    finance_seats(caller, Action::ProposeBudgetChange)?;
    let input = &BudgetChangeInput { document_no: identifier(&input.document_no), ..input.clone() };
    check(input)?;
    let find = |connection: &mut AnyConnection| {
        let (from, seat) = named(connection, caller, ("from", &input.from))?;
        let to = match &input.to {
            Some(to) => Some(named(connection, caller, ("to", to))?.0),
            None => None,
        };
        check_sides((input.kind, input.amount), (&from, to.as_ref()), caller.today())?;
        Ok((from, to, seat))
    };
    let (.., seat) = app.pool.read(find)?;
    let public_id = app.ids.uuid();
    write(&app.pool, &caller.context(app, &seat), |tx| {
        let (from, to, _) = find(tx.connection)?;
        let amount_fen = input.amount.map(|amount| amount.fen());
        if let Some(fen) = amount_fen {
            require_free(tx.connection, &from, fen)?;
        }
        let new = NewBudgetChange {
            public_id: &public_id,
            kind: input.kind,
            from: from.id,
            to: to.map(|to| to.id),
            amount_fen,
            document_no: input.document_no.trim(),
            reason: input.reason.trim(),
        };
        refuse_waiting(tx, &new)?;
        if input.kind == BudgetChangeKind::CarryOver {
            // It will be the document number of the next year's appropriation.
            refuse_known(tx.connection, from.bureau_id, (new.document_no, &from.project))?;
        }
        rows::insert(tx.connection, tx.context, &new, tx.person()?)?;
        record(tx, &from, (Action::ProposeBudgetChange.into(), &public_id), event_body(input)?)?;
        Ok(ProposalSummary { id: public_id.clone(), state: ProposalState::Proposed })
    })
}

/// Refuses a budget change while one that moves the same amount between the same appropriations by the same document
/// waits for its approval: the form was sent again.
fn refuse_waiting(tx: &mut Tx<'_>, new: &NewBudgetChange<'_>) -> Result<(), Error> {
    let is_same = |known: &BudgetChange| {
        known.kind == new.kind
            && known.to() == new.to
            && known.amount_fen == new.amount_fen
            && key(&known.document_no) == key(new.document_no)
    };
    let first = rows::waiting_from(tx.connection, new.from)?.into_iter().find(is_same);
    let Some(first) = first else { return Ok(()) };
    let address = proposals::address(REGISTER, &first.public_id);
    Err(proposals::repeated(address, Message::new("proposal-waiting")))
}

/// Checks the form of a budget change's input.
///
/// # Errors
/// `Refused` with every fault found.
pub fn check(input: &BudgetChangeInput) -> Result<(), Error> {
    let mut faults = Faults::new("register");
    faults.line("document_no", &input.document_no);
    faults.line("reason", &input.reason);
    let is_whole = input.kind == BudgetChangeKind::CarryOver;
    if is_whole && input.to.is_some() {
        faults.add("to", Message::new("carry-over-whole"));
    } else if !is_whole && input.to.is_none() {
        faults.add("to", Message::new("draft-empty"));
    }
    match input.amount {
        Some(_) if is_whole => faults.add("amount", Message::new("carry-over-whole")),
        None if !is_whole => faults.add("amount", Message::new("draft-empty")),
        Some(amount) if amount == Money::ZERO => faults.add("amount", Message::new("malformed-positive-money")),
        _ => {}
    }
    faults.finish()
}

/// Approves or refuses a budget change, or recalls it, by the name of the act.
///
/// # Errors
/// As [`decide`] and [`recall::recall`].
pub fn decide_or_recall(
    app: &App,
    caller: &Caller,
    id: &str,
    name: &str,
    input: &ProposalDecisionInput,
) -> Result<ProposalSummary, Error> {
    if name == RECALL { recall::recall(app, caller, id) } else { decide(app, caller, id, name, input) }
}

/// Approves or refuses a budget change. The proposer, and anyone on whose behalf it was proposed, may do neither.
///
/// # Errors
/// `Forbidden`; `NotFound` outside the caller's region; `Duplicate` if already decided; `Refused` if the change is no
/// longer possible.
pub fn decide(
    app: &App,
    caller: &Caller,
    id: &str,
    name: &str,
    input: &ProposalDecisionInput,
) -> Result<ProposalSummary, Error> {
    finance_seats(caller, Action::ApproveBudgetChange)?;
    let state = parse_decision(name, input)?;
    let find = |connection: &mut AnyConnection| {
        let change = rows::by_public_id(connection, id)?.ok_or(Error::NotFound)?;
        let from = appropriations::by_id(connection, change.from_id)?.ok_or(Error::NotFound)?;
        let seat = seat_over(connection, caller, (Action::ApproveBudgetChange, from.bureau_id))?;
        Ok((change, from, seat.ok_or(Error::NotFound)?))
    };
    let (.., seat) = app.pool.read(find)?;
    write(&app.pool, &caller.context(app, &seat), |tx| {
        let (change, from, seat) = find(tx.connection)?;
        let proposed = (change.proposed_by, change.proposed_for.map(PersonId));
        let by = proposals::decider(tx, (caller, &seat), proposals::address(REGISTER, id), (proposed, change.state))?;
        rows::decide(tx.connection, change.id, (state, by, tx.context.now))?;
        let body = event_body(input)?;
        match (state, change.kind) {
            (ProposalState::Approved, BudgetChangeKind::CarryOver) => {
                check_sides((change.kind, None), (&from, None), tx.context.today())?;
                carry_over(tx, (&change, &from), (by, body))?;
            }
            (ProposalState::Approved, _) => move_amount(tx, caller, (&change, &from), body)?,
            _ => record(tx, &from, (EventAction::BudgetChangeRefuse, id), body)?,
        }
        Ok(ProposalSummary { id: id.to_owned(), state })
    })
}

/// Carries out an approved adjustment or transfer.
fn move_amount(
    tx: &mut Tx<'_>,
    caller: &Caller,
    (change, from): (&BudgetChange, &Appropriation),
    body: serde_json::Value,
) -> Result<(), Error> {
    let to = change.to().ok_or(Error::NotFound)?;
    let to = appropriations::by_id(tx.connection, to)?.ok_or(Error::NotFound)?;
    seat_over(tx.connection, caller, (Action::ApproveBudgetChange, to.bureau_id))?.ok_or(Error::NotFound)?;
    let fen = change.amount_fen.unwrap_or_default();
    check_sides((change.kind, Money::from_fen(fen)), (from, Some(&to)), tx.context.today())?;
    let approve = approval(change);
    record(tx, from, approve, body.clone())?;
    take_free_amount(tx, from, fen)?;
    record(tx, &to, approve, body)?;
    post(tx, &to, &[given(fen)])?;
    Ok(())
}

/// Returns action and object of the event by which a budget change is approved.
pub(super) fn approval(change: &BudgetChange) -> (EventAction, &str) {
    (Action::ApproveBudgetChange.into(), &change.public_id)
}

/// Takes a free amount in fen from an appropriation. The cause is the act that was just recorded in its chain.
///
/// # Errors
/// `Refused` (budget-first) if the amount is above the free amount; database errors.
pub(super) fn take_free_amount(tx: &mut Tx<'_>, from: &Appropriation, fen: i64) -> Result<(), Error> {
    let before = require_free(tx.connection, from, fen)?;
    post(tx, from, &moved_out(&before, fen, LedgerAccount::Appropriated).unwrap_or_default())?;
    Ok(())
}

/// Finds an appropriation of the proposer's region, and the proposer's seat over it.
fn named(
    connection: &mut AnyConnection,
    caller: &Caller,
    (path, id): (&str, &str),
) -> Result<(Appropriation, Seat), Error> {
    let unknown = || Error::refused_at("register", path, Message::new("unknown-appropriation"));
    let found = appropriations::by_public_id(connection, id)?.ok_or_else(unknown)?;
    let seat = seat_over(connection, caller, (Action::ProposeBudgetChange, found.bureau_id))?.ok_or_else(unknown)?;
    Ok((found, seat))
}

/// Finds the caller's seat in a finance bureau whose region contains a bureau.
///
/// # Errors
/// Database errors.
pub(super) fn seat_over(
    connection: &mut AnyConnection,
    caller: &Caller,
    (action, bureau): (Action, OrganisationId),
) -> Result<Option<Seat>, Error> {
    match organisations::by_ids(connection, &[bureau])?.pop() {
        Some(bureau) => finance_seat_over(connection, caller, action, &bureau),
        None => Ok(None),
    }
}

/// Checks that a kind of change may move money from one appropriation to another on a day.
fn check_sides(
    (kind, amount): (BudgetChangeKind, Option<Money>),
    (from, to): (&Appropriation, Option<&Appropriation>),
    today: NaiveDate,
) -> Result<(), Error> {
    let mut faults = Faults::new("register");
    let has_lapsed = |side: &Appropriation| side.year < today.year();
    for (path, side) in [("from", Some(from)), ("to", to)] {
        let Some(side) = side else { continue };
        let year = |key| Message::new(key).with("year", side.year.to_string());
        if side.state != ProposalState::Approved {
            faults.add(path, Message::new("appropriation-not-approved"));
        } else if kind == BudgetChangeKind::CarryOver && !has_lapsed(side) {
            faults.add(path, year("carry-over-early"));
        } else if kind != BudgetChangeKind::CarryOver && has_lapsed(side) {
            faults.add(path, year("budget-change-lapsed"));
        }
    }
    let Some(to) = to else { return faults.finish() };
    let is_own = from.bureau_id == to.bureau_id;
    if from.id == to.id {
        faults.add("to", Message::new("budget-change-same"));
    } else if from.year != to.year {
        faults.add("to", Message::new("budget-change-years"));
    } else if is_own && kind == BudgetChangeKind::Transfer {
        faults.add("to", Message::new("budget-change-between"));
    } else if !is_own && kind == BudgetChangeKind::Adjustment {
        faults.add("to", Message::new("budget-change-within"));
    }
    if amount.is_none_or(|amount| amount == Money::ZERO) {
        faults.add("amount", Message::new("malformed-positive-money"));
    }
    faults.finish()
}
