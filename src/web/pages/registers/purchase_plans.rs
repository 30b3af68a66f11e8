//! Register of purchase plans: an officer enters one, and the appropriation reserves its amount.

use crate::app::App;
use crate::domain::policy::Action;
use crate::error::Error;
use crate::services::identity::caller::Caller;
use crate::services::ledger::plans::{self, PurchasePlanInput, PurchasePlanView};
use crate::services::shared::form_reader::FormReader;
use crate::services::shared::paging::{Page, Paged};
use crate::services::shared::typed_values::parse_amount;
use crate::web::pages::forms::Form;
use crate::web::pages::forms::field::{Field, FieldKind};
use crate::web::pages::registers::budget_changes::{appropriation_field, read_appropriation};
use crate::web::pages::registers::register::{AddForm, Column, Done, Register, Row, RowAction, RowActions};
use crate::web::pages::registers::table::line;
use crate::web::pages::shell::Shell;

/// The register.
pub const REGISTER: Register = Register {
    name: "purchase-plans",
    read: Action::ListPurchasePlans,
    columns: &[
        Column::text("plan_number"),
        Column::text("plan_title"),
        Column::text("bureau"),
        Column::text("plan_document"),
        Column::amount("amount"),
        Column::amount("reserved"),
        Column::short("state"),
        Column::text("plan_time"),
    ],
    named_by: "plan_number",
    rows,
    add: Some(AddForm { right: Action::PlanPurchase, fields, submit: enter }),
    act: Some(RowActions { rights: &[Action::PlanPurchase], submit: cancel }),
};

fn rows(app: &App, caller: &Caller, page: &Shell, part: &Page) -> Result<Paged<Row>, Error> {
    Ok(plans::list(app, caller, part)?.map(|found| row(page, found)))
}

fn row(page: &Shell, found: PurchasePlanView) -> Row {
    let is_reserved = found.reserved.fen() > 0;
    let cells = [
        ("plan_number", found.number.into()),
        ("plan_title", found.title.into()),
        ("bureau", found.bureau_name.into()),
        ("plan_document", found.document_no.into()),
        ("amount", found.amount.into()),
        ("reserved", found.reserved.into()),
        ("state", page.word("purchase-plan", found.state).into()),
        ("plan_time", found.planned_at.into()),
    ];
    Row::new(found.id, cells).with_actions(is_reserved.then_some(RowAction::new("cancel")))
}

fn fields(app: &App, caller: &Caller, page: &Shell, typed: &Form) -> Result<Vec<Field>, Error> {
    Ok(vec![
        line(page, "number").label(page.say("column-plan_number")),
        line(page, "title").label(page.say("column-plan_title")),
        appropriation_field(app, caller, page, "appropriation", typed)?.label(page.say("column-plan_document")),
        Field::named(page, "amount", FieldKind::Number).hint(page.say("purchase-plan-hint")),
    ])
}

fn enter(app: &App, caller: &Caller, form: &Form) -> Result<Done, Error> {
    let mut reader = FormReader::new(form);
    reader.required_text("appropriation");
    let input = PurchasePlanInput {
        number: reader.required_text("number"),
        title: reader.required_text("title"),
        appropriation: read_appropriation(app, caller, &mut reader, "appropriation")?.unwrap_or_default(),
        amount: reader.required("amount", parse_amount).unwrap_or_default(),
    };
    let input = reader.finish_checked(input, plans::check)?;
    Ok(Done::new(plans::plan(app, caller, &input)?.id))
}

fn cancel(app: &App, caller: &Caller, id: &str, action: &str, _: &Form) -> Result<Done, Error> {
    Ok(Done::new(plans::cancel(app, caller, id, action)?.id))
}
