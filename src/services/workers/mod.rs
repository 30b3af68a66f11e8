//! Rosters: the contractor proposes the workers of a contract by name, and an officer of the purchaser consents, also
//! where one takes the place of another. A replacement does not serve before that consent.

pub mod staffing;
mod view;
pub mod warnings;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::app::App;
use crate::domain::codes::ProposalState;
use crate::domain::personal_data;
use crate::domain::policy::Action;
use crate::domain::shape::{date, optional_date};
use crate::domain::text_input::{identifier, key};
use crate::domain::workers::{Assignment, LEAVE, MAX_WORKERS, RECALL, WorkerRole, first_warning};
use crate::error::{Error, Message};
use crate::services::contracts::record::ContractRecord;
use crate::services::contracts::registration::append_event;
use crate::services::contracts::{acts, append};
use crate::services::identity::caller::Caller;
use crate::services::registry::proposals::{self, ProposalDecisionInput, ProposalSummary, parse_decision};
use crate::services::shared::faults::Faults;
use crate::services::shared::inputs;
pub(in crate::services) use crate::services::workers::view::roster;
pub use crate::services::workers::view::{WorkerQuery, WorkerView, find_named, list};
use crate::storage::audit::event_action::EventAction;
use crate::storage::contracts;
use crate::storage::ids::{PersonId, WorkerId};
use crate::storage::workers::{self as rows, NewWorker, Worker};
use crate::storage::write::Tx;

/// Name of the register.
const REGISTER: &str = "workers";

/// A worker to propose.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WorkerInput {
    /// Number of the contract.
    pub contract: String,
    pub name: String,
    pub role: WorkerRole,
    /// Name and number of the certificate; may be empty. A resident identity number is refused.
    #[serde(default)]
    pub certificate: String,
    /// Last day on which the certificate is valid.
    #[serde(default, deserialize_with = "optional_date")]
    pub certificate_until: Option<NaiveDate>,
    /// First day of the assignment.
    #[serde(deserialize_with = "date")]
    pub from_on: NaiveDate,
    /// Last day of the assignment; by default until the contract ends.
    #[serde(default, deserialize_with = "optional_date")]
    pub until_on: Option<NaiveDate>,
    /// Name of the worker on the roster whose place this one takes; may be empty.
    #[serde(default)]
    pub replaces: String,
    /// Reason; required for a replacement.
    #[serde(default)]
    pub reason: String,
}

impl WorkerInput {
    fn assignment(&self) -> Assignment {
        Assignment {
            role: self.role,
            from_on: self.from_on,
            until_on: self.until_on,
            certificate_until: self.certificate_until,
        }
    }
}

/// Proposes a worker.
///
/// # Errors
/// `Forbidden`; `Conflict` in another state of the contract; `Duplicate` for a worker who is on the roster or proposed,
/// or whose replacement is; `Refused` for malformed input, an unknown contract or worker, or an impossible day.
pub fn propose(app: &App, caller: &Caller, input: &WorkerInput) -> Result<ProposalSummary, Error> {
    caller.may(Action::ProposeWorker)?;
    let input = &WorkerInput { contract: identifier(&input.contract), ..input.clone() };
    check(input)?;
    let (contract, _) = app.pool.read(|connection| {
        let unknown = || Error::refused_at("register", "contract", Message::new("worker-no-contract"));
        let found = contracts::by_number(connection, &input.contract)?.ok_or_else(unknown)?;
        caller.contract(connection, &found.public_id, Action::ProposeWorker).map_err(|error| match error {
            Error::NotFound => unknown(),
            other => other,
        })
    })?;
    acts::write_contract(app, caller, &contract.public_id, Action::ProposeWorker, |tx, record, _| {
        check_days(record, input, tx.context.today())?;
        let known = rows::of_contract(tx.connection, record.contract.id)?;
        let replaced = find_replaced(&known, input)?;
        refuse_known(&known, input, replaced)?;
        if known.len() >= MAX_WORKERS {
            return Err(Error::refused("workers", Message::new("workers-too-many").with("limit", MAX_WORKERS)));
        }
        let (id, by) = (tx.context.ids.uuid(), tx.person()?);
        let new = NewWorker {
            public_id: &id,
            contract: record.contract.id,
            name: input.name.trim(),
            certificate: input.certificate.trim(),
            assignment: input.assignment(),
            replaces: replaced.map(|worker| worker.id),
            reason: input.reason.trim(),
        };
        rows::insert(tx.connection, tx.context, &new, by)?;
        let body = serde_json::json!({
            "worker": id, "role": input.role, "from_on": input.from_on, "until_on": input.until_on,
            "replaces": replaced.map(|worker| worker.public_id.as_str()), "reason": input.reason.trim(),
        });
        append_event(tx, &record.contract, Action::ProposeWorker, body)?;
        append::save_change(tx, record)?;
        Ok(ProposalSummary { id, state: ProposalState::Proposed })
    })
}

/// Checks the form of a worker.
///
/// # Errors
/// `Refused` with every fault found.
pub fn check(input: &WorkerInput) -> Result<(), Error> {
    let mut faults = Faults::new("register");
    faults.line("contract", &input.contract);
    faults.line("name", &input.name);
    for (field, text) in [("certificate", &input.certificate), ("replaces", &input.replaces), ("reason", &input.reason)]
    {
        faults.optional_line(field, text);
    }
    for (field, text) in [("name", &input.name), ("certificate", &input.certificate), ("reason", &input.reason)] {
        if let Some(kind) = personal_data::find(text) {
            faults.add(field, Message::new("record-personal-data").with("kind", kind));
        }
    }
    if input.role == WorkerRole::Counsellor && input.certificate.trim().is_empty() {
        faults.add("certificate", Message::new("worker-counsellor-certificate"));
    }
    if let Some(until) = input.certificate_until {
        if input.certificate.trim().is_empty() {
            faults.add("certificate", Message::new("draft-empty"));
        } else if until < input.from_on {
            faults.add("certificate_until", Message::new("worker-certificate-lapsed").with("first", input.from_on));
        }
    }
    if input.until_on.is_some_and(|until| until < input.from_on) {
        faults.add("until_on", Message::new("worker-until").with("first", input.from_on));
    }
    if !input.replaces.trim().is_empty() && input.reason.trim().is_empty() {
        faults.add("reason", Message::new("reason-missing"));
    }
    faults.finish()
}

/// Refuses an assignment outside the days of the contract.
fn check_days(record: &ContractRecord, input: &WorkerInput, today: NaiveDate) -> Result<(), Error> {
    let terms = record.terms_on(today);
    let is_within = |day: NaiveDate| (terms.starts_on..=terms.ends_on).contains(&day);
    let days = [("from_on", Some(input.from_on)), ("until_on", input.until_on)];
    let outside = days.into_iter().find(|(_, day)| day.is_some_and(|day| !is_within(day)));
    let Some((field, _)) = outside else { return Ok(()) };
    let message = Message::new("worker-outside").with("first", terms.starts_on).with("last", terms.ends_on);
    Err(Error::refused_at("workers", field, message))
}

/// Finds the worker whose place the proposed one takes: on the roster on the day before, and before that.
fn find_replaced<'a>(known: &'a [Worker], input: &WorkerInput) -> Result<Option<&'a Worker>, Error> {
    let named = key(&input.replaces);
    if named.is_empty() {
        return Ok(None);
    }
    let before = input.from_on.pred_opt();
    let is_replaced = |worker: &&Worker| {
        worker.state == ProposalState::Approved
            && key(&worker.name) == named
            && before.is_some_and(|day| worker.assignment().is_assigned_on(day))
    };
    match known.iter().rfind(is_replaced) {
        Some(found) => Ok(Some(found)),
        None => {
            let message = Message::new("worker-replaces-unknown").with("first", input.from_on);
            Err(Error::refused_at("workers", "replaces", message))
        }
    }
}

/// Refuses a worker who is on the roster or proposed for days in common, and a second replacement of the same worker.
fn refuse_known(known: &[Worker], input: &WorkerInput, replaced: Option<&Worker>) -> Result<(), Error> {
    let (named, assignment) = (key(&input.name), input.assignment());
    let counts = |worker: &&Worker| matches!(worker.state, ProposalState::Proposed | ProposalState::Approved);
    let first = known.iter().filter(counts).find(|worker| {
        let is_other = replaced.is_none_or(|replaced| replaced.id != worker.id);
        let is_same = key(&worker.name) == named && worker.assignment().overlaps(&assignment);
        let replaces = replaced.map(|replaced| replaced.id.0);
        is_other && (is_same || replaces.is_some() && worker.replaces_id == replaces)
    });
    let Some(first) = first else { return Ok(()) };
    let address = proposals::address(REGISTER, &first.public_id);
    Err(proposals::repeated(address, Message::new("worker-known").with("state", first.state)))
}

/// Consents to a worker or refuses them, takes the proposal back, or records that one has left, by the name of the step.
///
/// # Errors
/// As [`decide`], [`recall`] and [`leave`].
pub fn take_step(
    app: &App,
    caller: &Caller,
    id: &str,
    name: &str,
    input: &ProposalDecisionInput,
) -> Result<ProposalSummary, Error> {
    match name {
        LEAVE => leave(app, caller, id, input),
        RECALL => recall(app, caller, id),
        _ => decide(app, caller, id, name, input),
    }
}

/// Consents to a worker or refuses them. The proposer may do neither. With the consent, the assignment of a replaced
/// worker ends on the day before.
///
/// # Errors
/// `Forbidden`; `NotFound`; `Conflict` in another state; `Duplicate` if already decided; `Refused` for a refusal without
/// a reason.
pub fn decide(
    app: &App,
    caller: &Caller,
    id: &str,
    name: &str,
    input: &ProposalDecisionInput,
) -> Result<ProposalSummary, Error> {
    let action = Action::DecideWorker;
    acts::write_about(app, caller, action, (id, rows::with_contract), |tx, record, seat, worker| {
        let state = parse_decision(name, input)?;
        let proposed = (worker.proposed_by, worker.proposed_for.map(PersonId));
        let by = proposals::decider(tx, (caller, seat), proposals::address(REGISTER, id), (proposed, worker.state))?;
        let is_approved = state == ProposalState::Approved;
        let event = if is_approved { action.into() } else { EventAction::WorkerRefuse };
        let warn_on = worker.certificate_until.filter(|_| is_approved).and_then(first_warning);
        let reason = input.reason.as_deref().map(str::trim).unwrap_or_default();
        let end_reason = Some(reason).filter(|_| !is_approved);
        end_reason.map_or(Ok(()), refuse_personal_data)?;
        rows::decide(tx.connection, tx.context, worker.id, (state, by, warn_on), end_reason)?;
        if is_approved {
            end_replaced(tx, record, &worker)?;
        }
        append_event(tx, &record.contract, event, serde_json::json!({ "worker": id, "reason": reason }))?;
        append::save_change(tx, record)?;
        Ok(ProposalSummary { id: id.to_owned(), state })
    })
}

/// Ends the assignment of the worker whose place another takes, unless it has ended before.
fn end_replaced(tx: &mut Tx<'_>, record: &ContractRecord, worker: &Worker) -> Result<(), Error> {
    let (Some(replaced), Some(last)) = (worker.replaces_id.map(WorkerId), worker.from_on.pred_opt()) else {
        return Ok(());
    };
    let known = rows::of_contract(tx.connection, record.contract.id)?;
    if known.iter().any(|one| one.id == replaced && one.assignment().is_assigned_on(worker.from_on)) {
        rows::end(tx.connection, replaced, last)?;
    }
    Ok(())
}

/// Refuses a reason with personal data, which both sides would read on the roster.
fn refuse_personal_data(reason: &str) -> Result<(), Error> {
    let Some(kind) = personal_data::find(reason) else { return Ok(()) };
    Err(Error::refused_at("register", "reason", Message::new("record-personal-data").with("kind", kind)))
}

/// Takes back a worker who awaits consent.
///
/// # Errors
/// `Forbidden`; `NotFound`; `Conflict` in another state of the contract; `Duplicate` if already decided or taken back.
fn recall(app: &App, caller: &Caller, id: &str) -> Result<ProposalSummary, Error> {
    let action = Action::ProposeWorker;
    acts::write_about(app, caller, action, (id, rows::with_contract), |tx, record, _, worker| {
        if worker.state != ProposalState::Proposed {
            let message = Message::new("decided-before").with("state", worker.state.as_str());
            return Err(proposals::repeated(proposals::address(REGISTER, id), message));
        }
        let (state, by) = (ProposalState::Recalled, tx.person()?);
        rows::decide(tx.connection, tx.context, worker.id, (state, by, None), None)?;
        append_event(tx, &record.contract, EventAction::WorkerRecall, serde_json::json!({ "worker": id }))?;
        append::save_change(tx, record)?;
        Ok(ProposalSummary { id: id.to_owned(), state })
    })
}

/// Records that a worker on the roster has left: today is the last day of the assignment.
///
/// # Errors
/// `Forbidden`; `NotFound`; `Conflict` in another state of the contract, or for a worker who is not assigned today;
/// `Refused` without a reason.
fn leave(app: &App, caller: &Caller, id: &str, input: &ProposalDecisionInput) -> Result<ProposalSummary, Error> {
    let action = Action::RecordLeave;
    acts::write_about(app, caller, action, (id, rows::with_contract), |tx, record, _, worker| {
        let reason = inputs::reason(input.reason.as_deref())?;
        refuse_personal_data(reason)?;
        let today = tx.context.today();
        let is_assigned = worker.assignment().is_assigned_on(today) && worker.until_on != Some(today);
        if worker.state != ProposalState::Approved || !is_assigned {
            return Err(Error::conflict("worker-not-assigned"));
        }
        rows::leave(tx.connection, worker.id, today, reason)?;
        append_event(tx, &record.contract, action, serde_json::json!({ "worker": id, "reason": reason }))?;
        append::save_change(tx, record)?;
        Ok(ProposalSummary { id: id.to_owned(), state: worker.state })
    })
}
