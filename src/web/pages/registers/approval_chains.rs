//! Register of chains: the steps that payment requests, or contracts before finance sees them, pass, each with the role
//! that takes it.

use crate::app::App;
use crate::domain::approval_chains::{ChainAct, ChainSubject, MOST_COUNTERSIGNERS};
use crate::domain::codes::{ProposalState, Role};
use crate::domain::policy::Action;
use crate::error::{Error, Message};
use crate::services::identity::caller::Caller;
use crate::services::payments::approval_chains::{self, ChainInput, ChainStepInput, ChainView};
use crate::services::registry::proposals::ProposalDecisionInput;
use crate::services::shared::form_reader::FormReader;
use crate::services::shared::paging::{Page, Paged};
use crate::services::shared::typed_values::{parse_amount, parse_choice, parse_date};
use crate::text;
use crate::web::pages::forms::Form;
use crate::web::pages::forms::field::{Field, FieldKind};
use crate::web::pages::registers::register::{AddForm, Column, Done, Register, Row, RowAction, RowActions};
use crate::web::pages::registers::table::{line, read_reason};
use crate::web::pages::shell::Shell;

/// Option of a step that a chain leaves out.
const LEFT_OUT: &str = "none";
/// Field of the second role that approves.
const SECOND: &str = "second_approve";

/// The register.
pub const REGISTER: Register = Register {
    name: "approval-chains",
    read: Action::ListChains,
    columns: &[
        Column::text("rule_document"),
        Column::text("chain_owner"),
        Column::text("chain_subject"),
        Column::text("chain_steps"),
        Column::short("from_on"),
        Column::short("state"),
    ],
    named_by: "rule_document",
    rows,
    add: Some(AddForm { right: Action::ProposeChain, fields, submit: propose }),
    act: Some(RowActions { rights: &[Action::ApproveChain], submit: decide }),
};

fn rows(app: &App, caller: &Caller, page: &Shell, part: &Page) -> Result<Paged<Row>, Error> {
    Ok(approval_chains::list(app, caller, part)?.map(|found| row(page, found)))
}

fn row(page: &Shell, found: ChainView) -> Row {
    let actions: &[RowAction] = match found.state {
        ProposalState::Proposed => &[RowAction::new("approve"), RowAction::with_reason("refuse")],
        _ => &[],
    };
    let steps: Vec<String> = found.steps.iter().map(|step| words(page, step)).collect();
    let steps: Vec<&str> = steps.iter().map(String::as_str).collect();
    let cells = [
        ("rule_document", found.document_no.into()),
        ("chain_owner", found.funder.into()),
        ("chain_subject", page.word("chain-subject", found.subject).into()),
        ("chain_steps", page.joined("document-semicolon", &steps).into()),
        ("from_on", found.from_on.into()),
        ("state", page.word("proposal", found.state).into()),
    ];
    Row::new(found.id, cells).with_actions(actions.iter().copied())
}

/// Names an act.
fn word(page: &Shell, act: ChainAct) -> String {
    match act.subject() {
        ChainSubject::Payment => page.word("payment-step", act),
        ChainSubject::Contract => page.word("contract-step", act),
    }
}

/// Puts a step into words, such as "Review by the finance reviewer, from 50,000.00 yuan".
fn words(page: &Shell, step: &ChainStepInput) -> String {
    let role = page.word("role", step.role);
    let values = [
        ("step", word(page, step.step)),
        (
            "role",
            if step.people > 1 { page.with2("chain-role-people", "role", role, "people", step.people) } else { role },
        ),
        ("amount", page.money(step.amount)),
    ];
    let is_always = step.amount.fen() == 0;
    text::message(page.language, if is_always { "chain-step" } else { "chain-step-from" }, &values)
}

fn fields(_: &App, caller: &Caller, page: &Shell, _: &Form) -> Result<Vec<Field>, Error> {
    let subjects = approval_chains::subjects(caller)?;
    let mut fields = vec![Field::choice(page, "subject", "chain-subject", &subjects)];
    for act in ChainAct::ALL.iter().filter(|act| subjects.contains(&act.subject())) {
        let mut roles: Vec<(String, String)> =
            act.roles().iter().map(|role| (role.to_string(), page.word("role", role))).collect();
        let left_out = (LEFT_OUT.to_owned(), page.say("chain-left-out"));
        let taken_by = |name: &str, step: &str, roles: Vec<(String, String)>| {
            let proposed = roles.first().map(|(role, _)| role.clone()).unwrap_or_default();
            let label = page.with("chain-taken-by", "step", step);
            Field::new(name, FieldKind::Choice, label).options(roles).propose(proposed)
        };
        let taken_from = |name: &str, step: &str| {
            let label = page.with("chain-taken-from", "step", step);
            Field::new(amount_of(name), FieldKind::Number, label).hint(page.say("chain-taken-from-hint"))
        };
        let second: Vec<_> = std::iter::once(left_out.clone()).chain(roles.iter().cloned()).collect();
        match act.subject() {
            ChainSubject::Payment if act.is_needed() => {}
            ChainSubject::Payment => roles.push(left_out),
            ChainSubject::Contract => roles.insert(0, left_out),
        }
        let step = word(page, *act);
        fields.push(taken_by(act.as_str(), &step, roles));
        if *act == ChainAct::Countersign {
            let numbers = (1..=MOST_COUNTERSIGNERS).map(|number| (number.to_string(), number.to_string()));
            fields.push(Field::named(page, "countersigners", FieldKind::Choice).options(numbers.collect()));
        }
        if *act == ChainAct::Approve {
            let step = page.say("chain-second-approval");
            fields.extend([taken_by(SECOND, &step, second), taken_from(SECOND, &step)]);
        } else if !act.is_needed() {
            fields.push(taken_from(act.as_str(), &step));
        }
    }
    fields.push(Field::named(page, "from_on", FieldKind::Day).hint(page.say("approval-rule-hint")));
    fields.push(line(page, "document_no").label(page.say("column-rule_document")));
    Ok(fields)
}

/// Returns the name of the field for the amount from which the step of a field is taken.
fn amount_of(name: &str) -> String {
    format!("{name}_amount")
}

fn propose(app: &App, caller: &Caller, form: &Form) -> Result<Done, Error> {
    let mut reader = FormReader::new(form);
    let subject = reader.required("subject", parse_choice).unwrap_or(ChainSubject::Payment);
    let mut steps = Vec::new();
    for act in ChainAct::ALL.iter().filter(|act| act.subject() == subject) {
        let role = reader.required_text(act.as_str());
        let amount = if act.is_needed() { None } else { reader.optional(&amount_of(act.as_str()), parse_amount) };
        let people = if *act == ChainAct::Countersign { reader.optional_text("countersigners") } else { None };
        match Role::parse(&role).filter(|role| act.roles().contains(role)) {
            Some(role) => steps.push(ChainStepInput {
                step: *act,
                role,
                amount: amount.unwrap_or_default(),
                people: people.and_then(|people| people.parse().ok()).unwrap_or(1),
            }),
            None if role == LEFT_OUT && !act.is_needed() => {}
            None => reader.reject(act.as_str(), Message::new("chain-role")),
        }
        if *act == ChainAct::Approve
            && let Some(role) = reader.optional_text(SECOND).filter(|role| role != LEFT_OUT)
        {
            let amount = reader.optional(&amount_of(SECOND), parse_amount).unwrap_or_default();
            match Role::parse(&role) {
                Some(role) => steps.push(ChainStepInput { step: *act, role, amount, people: 1 }),
                None => reader.reject(SECOND, Message::new("chain-role")),
            }
        }
    }
    let from_on = reader.required("from_on", parse_date);
    let document_no = reader.required_text("document_no");
    let input = from_on.map(|from_on| ChainInput { subject, steps, from_on, document_no });
    Ok(Done::new(approval_chains::propose(app, caller, &reader.finish(input)?)?.id))
}

fn decide(app: &App, caller: &Caller, id: &str, action: &str, form: &Form) -> Result<Done, Error> {
    let input = ProposalDecisionInput { reason: read_reason(form) };
    Ok(Done::new(approval_chains::decide(app, caller, id, action, &input)?.id))
}
