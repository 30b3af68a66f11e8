//! Register of suspensions and resumptions: an officer proposes one, a leader approves it.

use crate::app::App;
use crate::domain::codes::ProposalState;
use crate::domain::policy::Action;
use crate::domain::suspensions::SuspensionStep;
use crate::error::Error;
use crate::services::identity::caller::Caller;
use crate::services::registry::proposals::ProposalDecisionInput;
use crate::services::shared::form_reader::FormReader;
use crate::services::shared::paging::{Page, Paged};
use crate::services::shared::typed_values::{parse_choice, parse_date};
use crate::services::suspensions::{self, SuspensionInput, SuspensionView};
use crate::web::pages::forms::Form;
use crate::web::pages::forms::field::{Field, FieldKind};
use crate::web::pages::registers::register::{AddForm, Cell, Column, Done, Register, Row, RowAction, RowActions};
use crate::web::pages::registers::table::{line, read_reason};
use crate::web::pages::shell::Shell;

/// The register.
pub const REGISTER: Register = Register {
    name: "suspensions",
    read: Action::ListSuspensions,
    columns: &[
        Column::text("contract"),
        Column::text("suspension_step"),
        Column::short("from_on"),
        Column::text("suspension_reason"),
        Column::short("state"),
    ],
    named_by: "contract",
    rows,
    add: Some(AddForm { right: Action::ProposeSuspension, fields, submit: propose }),
    act: Some(RowActions { rights: &[Action::DecideSuspension], submit: decide }),
};

fn rows(app: &App, caller: &Caller, page: &Shell, part: &Page) -> Result<Paged<Row>, Error> {
    Ok(suspensions::list(app, caller, part)?.map(|found| row(page, found)))
}

fn row(page: &Shell, found: SuspensionView) -> Row {
    let actions: &[RowAction] = match found.state {
        ProposalState::Proposed => &[RowAction::new("approve"), RowAction::with_reason("refuse")],
        _ => &[],
    };
    let words = format!("{} {}", found.number, found.title);
    let cells = [
        ("contract", Cell::Link { words, address: format!("/contracts/{}", found.contract) }),
        ("suspension_step", page.word("suspension-step", found.step).into()),
        ("from_on", found.on.into()),
        ("suspension_reason", found.reason.into()),
        ("state", page.word("proposal", found.state).into()),
    ];
    Row::new(found.id, cells).with_actions(actions.iter().copied())
}

fn fields(_: &App, _: &Caller, page: &Shell, _: &Form) -> Result<Vec<Field>, Error> {
    Ok(vec![
        line(page, "contract").label(page.say("field-share-contract")),
        Field::choice(page, "step", "suspension-step", SuspensionStep::ALL).label(page.say("column-suspension_step")),
        Field::named(page, "on", FieldKind::Day).label(page.say("column-from_on")).hint(page.say("suspension-hint")),
        line(page, "reason").label(page.say("column-suspension_reason")),
    ])
}

fn propose(app: &App, caller: &Caller, form: &Form) -> Result<Done, Error> {
    let mut reader = FormReader::new(form);
    let contract = reader.required_text("contract");
    let step = reader.required("step", parse_choice);
    let on = reader.required("on", parse_date);
    let reason = reader.required_text("reason");
    let input = step.zip(on).map(|(step, on)| SuspensionInput { contract, step, on, reason });
    Ok(Done::new(suspensions::propose(app, caller, &reader.finish(input)?)?.id))
}

fn decide(app: &App, caller: &Caller, id: &str, action: &str, form: &Form) -> Result<Done, Error> {
    let input = ProposalDecisionInput { reason: read_reason(form) };
    Ok(Done::new(suspensions::decide(app, caller, id, action, &input)?.id))
}
