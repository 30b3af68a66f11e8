//! Register of rules on how many people approve a payment request.

use crate::app::App;
use crate::domain::codes::ProposalState;
use crate::domain::policy::Action;
use crate::error::Error;
use crate::services::identity::caller::Caller;
use crate::services::payments::rules::{self, ApprovalRuleInput, ApprovalRuleView};
use crate::services::registry::proposals::ProposalDecisionInput;
use crate::services::shared::form_reader::FormReader;
use crate::services::shared::paging::{Page, Paged};
use crate::services::shared::typed_values::{parse_amount, parse_date};
use crate::web::pages::forms::Form;
use crate::web::pages::forms::field::{Field, FieldKind};
use crate::web::pages::registers::register::{AddForm, Column, Done, Register, Row, RowAction, RowActions};
use crate::web::pages::registers::table::{line, read_reason};
use crate::web::pages::shell::Shell;

/// Numbers of approvers that the form offers.
const APPROVERS: &[u32] = &[1, 2, 3];

/// The register.
pub const REGISTER: Register = Register {
    name: "approval-rules",
    read: Action::ListApprovalRules,
    columns: &[
        Column::text("rule_document"),
        Column::text("rule_funder"),
        Column::amount("rule_amount"),
        Column::short("rule_approvers"),
        Column::short("from_on"),
        Column::short("state"),
    ],
    named_by: "rule_document",
    rows,
    add: Some(AddForm { right: Action::ProposeApprovalRule, fields, submit: propose }),
    act: Some(RowActions { rights: &[Action::ApproveApprovalRule], submit: decide }),
};

fn rows(app: &App, caller: &Caller, page: &Shell, part: &Page) -> Result<Paged<Row>, Error> {
    Ok(rules::list(app, caller, part)?.map(|found| row(page, found)))
}

fn row(page: &Shell, found: ApprovalRuleView) -> Row {
    let actions: &[RowAction] = match found.state {
        ProposalState::Proposed => &[RowAction::new("approve"), RowAction::with_reason("refuse")],
        _ => &[],
    };
    let cells = [
        ("rule_document", found.document_no.into()),
        ("rule_funder", found.funder.into()),
        ("rule_amount", found.amount.into()),
        ("rule_approvers", found.approvers.to_string().into()),
        ("from_on", found.from_on.into()),
        ("state", page.word("proposal", found.state).into()),
    ];
    Row::new(found.id, cells).with_actions(actions.iter().copied())
}

fn fields(_: &App, _: &Caller, page: &Shell, _: &Form) -> Result<Vec<Field>, Error> {
    let numbers = APPROVERS.iter().map(|number| (number.to_string(), number.to_string()));
    Ok(vec![
        Field::named(page, "amount", FieldKind::Number).label(page.say("column-rule_amount")),
        Field::named(page, "approvers", FieldKind::Choice).options(numbers.collect()),
        Field::named(page, "from_on", FieldKind::Day).hint(page.say("approval-rule-hint")),
        line(page, "document_no").label(page.say("column-rule_document")),
    ])
}

fn propose(app: &App, caller: &Caller, form: &Form) -> Result<Done, Error> {
    let mut reader = FormReader::new(form);
    let amount = reader.required("amount", parse_amount).unwrap_or_default();
    let approvers = reader.required_text("approvers").parse().unwrap_or_default();
    let from_on = reader.required("from_on", parse_date);
    let document_no = reader.required_text("document_no");
    let input = from_on.map(|from_on| ApprovalRuleInput { amount, approvers, from_on, document_no });
    Ok(Done::new(rules::propose(app, caller, &reader.finish(input)?)?.id))
}

fn decide(app: &App, caller: &Caller, id: &str, action: &str, form: &Form) -> Result<Done, Error> {
    let input = ProposalDecisionInput { reason: read_reason(form) };
    Ok(Done::new(rules::decide(app, caller, id, action, &input)?.id))
}
