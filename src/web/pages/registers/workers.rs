//! Register of the workers on rosters: the contractor proposes one, the purchaser's officer consents.

use crate::app::App;
use crate::domain::codes::{ProposalState, Role};
use crate::domain::policy::Action;
use crate::domain::workers::{LEAVE, RECALL, WorkerRole};
use crate::error::Error;
use crate::services::identity::caller::Caller;
use crate::services::registry::proposals::ProposalDecisionInput;
use crate::services::shared::form_reader::FormReader;
use crate::services::shared::paging::{Page, Paged};
use crate::services::shared::typed_values::{parse_choice, parse_date};
use crate::services::workers::{self, WorkerInput, WorkerQuery, WorkerView};
use crate::web::pages::forms::Form;
use crate::web::pages::forms::field::{Field, FieldKind};
use crate::web::pages::registers::register::{
    AddForm, Cell, Column, Done, Filters, Register, Row, RowAction, RowActions, at_field,
};
use crate::web::pages::registers::table::{line, read_reason};
use crate::web::pages::shell::Shell;

/// The register.
pub const REGISTER: Register = Register {
    name: "workers",
    read: Action::ListWorkers,
    columns: &[
        Column::text("worker_name"),
        Column::text("contract"),
        Column::text("worker_role"),
        Column::text("worker_certificate"),
        Column::text("worker_days"),
        Column::short("worker_hours"),
        Column::text("worker_reason"),
        Column::short("state"),
    ],
    named_by: "worker_name",
    rows,
    add: Some(AddForm { right: Action::ProposeWorker, fields, submit: propose }),
    act: Some(RowActions { rights: &[Action::DecideWorker, Action::ProposeWorker, Action::RecordLeave], submit: step }),
};

/// Filters of the register: the number of a contract, and a part of a name.
pub const FILTERS: Filters =
    Filters { fields: &[("number", "field-share-contract"), ("named", "column-worker_name")], rows: found };

fn rows(app: &App, caller: &Caller, page: &Shell, part: &Page) -> Result<Paged<Row>, Error> {
    found(app, caller, page, &Form::default(), part)
}

fn found(app: &App, caller: &Caller, page: &Shell, typed: &Form, part: &Page) -> Result<Paged<Row>, Error> {
    let query = WorkerQuery { contract: typed.filled("number"), name: typed.filled("named") };
    let found = workers::list(app, caller, &query, part).map_err(|error| at_field(error, ("contract", "number")))?;
    Ok(found.map(|found| row(caller, page, found)))
}

fn row(caller: &Caller, page: &Shell, found: WorkerView) -> Row {
    let is = |role: Role| caller.seats.iter().any(|seat| seat.role == role);
    let is_gone = found.until_on.is_some_and(|until| until <= page.today);
    let actions: &[RowAction] = match found.state {
        ProposalState::Proposed if is(Role::Officer) => &[RowAction::new("approve"), RowAction::with_reason("refuse")],
        ProposalState::Proposed if is(Role::Contractor) => &[RowAction::new(RECALL)],
        ProposalState::Approved if is(Role::Contractor) && !is_gone => &[RowAction::with_reason(LEAVE)],
        _ => &[],
    };
    let cells = [
        ("worker_role", page.word("worker-role", found.role).into()),
        ("worker_certificate", certificate(page, &found).into()),
        ("worker_days", days(page, &found).into()),
        ("worker_reason", reasons(page, &found).into()),
        ("worker_hours", found.minutes.map(|minutes| hours(page, minutes)).unwrap_or_default().into()),
        ("state", page.word("worker-state", found.state).into()),
        ("worker_name", found.name.into()),
        (
            "contract",
            Cell::Link {
                words: format!("{} {}", found.number, found.title),
                address: format!("/contracts/{}", found.contract),
            },
        ),
    ];
    Row::new(found.id, cells).with_actions(actions.iter().copied())
}

/// Returns the reason of the replacement, and that of the refusal or the leave.
fn reasons(page: &Shell, found: &WorkerView) -> String {
    let key = if found.state == ProposalState::Refused { "worker-refused" } else { "worker-left" };
    let end = found.end_reason.as_ref().map(|reason| page.with(key, "reason", reason));
    let all: Vec<String> =
        Some(found.reason.clone()).filter(|reason| !reason.is_empty()).into_iter().chain(end).collect();
    page.joined("document-semicolon", &all)
}

/// Describes the certificate, its last day, and that it lapses or has lapsed.
fn certificate(page: &Shell, found: &WorkerView) -> String {
    let Some(until) = found.certificate_until else { return found.certificate.clone() };
    let key = match (found.lapsed, found.lapsing) {
        (true, _) => "worker-certificate-was",
        (false, true) => "worker-certificate-soon",
        (false, false) => "worker-certificate-until",
    };
    page.with2(key, "certificate", &found.certificate, "on", until)
}

/// Describes minutes as hours.
fn hours(page: &Shell, minutes: i64) -> String {
    page.with2("worker-hours", "hours", minutes / 60, "minutes", minutes % 60)
}

/// Describes the days of the assignment, and that it replaces another.
fn days(page: &Shell, found: &WorkerView) -> String {
    let days = match found.until_on {
        Some(until) => format!("{} – {until}", found.from_on),
        None => page.with("worker-from", "on", found.from_on),
    };
    if found.replaces { page.with("worker-replaces", "days", days) } else { days }
}

fn fields(_: &App, _: &Caller, page: &Shell, _: &Form) -> Result<Vec<Field>, Error> {
    let named = |name: &str, kind: FieldKind, label: &str| Field::new(name, kind, page.say(label));
    Ok(vec![
        line(page, "contract").label(page.say("field-share-contract")),
        named("name", FieldKind::Line, "column-worker_name"),
        Field::choice(page, "role", "worker-role", WorkerRole::ALL).label(page.say("column-worker_role")),
        named("certificate", FieldKind::Line, "column-worker_certificate").hint(page.say("worker-certificate-hint")),
        named("certificate_until", FieldKind::Day, "field-worker-certificate-until"),
        named("from_on", FieldKind::Day, "field-worker-from"),
        named("until_on", FieldKind::Day, "field-worker-until").hint(page.say("worker-until-hint")),
        named("replaces", FieldKind::Line, "field-worker-replaces").hint(page.say("worker-replaces-hint")),
        named("reason", FieldKind::Line, "column-worker_reason"),
    ])
}

fn propose(app: &App, caller: &Caller, form: &Form) -> Result<Done, Error> {
    let mut reader = FormReader::new(form);
    let (contract, name) = (reader.required_text("contract"), reader.required_text("name"));
    let role = reader.required("role", parse_choice);
    let certificate = reader.text("certificate");
    let certificate_until = reader.optional("certificate_until", parse_date);
    let from_on = reader.required("from_on", parse_date);
    let until_on = reader.optional("until_on", parse_date);
    let (replaces, reason) = (reader.text("replaces"), reader.text("reason"));
    let input = role.zip(from_on).map(|(role, from_on)| WorkerInput {
        contract,
        name,
        role,
        certificate,
        certificate_until,
        from_on,
        until_on,
        replaces,
        reason,
    });
    Ok(Done::new(workers::propose(app, caller, &reader.finish(input)?)?.id))
}

fn step(app: &App, caller: &Caller, id: &str, action: &str, form: &Form) -> Result<Done, Error> {
    let input = ProposalDecisionInput { reason: read_reason(form) };
    Ok(Done::new(workers::take_step(app, caller, id, action, &input)?.id))
}
