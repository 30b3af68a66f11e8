//! Yearly shares of contracts over several years: finance assigns what falls due from a later year on to an appropriation
//! of that year, which commits it from then on. What the contract's own appropriation had committed of it is free again.

use std::collections::BTreeSet;

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::app::App;
use crate::domain::codes::ProposalState;
use crate::domain::ledger::{Balances, LedgerAccount};
use crate::domain::money::Sum;
use crate::domain::numbers::Code;
use crate::domain::policy::Action;
use crate::domain::standing::Trails;
use crate::domain::text_input::identifier;
use crate::domain::yearly_shares::{due_year, planned_by_year, share_of};
use crate::error::{Error, Message};
use crate::services::contracts::acts::write_contract;
use crate::services::contracts::append;
use crate::services::contracts::record::ContractRecord;
use crate::services::contracts::registration::append_event;
use crate::services::identity::caller::Caller;
use crate::services::ledger::{bearer, key_seen};
use crate::services::registry::appropriation_authority::bureaus_visible_from;
use crate::services::registry::appropriations::{AppropriationView, view_of};
use crate::services::shared::faults::Faults;
use crate::services::shared::paging::{Page, Paged};
use crate::storage::AnyConnection;
use crate::storage::audit::event_action::EventAction;
use crate::storage::audit::hash_chains::EventRow;
use crate::storage::contracts::{self, Contract};
use crate::storage::ids::{AppropriationId, ContractId};
use crate::storage::ledger::yearly_shares as rows;
use crate::storage::ledger::{self as stored, BalanceRow};
use crate::storage::registry::appropriations;
use crate::storage::write::Tx;

/// An assignment of a yearly share.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct YearlyShareInput {
    /// Number of the contract.
    pub contract: String,
    /// Public identifier of the appropriation. Its year is the first whose payments it bears.
    pub appropriation: String,
}

/// A yearly share of a contract.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct YearlyShareView {
    /// Public identifier.
    pub id: String,
    /// Random identifier of the contract.
    pub contract: String,
    pub number: String,
    pub title: String,
    /// First year in which what falls due belongs to the share.
    pub from_year: i32,
    /// Public identifier of the appropriation that bears it now.
    pub appropriation: String,
    /// Number of its budget document, 指标文号.
    pub document_no: String,
    /// Project code, 项目编码.
    pub project: String,
    /// Amount in use, paid or not, in yuan.
    #[schema(value_type = String)]
    pub committed: Sum,
    /// Amount paid, in yuan.
    #[schema(value_type = String)]
    pub paid: Sum,
    /// Time of the assignment in UTC.
    pub assigned_at: DateTime<Utc>,
}

/// Result of an assignment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct YearlyShareSummary {
    /// Public identifier of the share.
    pub id: String,
    /// First year in which what falls due belongs to the share.
    pub from_year: i32,
    /// Version of the contract.
    pub version: i64,
}

/// Lists the yearly shares that appropriations bear which the caller may see.
///
/// # Errors
/// `Forbidden`; `Malformed` for an unknown cursor.
pub fn list(app: &App, caller: &Caller, page: &Page) -> Result<Paged<YearlyShareView>, Error> {
    let seats = caller.may(Action::ListYearlyShares)?;
    app.pool.read(|connection| {
        let bureaus = bureaus_visible_from(connection, &seats)?;
        let after = page.after_key(|id| {
            let row = rows::by_public_id(connection, id)?.map(|share| (share.id.0, share.appropriation_id));
            key_seen(connection, &bureaus, row)
        })?;
        let found = rows::list(connection, &bureaus, after, page.rows())?;
        let ids: Vec<AppropriationId> = found.iter().map(|(share, _)| share.appropriation_id).collect();
        let named = appropriations::by_ids(connection, &ids)?;
        let contracts: Vec<ContractId> = found.iter().map(|(share, _)| share.contract_id).collect();
        let kept = stored::of_contracts(connection, &contracts)?;
        page.cut(found, |(share, _)| &share.public_id).try_map(|share| view(share, &named, &kept))
    })
}

/// Loads the yearly shares of a contract with what is committed and paid of each, for a caller who may see them. A
/// contract whose events tell of none is not queried.
///
/// # Errors
/// Database errors; `NotFound` for a share without its appropriation.
pub(in crate::services) fn of_contract(
    connection: &mut AnyConnection,
    caller: &Caller,
    contract: &Contract,
    events: &[EventRow],
) -> Result<Vec<YearlyShareView>, Error> {
    let assigned = EventAction::from(Action::AssignYearlyShare);
    let is_known = events.iter().any(|event| event.action == assigned.as_str());
    if !is_known || caller.seat_on(contract, Action::ListYearlyShares).is_err() {
        return Ok(Vec::new());
    }
    let shares = rows::of_contract(connection, contract.id)?;
    let ids: Vec<AppropriationId> = shares.iter().map(|share| share.appropriation_id).collect();
    let named = appropriations::by_ids(connection, &ids)?;
    let kept = stored::of_contracts(connection, &[contract.id])?;
    let of = || (contract.public_id.clone(), contract.number.clone(), contract.title.clone());
    shares.into_iter().map(|share| view((share, of()), &named, &kept)).collect()
}

fn view(
    (share, (contract, number, title)): rows::NamedShare,
    named: &[appropriations::Appropriation],
    kept: &[BalanceRow],
) -> Result<YearlyShareView, Error> {
    let of = named.iter().find(|row| row.id == share.appropriation_id).ok_or(Error::NotFound)?;
    let own = kept.iter().filter(|row| row.contract == share.contract_id && row.from_year == Some(share.from_year));
    let mut used = Balances::default();
    own.for_each(|row| used.add(&row.balances));
    let sum = |fen: i64| Sum::from_fen(fen.into());
    Ok(YearlyShareView {
        id: share.public_id,
        contract,
        number,
        title,
        from_year: share.from_year,
        appropriation: of.public_id.clone(),
        document_no: of.document_no.clone(),
        project: of.project.clone(),
        committed: sum(used.in_use_fen()),
        paid: sum(used.of(LedgerAccount::Paid)),
        assigned_at: share.assigned_at.and_utc(),
    })
}

/// Assigns what falls due of a contract from a year on to an appropriation of that year.
///
/// # Errors
/// `Forbidden`; `Conflict` in another state; `Refused` for malformed input, an unknown contract, an appropriation of
/// another bureau, one that is not approved, or whose year has ended, already has a share or is not after that of the
/// contract's own; (budget-first) if less is free than falls due.
pub fn assign(app: &App, caller: &Caller, input: &YearlyShareInput) -> Result<YearlyShareSummary, Error> {
    caller.may(Action::AssignYearlyShare)?;
    let input = &YearlyShareInput { contract: identifier(&input.contract), ..input.clone() };
    check(input)?;
    let contract = app.pool.read(|connection| {
        let unknown = || Error::refused_at("register", "contract", Message::new("yearly-share-no-contract"));
        let found = contracts::by_number(connection, &input.contract)?.ok_or_else(unknown)?;
        caller.contract(connection, &found.public_id, Action::AssignYearlyShare).map_err(|error| match error {
            Error::NotFound => unknown(),
            other => other,
        })
    })?;
    write_contract(app, caller, &contract.0.public_id, Action::AssignYearlyShare, |tx, record, _| {
        let public_id = tx.context.ids.uuid();
        let of = find(tx, record, input)?;
        let (contract, by) = (record.contract.id, tx.person()?);
        rows::insert(tx.connection, tx.context, (&public_id, contract), (of.year, of.id), by)?;
        let (as_of, balances) = (Some(tx.context.today()), Balances::default());
        let from_year = Some(of.year);
        let row = BalanceRow { contract, appropriation: of.id, last_seq: 0, as_of, balances, from_year };
        stored::insert_balances(tx.connection, &[row])?;
        let body = serde_json::json!({
            "share": public_id, "year": of.year, "appropriation": of.public_id, "document_no": of.document_no,
        });
        append_event(tx, &record.contract, Action::AssignYearlyShare, body)?;
        append::save_change(tx, record)?;
        Ok(YearlyShareSummary { id: public_id, from_year: of.year, version: record.contract.version })
    })
}

/// Checks the form of an assignment.
///
/// # Errors
/// `Refused` with every fault found.
pub fn check(input: &YearlyShareInput) -> Result<(), Error> {
    let mut faults = Faults::new("register");
    faults.line("contract", &input.contract);
    faults.line("appropriation", &input.appropriation);
    faults.finish()
}

/// Finds the appropriation of an assignment and checks that it can bear a share of the contract.
fn find(
    tx: &mut Tx<'_>,
    record: &ContractRecord,
    input: &YearlyShareInput,
) -> Result<appropriations::Appropriation, Error> {
    let refused = |message| Error::refused_at("budget-first", "appropriation", message);
    let unknown = || refused(Message::new("unknown-appropriation"));
    let of = appropriations::by_public_id(tx.connection, &input.appropriation)?.ok_or_else(unknown)?;
    let year = |key| Message::new(key).with("year", of.year.to_string());
    let own = match record.contract.appropriation_id {
        Some(id) => appropriations::by_id(tx.connection, id)?,
        None => None,
    };
    let Some(own) = own else { return Err(refused(Message::new("appropriation-missing"))) };
    let known = rows::of_contract(tx.connection, record.contract.id)?;
    if of.bureau_id != record.contract.purchaser_id {
        return Err(refused(Message::new("appropriation-of-another")));
    } else if of.state != ProposalState::Approved {
        return Err(refused(Message::new("appropriation-not-approved")));
    } else if of.year < tx.context.today().year() {
        return Err(refused(year("appropriation-lapsed")));
    } else if of.year <= own.year {
        return Err(refused(year("yearly-share-not-later").with("own", own.year.to_string())));
    } else if known.iter().any(|share| share.from_year == of.year) {
        return Err(refused(year("yearly-share-known")));
    } else if planned(record, tx.context.today(), of.year) == 0 {
        return Err(refused(year("yearly-share-nothing-due")));
    }
    Ok(of)
}

/// Returns what falls due of a contract from a year on as agreed, in fen.
fn planned(record: &ContractRecord, today: NaiveDate, from_year: i32) -> i64 {
    planned_by_year(record.terms_on(today)).range(from_year..).fold(0, |sum, (_, fen)| sum.saturating_add(*fen))
}

/// An appropriation that bears a later share of a contract that is not funded yet, and the amount that it commits.
#[derive(Debug, Clone)]
pub struct LaterShare {
    pub from_year: i32,
    pub appropriation: AppropriationView,
    /// Amount to commit, in yuan.
    pub needed: Sum,
}

/// Loads the yearly shares of a contract, with what funding it commits to each.
///
/// # Errors
/// Database errors.
pub(in crate::services) fn later(
    connection: &mut AnyConnection,
    record: &ContractRecord,
    today: NaiveDate,
) -> Result<Vec<LaterShare>, Error> {
    let shares = rows::of_contract(connection, record.contract.id)?;
    let ids: Vec<AppropriationId> = shares.iter().map(|share| share.appropriation_id).collect();
    let named = if ids.is_empty() { Vec::new() } else { appropriations::by_ids(connection, &ids)? };
    let planned = planned_by_year(record.terms_on(today));
    let mut found = Vec::new();
    for (place, share) in shares.iter().enumerate() {
        let until = shares.get(place + 1).map_or(i32::MAX, |next| next.from_year);
        let fen = planned.range(share.from_year..until).fold(0_i64, |sum, (_, fen)| sum.saturating_add(*fen));
        let Some(row) = named.iter().find(|row| row.id == share.appropriation_id) else { continue };
        let appropriation = view_of(connection, row.clone())?;
        found.push(LaterShare { from_year: share.from_year, appropriation, needed: Sum::from_fen(fen.into()) });
    }
    Ok(found)
}

/// Returns the appropriation that bears a milestone of a contract, if it belongs to a yearly share.
///
/// # Errors
/// Database errors; `Internal` for a stored fact that does not fit.
pub(in crate::services) fn bearer_of(
    connection: &mut AnyConnection,
    record: &ContractRecord,
    (milestone, today): (&str, NaiveDate),
) -> Result<Option<AppropriationId>, Error> {
    let kept = stored::of_contract(connection, record.contract.id)?;
    let years: BTreeSet<i32> = kept.iter().filter_map(|row| row.from_year).collect();
    let Some(code) = Code::new(milestone).ok().filter(|_| !years.is_empty()) else { return Ok(None) };
    let standing = record.standing(today, Trails::Off)?;
    let satisfied = standing.milestones.iter().find(|found| found.code == code).and_then(|found| found.satisfied_on);
    let due = due_year(record.terms_on(satisfied.unwrap_or(today)), &code);
    Ok(due.and_then(|due| share_of(&years, due)).and_then(|year| bearer(&kept, Some(year))))
}
