//! Requesting the payment of a milestone; an empty amount requests the whole payable amount.

use crate::app::App;
use crate::domain::policy::Action;
use crate::error::Error;
use crate::services::identity::caller::Caller;
use crate::services::payments::{self, PaymentRequestInput};
use crate::services::shared::form_reader::FormReader;
use crate::services::shared::typed_values::parse_amount;
use crate::web::pages::actions::act::{Act, ActContext, ActTarget};
use crate::web::pages::actions::checks;
use crate::web::pages::actions::fields::number;
use crate::web::pages::actions::summary;
use crate::web::pages::forms::Form;
use crate::web::pages::forms::field::Field;

/// The act.
pub const ACT: Act = Act {
    summary: summary::milestone,
    checks: checks::requestable,
    fields,
    ..Act::new("request", &[Action::RequestPayment], submit)
};

fn fields(context: &ActContext<'_>) -> Result<Vec<Field>, Error> {
    Ok(vec![number(context, "amount").hint(context.page.say("field-amount-hint"))])
}

fn submit(app: &App, caller: &Caller, target: &ActTarget, form: &Form) -> Result<(), Error> {
    let mut reader = FormReader::new(form);
    let input = PaymentRequestInput { amount: reader.optional("amount", parse_amount), another: form.wants_another() };
    payments::request_payment(app, caller, &target.contract, &target.subject, &reader.finish(Some(input))?)?;
    Ok(())
}
