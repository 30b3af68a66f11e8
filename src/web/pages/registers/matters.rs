//! Registers of matters between bureaus and contractors: demand notices, minutes of joint meetings, and their decisions.

use crate::app::App;
use crate::domain::coordination::{MATTER_ACTIONS, MatterKind, MatterState};
use crate::domain::policy::Action;
use crate::error::Error;
use crate::services::coordination::{self, MatterInput, MatterView};
use crate::services::identity::caller::Caller;
use crate::services::registry::proposals::ProposalDecisionInput;
use crate::services::shared::form_reader::FormReader;
use crate::services::shared::paging::{Page, Paged};
use crate::services::shared::typed_values::parse_date;
use crate::web::pages::forms::Form;
use crate::web::pages::forms::field::{Field, FieldKind};
use crate::web::pages::registers::register::{AddForm, Cell, Column, Done, Register, Row, RowAction, RowActions};
use crate::web::pages::registers::table::{line, party_field, read_party, read_reason};
use crate::web::pages::shell::Shell;

/// The rights of the steps on a matter.
const STEPS: Option<RowActions> =
    Some(RowActions { rights: &[Action::AnswerMatter, Action::CloseMatter], submit: take_step });

/// Register of demand notices.
pub const DEMANDS: Register = Register {
    name: coordination::register(MatterKind::Demand),
    read: Action::ListMatters,
    columns: &[
        Column::text("matter_title"),
        Column::text("matter_text"),
        Column::text("matter_from"),
        Column::text("matter_to"),
        Column::short("matter_on"),
        Column::short("matter_due"),
        Column::text("matter_answers"),
        Column::short("state"),
    ],
    named_by: "matter_title",
    rows: |app, caller, page, part| rows(app, caller, page, (MatterKind::Demand, part)),
    add: Some(AddForm { right: Action::IssueDemand, fields: demand_fields, submit: issue_demand }),
    act: STEPS,
};

/// Register of the minutes of joint meetings.
pub const MEETINGS: Register = Register {
    name: coordination::register(MatterKind::Minutes),
    read: Action::ListMatters,
    columns: &[
        Column::short("meeting_on"),
        Column::text("meeting_title"),
        Column::text("meeting_minutes"),
        Column::text("matter_from"),
    ],
    named_by: "meeting_title",
    rows: |app, caller, page, part| rows(app, caller, page, (MatterKind::Minutes, part)),
    add: Some(AddForm { right: Action::RecordMeeting, fields: minutes_fields, submit: record_minutes }),
    act: None,
};

/// Register of the decisions of joint meetings.
pub const DECISIONS: Register = Register {
    name: coordination::register(MatterKind::Decision),
    read: Action::ListMatters,
    columns: &[
        Column::text("decision_title"),
        Column::text("decision_text"),
        Column::short("meeting_on"),
        Column::text("matter_from"),
        Column::text("decision_to"),
        Column::short("decision_due"),
        Column::text("matter_answers"),
        Column::short("state"),
    ],
    named_by: "decision_title",
    rows: |app, caller, page, part| rows(app, caller, page, (MatterKind::Decision, part)),
    add: Some(AddForm { right: Action::RecordMeeting, fields: decision_fields, submit: record_decision }),
    act: STEPS,
};

fn rows(app: &App, caller: &Caller, page: &Shell, (kind, part): (MatterKind, &Page)) -> Result<Paged<Row>, Error> {
    Ok(coordination::list(app, caller, kind, part)?.map(|found| row(page, found)))
}

/// Builds the row of a matter. Each register shows some of its cells.
fn row(page: &Shell, found: MatterView) -> Row {
    let due = found.due_on.map_or(Cell::Text(String::new()), Cell::from);
    let state = match (found.overdue, found.state) {
        (true, _) => page.say("matter-overdue"),
        (false, state) => page.word("matter-state", state),
    };
    let cells = [
        ("matter_answers", answers(page, &found).into()),
        ("matter_title", found.title.clone().into()),
        ("meeting_title", found.title.clone().into()),
        ("decision_title", found.title.into()),
        ("matter_text", found.text.clone().into()),
        ("meeting_minutes", found.text.clone().into()),
        ("decision_text", found.text.into()),
        ("matter_from", found.from.into()),
        ("matter_to", found.to.clone().unwrap_or_else(|| page.say("matter-to-all")).into()),
        ("decision_to", found.to.unwrap_or_default().into()),
        ("matter_on", found.on.into()),
        ("meeting_on", found.on.into()),
        ("matter_due", due.clone()),
        ("decision_due", due),
        ("state", state.into()),
    ];
    let offered = MATTER_ACTIONS.iter().filter(|(step, _)| found.steps.contains(step));
    Row::new(found.id, cells).with_actions(offered.map(|(step, _)| RowAction::with_reason(step)))
}

/// Describes the answers to a matter, and the result with which it was closed.
fn answers(page: &Shell, found: &MatterView) -> String {
    let said = |from: &str, text: &str| page.with2("matter-answered", "name", from, "text", text);
    let mut all: Vec<String> = found.answers.iter().map(|answer| said(&answer.organisation, &answer.text)).collect();
    if found.state == MatterState::Closed && !found.result.is_empty() {
        all.push(page.with("matter-result", "text", &found.result));
    }
    all.join(" ")
}

fn text_field(page: &Shell, label: &str) -> Field {
    Field::new("text", FieldKind::Text, page.say(label))
}

fn demand_fields(app: &App, caller: &Caller, page: &Shell, typed: &Form) -> Result<Vec<Field>, Error> {
    Ok(vec![
        line(page, "title").label(page.say("column-matter_title")),
        text_field(page, "column-matter_text").hint(page.say("matter-text-hint")),
        party_field(app, caller, page, "to", typed)?
            .label(page.say("column-matter_to"))
            .hint(page.say("matter-to-hint")),
        Field::new("due_on", FieldKind::Day, page.say("column-matter_due")).hint(page.say("matter-due-hint")),
    ])
}

fn issue_demand(app: &App, caller: &Caller, form: &Form) -> Result<Done, Error> {
    let mut reader = FormReader::new(form);
    let (title, text) = (reader.required_text("title"), reader.required_lines("text"));
    let to = match reader.optional_text("to") {
        Some(_) => Some(read_party(app, caller, &mut reader, "to")?),
        None => None,
    };
    let due_on = reader.optional("due_on", parse_date);
    let input = MatterInput { kind: MatterKind::Demand, title, text, to, on: None, due_on };
    Ok(Done::new(coordination::issue(app, caller, &reader.finish_checked(input, coordination::check)?)?.id))
}

fn minutes_fields(_: &App, _: &Caller, page: &Shell, _: &Form) -> Result<Vec<Field>, Error> {
    Ok(vec![
        Field::new("on", FieldKind::Day, page.say("column-meeting_on")),
        line(page, "title").label(page.say("column-meeting_title")),
        text_field(page, "column-meeting_minutes").hint(page.say("matter-text-hint")),
    ])
}

fn record_minutes(app: &App, caller: &Caller, form: &Form) -> Result<Done, Error> {
    let mut reader = FormReader::new(form);
    let on = reader.required("on", parse_date);
    let (title, text) = (reader.required_text("title"), reader.required_lines("text"));
    let input = MatterInput { kind: MatterKind::Minutes, title, text, to: None, on, due_on: None };
    Ok(Done::new(coordination::issue(app, caller, &reader.finish(Some(input))?)?.id))
}

fn decision_fields(app: &App, caller: &Caller, page: &Shell, typed: &Form) -> Result<Vec<Field>, Error> {
    Ok(vec![
        Field::new("on", FieldKind::Day, page.say("column-meeting_on")).hint(page.say("meeting-on-hint")),
        line(page, "title").label(page.say("column-decision_title")),
        text_field(page, "column-decision_text").hint(page.say("matter-text-hint")),
        party_field(app, caller, page, "to", typed)?.label(page.say("column-decision_to")),
        Field::new("due_on", FieldKind::Day, page.say("column-decision_due")),
    ])
}

fn record_decision(app: &App, caller: &Caller, form: &Form) -> Result<Done, Error> {
    let mut reader = FormReader::new(form);
    let on = reader.required("on", parse_date);
    let (title, text) = (reader.required_text("title"), reader.required_lines("text"));
    let to = Some(read_party(app, caller, &mut reader, "to")?);
    let due_on = reader.required("due_on", parse_date);
    let input = MatterInput { kind: MatterKind::Decision, title, text, to, on, due_on };
    Ok(Done::new(coordination::issue(app, caller, &reader.finish(Some(input))?)?.id))
}

fn take_step(app: &App, caller: &Caller, id: &str, action: &str, form: &Form) -> Result<Done, Error> {
    let input = ProposalDecisionInput { reason: read_reason(form) };
    Ok(Done::new(coordination::take_step(app, caller, id, action, &input)?.id))
}
