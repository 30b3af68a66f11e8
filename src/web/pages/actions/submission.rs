//! Submitting a deliverable with its files. The form is uploaded, so `uploads` submits it.

use crate::domain::policy::Action;
use crate::error::Error;
use crate::web::pages::actions::act::{Act, ActContext};
use crate::web::pages::actions::fields::{effective_day, note, number};
use crate::web::pages::actions::{summary, uploads};
use crate::web::pages::forms::field::Field;

/// The act.
pub const ACT: Act = Act {
    files: Some("files"),
    summary: summary::deliverable,
    fields,
    ..Act::new("submission", &[Action::SubmitDeliverable], uploads::reject_without_files)
};

fn fields(context: &ActContext<'_>) -> Result<Vec<Field>, Error> {
    let terms = &context.contract_overview().snapshot.terms;
    let agreed = terms.deliverables.iter().find(|d| d.code.as_str() == context.subject()).ok_or(Error::NotFound)?;
    let quantity = number(context, "quantity").propose(agreed.quantity);
    let quantity = quantity.hint(context.page.say("field-submitted-hint"));
    Ok(vec![quantity, note(context), effective_day(context, "field-on-submission")])
}
