//! Recording an invoice with its file. The form is uploaded, so `uploads` submits it.

use crate::domain::invoices::InvoiceColour;
use crate::domain::policy::Action;
use crate::error::Error;
use crate::web::pages::actions::act::{Act, ActContext};
use crate::web::pages::actions::fields::effective_day;
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
    let submitted =
        context.contract_overview().invoices.iter().filter(|invoice| invoice.milestone == context.subject());
    let blue: Vec<_> = submitted
        .filter(|invoice| invoice.colour() == InvoiceColour::Blue)
        .map(|invoice| (invoice.number.clone(), format!("{} · {}", invoice.number, page.money(&invoice.amount))))
        .collect();
    let mut fields = vec![
        Field::new("number", FieldKind::Line, page.say("field-invoice-number"))
            .hint(page.say("field-invoice-number-hint")),
        Field::named(page, "amount", FieldKind::Signed).hint(page.say("field-invoice-amount-hint")),
    ];
    if !blue.is_empty() {
        let quoted =
            Field::named(page, "blue", FieldKind::Choice).options(blue).with_empty_choice(page.say("field-blue-none"));
        fields.push(quoted.hint(page.say("field-blue-hint")));
    }
    fields.push(
        Field::new("reason", FieldKind::Text, page.say("field-invoice-reason"))
            .hint(page.say("field-invoice-reason-hint")),
    );
    fields.push(effective_day(context, "field-on-invoice").hint(page.say("field-on-invoice-hint")));
    Ok(fields)
}
