//! Register of budget changes: finance proposes one, another person of finance approves it.

use crate::app::App;
use crate::domain::codes::ProposalState;
use crate::domain::ledger::BudgetChangeKind;
use crate::domain::policy::Action;
use crate::error::Error;
use crate::services::identity::caller::Caller;
use crate::services::ledger::changes::{self, BudgetChangeInput, BudgetChangeView, ChangedAppropriation};
use crate::services::registry::appropriations;
use crate::services::registry::proposals::ProposalDecisionInput;
use crate::services::shared::form_reader::FormReader;
use crate::services::shared::paging::{Named, Page, Paged};
use crate::services::shared::typed_values::{parse_amount, parse_choice};
use crate::web::pages::forms::Form;
use crate::web::pages::forms::field::{Field, FieldKind};
use crate::web::pages::forms::named::not_named;
use crate::web::pages::registers::register::{AddForm, Cell, Column, Done, Register, Row, RowAction, RowActions};
use crate::web::pages::registers::table::{line, read_reason};
use crate::web::pages::shell::Shell;

/// The register.
pub const REGISTER: Register = Register {
    name: "budget-changes",
    read: Action::ListBudgetChanges,
    columns: &[
        Column::text("change_document"),
        Column::short("kind"),
        Column::text("giver"),
        Column::text("receiver"),
        Column::amount("amount"),
        Column::text("reason"),
        Column::short("state"),
        Column::text("proposed_at"),
    ],
    named_by: "change_document",
    rows,
    add: Some(AddForm { right: Action::ProposeBudgetChange, fields, submit: propose }),
    act: Some(RowActions { rights: &[Action::ApproveBudgetChange, Action::RecallBudgetChange], submit: decide }),
};

fn rows(app: &App, caller: &Caller, page: &Shell, part: &Page) -> Result<Paged<Row>, Error> {
    let decides = caller.may(Action::ApproveBudgetChange).is_ok();
    Ok(changes::list(app, caller, part)?.map(|found| row(page, decides, found)))
}

fn row(page: &Shell, decides: bool, found: BudgetChangeView) -> Row {
    let actions: &[RowAction] = match found.state {
        ProposalState::Proposed if found.is_recallable => &[RowAction::new("recall")],
        ProposalState::Proposed if decides => &[RowAction::new("approve"), RowAction::with_reason("refuse")],
        _ => &[],
    };
    let cells = [
        ("change_document", found.document_no.into()),
        ("kind", page.word("budget-change", found.kind).into()),
        ("giver", side(Some(&found.from))),
        ("receiver", side(found.to.as_ref())),
        ("amount", found.amount.map_or(Cell::Text(String::new()), Cell::from)),
        ("reason", found.reason.into()),
        ("state", page.word("proposal", found.state).into()),
        ("proposed_at", found.proposed_at.into()),
    ];
    Row::new(found.id, cells).with_actions(actions.iter().copied())
}

/// Names an appropriation by document number, bureau, line and project.
fn side(of: Option<&ChangedAppropriation>) -> Cell {
    let words = of.map(|of| format!("{} {} {} {}", of.document_no, of.bureau_name, of.line, of.project));
    words.unwrap_or_default().into()
}

fn fields(app: &App, caller: &Caller, page: &Shell, typed: &Form) -> Result<Vec<Field>, Error> {
    Ok(vec![
        Field::choice(page, "kind", "budget-change", BudgetChangeKind::ALL),
        appropriation_field(app, caller, page, "from", typed)?,
        appropriation_field(app, caller, page, "to", typed)?,
        Field::named(page, "amount", FieldKind::Number).hint(page.say("budget-change-amount-hint")),
        line(page, "document_no").label(page.say("column-change_document")),
        line(page, "reason").hint(page.say("field-budget-change-hint")),
    ])
}

/// Builds a field for an appropriation, entered by document number and project, with suggestions for the typed text.
pub(super) fn appropriation_field(
    app: &App,
    caller: &Caller,
    page: &Shell,
    name: &str,
    typed: &Form,
) -> Result<Field, Error> {
    let found = appropriations::suggest_named(app, caller, typed.value(name))?.items;
    let names: Vec<String> = found.iter().map(|one| format!("{} {}", one.document_no, one.project)).collect();
    let option = |(one, name): (&appropriations::AppropriationView, &String)| {
        let is_shared = names.iter().filter(|other| *other == name).count() > 1;
        let free = page.with("budget-change-free", "amount", page.money(one.free));
        let words = format!("{} {} {} {free}", one.year, one.bureau_name, one.line);
        if is_shared { (one.id.clone(), format!("{name} {words}")) } else { (name.clone(), words) }
    };
    let options = found.iter().zip(&names).map(option).collect();
    Ok(Field::named(page, name, FieldKind::Suggested)
        .options(options)
        .live()
        .hint(page.say("budget-change-named-hint")))
}

/// Reads an appropriation entered by document number and project, and returns its identifier; `None` for an empty
/// field.
pub(super) fn read_appropriation(
    app: &App,
    caller: &Caller,
    reader: &mut FormReader<'_, Form>,
    name: &str,
) -> Result<Option<String>, Error> {
    let Some(typed) = reader.optional_text(name) else { return Ok(None) };
    match appropriations::find_named(app, caller, &typed)? {
        Named::Exact(found) => Ok(Some(found.id)),
        Named::Similar(similar) => {
            reader.reject(name, not_named(&typed, similar.map(|found| (found.project, found.document_no))));
            Ok(Some(String::new()))
        }
    }
}

fn propose(app: &App, caller: &Caller, form: &Form) -> Result<Done, Error> {
    let mut reader = FormReader::new(form);
    reader.required_text("from");
    let input = BudgetChangeInput {
        kind: reader.required("kind", parse_choice).unwrap_or(BudgetChangeKind::Adjustment),
        from: read_appropriation(app, caller, &mut reader, "from")?.unwrap_or_default(),
        to: read_appropriation(app, caller, &mut reader, "to")?,
        amount: reader.optional("amount", parse_amount),
        document_no: reader.required_text("document_no"),
        reason: reader.required_text("reason"),
    };
    let input = reader.finish_checked(input, changes::check)?;
    Ok(Done::new(changes::propose(app, caller, &input)?.id))
}

fn decide(app: &App, caller: &Caller, id: &str, action: &str, form: &Form) -> Result<Done, Error> {
    let input = ProposalDecisionInput { reason: read_reason(form) };
    Ok(Done::new(changes::decide_or_recall(app, caller, id, action, &input)?.id))
}
