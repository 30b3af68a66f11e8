//! Recalling a contract or a payment request that the one whose turn it is has not opened.

use crate::app::App;
use crate::domain::codes::PaymentKind;
use crate::domain::policy::Action;
use crate::error::Error;
use crate::services::contracts::transitions::{self, ActionInput};
use crate::services::identity::caller::Caller;
use crate::services::payments::{self, PaymentStepInput};
use crate::web::pages::actions::act::{Act, ActContext, ActTarget};
use crate::web::pages::actions::checks::Checks;
use crate::web::pages::actions::summary::{self, SummaryRow, payment_of};
use crate::web::pages::forms::Form;

/// The act on a contract.
pub const CONTRACT: Act = Act {
    of_contract: true,
    summary: summary::contract,
    checks: recallable,
    is_adverse: true,
    ..Act::new("recall", &[Action::RecallContract], recall_contract)
};

/// The act on a payment request.
pub const PAYMENT: Act = Act {
    summary: request,
    checks: recallable,
    is_adverse: true,
    ..Act::new("payment-recall", &[Action::RecallPayment], recall_payment)
};

/// Shows the milestone and the amount of a payment request, which the contractor reads as well.
fn request(context: &ActContext<'_>) -> Result<Vec<SummaryRow>, Error> {
    let (page, payment) = (context.page, payment_of(context)?);
    let is_interest = payment.kind == PaymentKind::Interest;
    let kind = if is_interest { page.word("payment-kind", payment.kind) } else { String::new() };
    let mut all = summary::rows(page, [("payment-kind", kind), ("payment-amount", page.money(payment.amount))]);
    all.extend(summary::milestone_rows(context, &payment.milestone));
    Ok(all)
}

/// Checks that the reader submitted it and that the one whose turn it is has not opened it.
fn recallable(context: &ActContext<'_>) -> Result<Checks, Error> {
    let bar = context.recall_bar.map(|message| Checks::barring(message.text(context.page.language), None));
    Ok(bar.unwrap_or_default())
}

fn recall_contract(app: &App, caller: &Caller, target: &ActTarget, _: &Form) -> Result<(), Error> {
    transitions::take_action(app, caller, &target.contract, target.act.name, &ActionInput::default())?;
    Ok(())
}

fn recall_payment(app: &App, caller: &Caller, target: &ActTarget, _: &Form) -> Result<(), Error> {
    payments::take_step(app, caller, &target.subject, "recall", &PaymentStepInput::default())?;
    Ok(())
}
