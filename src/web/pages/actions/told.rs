//! Recording that the recipient of an undeliverable email was informed by other means. The subject is the email's
//! identifier; the reason describes the other means.

use crate::app::App;
use crate::domain::policy::Action;
use crate::error::Error;
use crate::services::identity::caller::Caller;
use crate::services::notifications::undelivered;
use crate::services::shared::form_reader::FormReader;
use crate::web::pages::actions::act::{Act, ActContext, ActTarget};
use crate::web::pages::actions::summary::{self, SummaryRow};
use crate::web::pages::forms::Form;
use crate::web::pages::forms::field::{Field, FieldKind};

/// The act.
pub const ACT: Act =
    Act { summary: show_email, fields: reason_fields, ..Act::new("told", &[Action::SettleUndelivered], submit) };

fn show_email(context: &ActContext<'_>) -> Result<Vec<SummaryRow>, Error> {
    let page = context.page;
    let given_up = context.contract.undelivered.iter().filter(|email| email.is_given_up());
    let email = given_up.into_iter().find(|email| email.id == context.subject()).ok_or(Error::NotFound)?;
    Ok(summary::rows(
        page,
        [
            ("column-email-kind", page.word("email-kind", email.kind)),
            ("column-to", page.noted(&email.to, &email.address)),
            ("column-created_at", page.time(&email.created_at)),
            ("column-answer", email.answer.clone()),
        ],
    ))
}

fn reason_fields(context: &ActContext<'_>) -> Result<Vec<Field>, Error> {
    let page = context.page;
    Ok(vec![Field::new("reason", FieldKind::Text, page.say("field-told")).hint(page.say("field-told-hint"))])
}

fn submit(app: &App, caller: &Caller, target: &ActTarget, form: &Form) -> Result<(), Error> {
    let mut reader = FormReader::new(form);
    let reason = reader.required_lines("reason");
    let reason = reader.finish(Some(reason))?;
    undelivered::settle(app, caller, &target.subject, Some(&reason))?;
    Ok(())
}
