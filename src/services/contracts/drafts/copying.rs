//! Copies of an earlier contract: drafts with its newest terms, moved to another first day. Not copied: its numbers,
//! days of award and signing, appropriation, notes, and facts.

use chrono::{Datelike, Months, NaiveDate};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::app::App;
use crate::domain::details::Details;
use crate::domain::policy::Action;
use crate::domain::schedule::Shift;
use crate::domain::shape::optional_date;
use crate::domain::terms::Terms;
use crate::error::{Error, Message};
use crate::services::contracts::drafts::fields::Fields;
use crate::services::contracts::drafts::{DraftSummary, event, json, reading, writing};
use crate::services::contracts::list::{self, ContractItem, ContractQuery};
use crate::services::contracts::record::ContractRecord;
use crate::services::contracts::registration::{self, ContractView};
use crate::services::identity::caller::Caller;
use crate::services::shared::paging::{Page, Paged};
use crate::storage::AnyConnection;
use crate::storage::audit::event_action::EventAction;
use crate::storage::contracts::drafts::{self as rows, DraftOf, NewDraft};
use crate::storage::identity::people::Seat;
use crate::storage::locks::Scope;
use crate::storage::registry::organisations;
use crate::storage::write::write_in;

/// Fields that a copy leaves empty. The amount follows from the deliverables.
pub(super) const LEFT: &[&str] = &["number", "plan_no", "award_on", "signed_on", "appropriation", "notes", "amount"];
/// Fields with a day that moves.
pub(super) const DAYS: &[&str] = &["ends_on", "due_on", "not_before"];
/// Lists whose rows are named after their part of the term.
pub(super) const NAMED: &[&str] = &["deliverables", "milestones"];

/// Input of a copy.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CopyInput {
    /// Identifier of the contract.
    pub contract: String,
    /// First day of the new term; by default whole years after that of the earlier contract, once the earlier term is
    /// over.
    #[serde(default, deserialize_with = "optional_date")]
    pub starts_on: Option<NaiveDate>,
}

/// A contract with the terms that a copy of it would begin with.
#[derive(Debug)]
pub struct CopyPreview {
    /// The contract, with its newest terms.
    pub source: ContractView,
    /// First day of the copy.
    pub starts_on: NaiveDate,
    /// Terms of the copy.
    pub terms: Terms,
    /// Names and texts of the copy's details.
    pub details: Details,
}

/// Parts of a copy: the contract, the seat in which it is copied, and the fields of the draft.
struct Copy {
    source: ContractView,
    seat: Seat,
    starts_on: NaiveDate,
    fields: Fields,
}

/// Loads the contract to copy, and works out the copy.
fn load(
    connection: &mut AnyConnection,
    caller: &Caller,
    contract: &str,
    starts_on: Option<NaiveDate>,
) -> Result<Copy, Error> {
    let (contract, _) = caller.contract(connection, contract, Action::ReadContract)?;
    let seats = caller.may(Action::CreateContract)?;
    let own = seats.iter().find(|seat| seat.organisation == contract.purchaser_id);
    let seat = Seat::clone(own.or_else(|| seats.first()).ok_or(Error::NotFound)?);
    let purchaser = organisations::by_ids(connection, &[seat.organisation])?;
    let record = ContractRecord::load(connection, contract)?;
    let source = registration::build_view(connection, &record, NaiveDate::MAX)?;
    let starts_on = starts_on.unwrap_or_else(|| proposed_start(&source.terms, caller.today()));
    let mut fields = copied(&source, starts_on)?;
    let purchaser = purchaser.first().map(|own| own.code.clone()).unwrap_or_default();
    if purchaser != source.purchaser.code {
        // The finance bureau of another purchaser does not pay for the caller's.
        fields.set("funder", "");
    }
    fields.set("purchaser", purchaser);
    Ok(Copy { source, seat, starts_on, fields })
}

/// Returns the proposed first day of a copy: whole years later, after the earlier term and less than a year ago.
fn proposed_start(terms: &Terms, today: NaiveDate) -> NaiveDate {
    let later = |years: u32| terms.starts_on.checked_add_months(Months::new(12 * years));
    let is_due = |day: &NaiveDate| *day > terms.ends_on && day.year() >= today.year();
    (1..100).filter_map(later).find(is_due).unwrap_or(terms.starts_on)
}

/// Returns the fields of a copy.
fn copied(source: &ContractView, starts_on: NaiveDate) -> Result<Fields, Error> {
    let beyond = || Error::refused_at("copy", "starts_on", Message::new("typed-day-beyond").with("day", starts_on));
    let shift = Shift::between(source.terms.starts_on, starts_on).ok_or_else(beyond)?;
    let mut fields = writing::fields_of(source);
    LEFT.iter().for_each(|name| fields.set(*name, ""));
    let before: Vec<(String, String)> = fields.all().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    for (name, value) in before {
        let parts: Vec<&str> = name.split('.').collect();
        let moved = match parts.as_slice() {
            [.., last] if DAYS.contains(last) => {
                let day = value.parse().ok().and_then(|day| shift.day(day));
                day.ok_or_else(beyond)?.to_string()
            }
            ["title"] | ["clauses", _, "deliverables"] => shift.text(&value),
            [list, _, "code" | "name" | "milestone"] if NAMED.contains(list) => shift.text(&value),
            _ => continue,
        };
        fields.set(name, moved);
    }
    fields.set("starts_on", starts_on);
    Ok(fields)
}

/// Lists the contracts that the caller may see and copy, as [`list::contracts`] does.
///
/// # Errors
/// `Forbidden` for a caller who may not register contracts; those of the list.
pub fn sources(app: &App, caller: &Caller, query: &ContractQuery, page: &Page) -> Result<Paged<ContractItem>, Error> {
    caller.may(Action::CreateContract)?;
    list::contracts(app, caller, query, page)
}

/// Shows the terms that a copy of a contract would start with.
///
/// # Errors
/// `Forbidden` for a caller who may not register contracts; `NotFound`, also for a contract that the caller may not
/// see; `Refused` for a first day that would move other days out of range.
pub fn preview(app: &App, caller: &Caller, contract: &str, starts_on: Option<NaiveDate>) -> Result<CopyPreview, Error> {
    caller.may(Action::CreateContract)?;
    let copy = app.pool.read(|connection| load(connection, caller, contract, starts_on))?;
    let read = reading::read_draft(&copy.fields, None).terms;
    let (terms, details) = read.unwrap_or_else(|| (copy.source.terms.clone(), copy.source.details.clone()));
    Ok(CopyPreview { terms, details, starts_on: copy.starts_on, source: copy.source })
}

/// Begins a draft as a copy of a contract.
///
/// # Errors
/// As [`preview`].
pub fn copy(app: &App, caller: &Caller, input: &CopyInput) -> Result<DraftSummary, Error> {
    caller.may(Action::CreateContract)?;
    let Copy { source, seat, fields, .. } =
        app.pool.read(|connection| load(connection, caller, &input.contract, input.starts_on))?;
    let (public_id, fields) = (app.ids.uuid(), json(&fields)?);
    write_in(&app.pool, Scope::Unshared, &caller.context(app, &seat), |tx| {
        let (organisation, by, at) = (seat.organisation, tx.person()?, tx.context.now);
        let new = NewDraft { public_id: &public_id, organisation, of: DraftOf::New, fields: &fields, by, at };
        rows::insert(tx.connection, &new)?;
        event(tx, &public_id, EventAction::DraftCreate, serde_json::json!({ "copied_from": source.id }))?;
        Ok(DraftSummary { id: public_id.clone(), version: 1 })
    })
}
