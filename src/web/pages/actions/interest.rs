//! Late interest of a milestone: requesting its payment, and waiving it in writing as the contractor.

use crate::app::App;
use crate::domain::interest::MilestoneInterest;
use crate::domain::money::Sum;
use crate::domain::policy::Action;
use crate::error::Error;
use crate::services::contracts::effects::Proposal;
use crate::services::identity::caller::Caller;
use crate::services::payments::interest::{self, InterestWaiverInput};
use crate::services::payments::{self, PaymentRequestInput};
use crate::services::shared::form_reader::FormReader;
use crate::services::shared::typed_values::parse_amount;
use crate::web::pages::actions::act::{Act, ActContext, ActTarget};
use crate::web::pages::actions::checks;
use crate::web::pages::actions::fields::number;
use crate::web::pages::actions::summary::{self, SummaryRow};
use crate::web::pages::forms::Form;
use crate::web::pages::forms::field::Field;

/// Requests payment of interest; an empty amount requests all remaining interest.
pub const REQUEST: Act = Act {
    summary: show_interest,
    checks: checks::has_interest,
    fields: request_fields,
    ..Act::new("interest", &[Action::RequestInterest], submit_request)
};

/// Waives interest, with the contractor's statement.
pub const WAIVE: Act = Act {
    summary: show_interest,
    checks: checks::has_interest,
    proposal: Some(propose_waiver),
    needs_reason: true,
    fields: waiver_fields,
    is_adverse: true,
    ..Act::new("interest-waiver", &[Action::WaiveInterest], submit_waiver)
};

/// Returns the interest of the milestone that the act is about.
pub fn interest_of<'a>(context: &'a ActContext<'_>) -> Result<&'a MilestoneInterest, Error> {
    let mut all = context.contract.interest.iter();
    all.find(|(code, _)| code.as_str() == context.subject()).map(|(_, interest)| interest).ok_or(Error::NotFound)
}

fn show_interest(context: &ActContext<'_>) -> Result<Vec<SummaryRow>, Error> {
    let page = context.page;
    let interest = interest_of(context)?;
    let filled = |amount: Sum| if amount == Sum::ZERO { String::new() } else { page.money(amount) };
    let mut all = summary::milestone(context)?;
    all.extend(summary::rows(
        page,
        [
            ("interest-requested", filled(interest.requested)),
            ("settlement-interest-paid", filled(interest.paid)),
            ("settlement-interest-waived", filled(interest.waived)),
            ("interest-left", page.money(interest.requestable())),
        ],
    ));
    Ok(all)
}

fn request_fields(context: &ActContext<'_>) -> Result<Vec<Field>, Error> {
    Ok(vec![number(context, "amount").hint(context.page.say("field-interest-hint"))])
}

fn waiver_fields(context: &ActContext<'_>) -> Result<Vec<Field>, Error> {
    Ok(vec![number(context, "amount").propose(interest_of(context)?.requestable())])
}

fn propose_waiver(target: &ActTarget, form: &Form) -> Result<Proposal, Error> {
    let mut reader = FormReader::new(form);
    let amount = reader.required("amount", parse_amount);
    let milestone = target.subject.clone();
    reader.finish(amount.map(|amount| Proposal::InterestWaiver { milestone, amount }))
}

fn submit_request(app: &App, caller: &Caller, target: &ActTarget, form: &Form) -> Result<(), Error> {
    let mut reader = FormReader::new(form);
    let input = PaymentRequestInput { amount: reader.optional("amount", parse_amount), another: form.wants_another() };
    payments::request_interest(app, caller, &target.contract, &target.subject, &reader.finish(Some(input))?)?;
    Ok(())
}

fn submit_waiver(app: &App, caller: &Caller, target: &ActTarget, form: &Form) -> Result<(), Error> {
    let mut reader = FormReader::new(form);
    let reason = reader.required_lines("reason");
    let amount = reader.required("amount", parse_amount);
    let another = form.wants_another();
    let input = amount.map(|amount| InterestWaiverInput { amount, reason, another });
    interest::waive_interest(app, caller, &target.contract, &target.subject, &reader.finish(input)?)?;
    Ok(())
}
