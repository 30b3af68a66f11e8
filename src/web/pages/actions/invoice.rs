//! Recording an invoice with its file. The form is uploaded, so `uploads` submits it.

use crate::domain::policy::Action;
use crate::error::Error;
use crate::web::pages::actions::act::{Act, ActContext};
use crate::web::pages::actions::fields::{effective_day, number};
use crate::web::pages::actions::{summary, uploads};
use crate::web::pages::forms::field::{Field, FieldKind};

/// The act.
pub const ACT: Act = Act {
    files: Some("file"),
    summary: summary::milestone,
    fields,
    ..Act::new("invoice", &[Action::ReceiveInvoice], uploads::reject_without_files)
};

fn fields(context: &ActContext<'_>) -> Result<Vec<Field>, Error> {
    let page = context.page;
    Ok(vec![
        Field::new("number", FieldKind::Line, page.say("field-invoice-number")),
        number(context, "amount").hint(page.say("field-invoice-amount-hint")),
        effective_day(context, "field-on-invoice"),
    ])
}
