//! Appropriations: proposed by a finance reviewer, in force once an approver of a finance bureau approves them.
//!
//! A finance bureau, an auditor and the political-legal committee see the money of every bureau in their own region and
//! below; any other bureau its own, and that of its like below it.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::app::App;
use crate::domain::codes::{Function, ProposalState};
use crate::domain::money::Money;
use crate::domain::policy::Action;
use crate::domain::shape::YEARS;
use crate::error::{Error, Message};
use crate::services::identity::caller::Caller;
use crate::services::registry::organisations::body;
use crate::services::registry::payee_accounts::{ProposalDecisionInput, ProposalSummary, another_person, decision};
use crate::services::shared::faults::Faults;
use crate::services::shared::paging::{Page, Paged};
use crate::storage::AnyConnection;
use crate::storage::identity::people::Seat;
use crate::storage::ids::OrganisationId;
use crate::storage::registry::appropriations::{self as rows, Appropriation, NewAppropriation};
use crate::storage::registry::organisations::{self, Organisation};
use crate::storage::write::{Event, write};

/// An appropriation that is proposed.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AppropriationInput {
    /// Budget year.
    pub year: i32,
    /// Code of the bureau whose budget it is.
    pub bureau: String,
    /// 功能科目.
    pub line: String,
    /// 经济分类.
    pub economic: String,
    /// 项目编码.
    pub project: String,
    /// 指标文号.
    pub document_no: String,
    /// 资金来源.
    pub source: String,
    /// Amount in yuan.
    #[schema(value_type = String)]
    pub amount: Money,
}

/// An appropriation, and what is left of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AppropriationView {
    /// Identifier.
    pub id: String,
    /// Budget year.
    pub year: i32,
    /// Code of the bureau whose budget it is.
    pub bureau: String,
    /// 功能科目.
    pub line: String,
    /// 经济分类.
    pub economic: String,
    /// 项目编码.
    pub project: String,
    /// 指标文号.
    pub document_no: String,
    /// 资金来源.
    pub source: String,
    /// Amount in yuan.
    #[schema(value_type = String)]
    pub amount: Money,
    /// What contracts have committed of it.
    #[schema(value_type = String)]
    pub committed: Money,
    /// What can still be committed; nothing before it is approved.
    #[schema(value_type = String)]
    pub free: Money,
    /// It counts once approved.
    pub state: ProposalState,
}

/// A page of the appropriations that the caller may see, of one year or of all.
///
/// # Errors
/// `Forbidden`; `Malformed` for an unknown cursor.
pub fn list(app: &App, caller: &Caller, year: Option<i32>, page: &Page) -> Result<Paged<AppropriationView>, Error> {
    let seats = caller.may(Action::ListAppropriations)?;
    app.pool.read(|connection| {
        let mut bureaus: Vec<OrganisationId> = Vec::new();
        for seat in &seats {
            bureaus.extend(in_sight(connection, seat)?);
        }
        bureaus.sort_unstable();
        bureaus.dedup();
        let after = page.after_key(|id| {
            let found = rows::by_public_id(connection, id)?;
            Ok(found.filter(|found| bureaus.contains(&found.bureau_id)).map(|found| found.id.0))
        })?;
        let found = page.cut(rows::list(connection, &bureaus, year, after, page.rows())?, |row| &row.public_id);
        let ids: Vec<_> = found.items.iter().map(|row| row.id).collect();
        let committed = rows::committed(connection, &ids)?;
        let of = |id| committed.iter().find(|(other, _)| *other == id).map_or(0, |(_, fen)| *fen);
        Ok(found.map(|row| {
            let fen = of(row.id);
            view(row, fen)
        }))
    })
}

/// Proposes an appropriation.
///
/// # Errors
/// `Forbidden`; `Refused` for a bureau that the caller's finance bureau does not fund, or what is malformed.
pub fn propose(app: &App, caller: &Caller, input: &AppropriationInput) -> Result<ProposalSummary, Error> {
    finance_seats(caller, Action::ProposeAppropriation)?;
    check(input)?;
    let unknown = || Error::refused_at("register", "bureau", Message::new("register-unknown-bureau"));
    let (bureau, seat) = app.pool.read(|connection| {
        let bureau = organisations::by_code(connection, &input.bureau)?.ok_or_else(unknown)?;
        let seat = seat_over(connection, caller, Action::ProposeAppropriation, &bureau)?.ok_or_else(unknown)?;
        Ok((bureau, seat))
    })?;
    let public_id = app.ids.uuid();
    write(&app.pool, &caller.context(app, &seat), |tx| {
        let new = NewAppropriation {
            public_id: &public_id,
            year: input.year,
            bureau_id: bureau.id,
            words: [&input.line, &input.economic, &input.project, &input.document_no, &input.source].map(|w| w.trim()),
            amount_fen: input.amount.fen(),
            proposed_by: tx.person()?,
            proposed_for: tx.context.on_behalf_of,
            proposed_at: tx.context.now,
        };
        rows::insert(tx.connection, &new)?;
        let stream = stream(&public_id);
        tx.event(&Event { stream: &stream, action: "appropriation.propose", object: &public_id, body: body(input)? })?;
        Ok(ProposalSummary { id: public_id.clone(), state: ProposalState::Proposed })
    })
}

/// Approves or refuses an appropriation; never by whoever proposed it.
///
/// # Errors
/// `Forbidden`; `NotFound` for one out of sight; `Conflict` once it is decided.
pub fn decide(
    app: &App,
    caller: &Caller,
    id: &str,
    name: &str,
    input: &ProposalDecisionInput,
) -> Result<ProposalSummary, Error> {
    finance_seats(caller, Action::ApproveAppropriation)?;
    let state = decision(name, input)?;
    let find = |connection: &mut AnyConnection| {
        let found = rows::by_public_id(connection, id)?.ok_or(Error::NotFound)?;
        let bureau = organisations::by_ids(connection, &[found.bureau_id])?.pop().ok_or(Error::NotFound)?;
        let seat = seat_over(connection, caller, Action::ApproveAppropriation, &bureau)?.ok_or(Error::NotFound)?;
        Ok((found, seat))
    };
    let (_, seat) = app.pool.read(find)?;
    write(&app.pool, &caller.context(app, &seat), |tx| {
        let (found, _) = find(tx.connection)?;
        let by = tx.person()?;
        another_person((found.proposed_by, found.proposed_for), (by, tx.context.on_behalf_of))?;
        if found.state != ProposalState::Proposed {
            return Err(Error::Conflict(Message::new("decided-before").with("state", found.state.as_str())));
        }
        rows::decide(tx.connection, found.id, state, by, tx.context.now)?;
        let action = if state == ProposalState::Approved { "appropriation.approve" } else { "appropriation.refuse" };
        tx.event(&Event { stream: &stream(id), action, object: id, body: body(input)? })?;
        Ok(ProposalSummary { id: id.to_owned(), state })
    })
}

fn stream(id: &str) -> String {
    format!("appropriation:{id}")
}

/// Whether an appropriation's input is well formed.
///
/// # Errors
/// `Refused` with everything that is wrong.
pub fn check(input: &AppropriationInput) -> Result<(), Error> {
    let mut faults = Faults::new("register");
    if !YEARS.contains(&input.year) {
        faults.add("year", Message::new("register-year"));
    }
    for (path, text) in [
        ("line", &input.line),
        ("economic", &input.economic),
        ("project", &input.project),
        ("document_no", &input.document_no),
        ("source", &input.source),
    ] {
        faults.line(path, text);
    }
    if input.amount == Money::ZERO {
        faults.add("amount", Message::new("malformed-positive-money"));
    }
    faults.none()
}

/// The caller's seats in finance bureaus that may do the action.
fn finance_seats(caller: &Caller, action: Action) -> Result<Vec<&Seat>, Error> {
    let seats: Vec<_> = caller.may(action)?.into_iter().filter(|seat| seat.function == Function::Finance).collect();
    if seats.is_empty() { Err(Error::forbidden("finance-bureau-only")) } else { Ok(seats) }
}

/// The seat of a finance bureau in whose region the bureau lies, if the caller has one.
fn seat_over(
    connection: &mut AnyConnection,
    caller: &Caller,
    action: Action,
    bureau: &Organisation,
) -> Result<Option<Seat>, Error> {
    if matches!(bureau.function, Function::Contractor | Function::JusticeStation) || bureau.region_id.is_none() {
        return Ok(None);
    }
    let path = organisations::path_of(connection, bureau.region_id)?;
    for seat in finance_seats(caller, action)? {
        if reach(connection, seat)?.is_some_and(|own| path.starts_with(&own)) {
            return Ok(Some(seat.clone()));
        }
    }
    Ok(None)
}

/// The path of the region of a seat's organisation, if it has one.
fn reach(connection: &mut AnyConnection, seat: &Seat) -> Result<Option<String>, Error> {
    let own = organisations::by_ids(connection, &[seat.organisation])?.pop();
    match own.and_then(|own| own.region_id) {
        None => Ok(None),
        Some(region) => organisations::path_of(connection, Some(region)).map(Some),
    }
}

/// The bureaus whose money is seen from a seat.
fn in_sight(connection: &mut AnyConnection, seat: &Seat) -> Result<Vec<OrganisationId>, Error> {
    let over_all = matches!(seat.function, Function::Finance | Function::Audit | Function::PoliticalLegal);
    let mut ids = vec![seat.organisation];
    if let Some(path) = reach(connection, seat)? {
        let own = organisations::by_ids(connection, &[seat.organisation])?.pop().and_then(|own| own.region_id);
        let below = organisations::below(connection, &path)?;
        let seen = below.iter().filter(|b| over_all || (b.function == seat.function && b.region_id != own));
        ids.extend(seen.map(|b| b.id));
    }
    Ok(ids)
}

fn view(row: Appropriation, committed_fen: i64) -> AppropriationView {
    let free = if row.state == ProposalState::Approved { row.amount_fen - committed_fen } else { 0 };
    // Amounts were checked on their way in, and what is committed never exceeds them.
    let money = |fen: i64| Money::from_fen(fen).unwrap_or_default();
    AppropriationView {
        id: row.public_id,
        year: row.year,
        bureau: row.bureau,
        line: row.line,
        economic: row.economic,
        project: row.project,
        document_no: row.document_no,
        source: row.source,
        amount: money(row.amount_fen),
        committed: money(committed_fen),
        free: money(free),
        state: row.state,
    }
}
