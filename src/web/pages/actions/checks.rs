//! Conditions that should hold before an act, shown on its confirmation page. The service checks again in its
//! transaction; a condition that it insists on keeps the page from offering the act.

use crate::domain::codes::{ChangeRequestState, PaymentState};
use crate::error::{Error, FieldError, Message};
use crate::services::contracts::transitions;
use crate::services::payments::checks::Check;
use crate::text;
use crate::web::pages::actions::act::ActContext;
use crate::web::pages::actions::summary::payment_of;

/// Conditions before an act, each met or not.
#[derive(Debug, Default)]
pub struct Checks {
    /// The conditions, in reading order.
    pub conditions: Vec<Condition>,
    /// Set where one fails without which the service refuses the act.
    pub bars: bool,
    /// Set where refusing is not offered either: the payment request waits for another person, or is paid or returned.
    pub is_elsewhere: bool,
}

/// A condition before an act.
#[derive(Debug)]
pub struct Condition {
    /// True if it is met.
    pub holds: bool,
    /// The condition in words.
    pub words: String,
    /// Address and words of each page to look at.
    pub links: Vec<(String, String)>,
}

impl Condition {
    fn failing(words: String) -> Self {
        Self { holds: false, words, links: Vec::new() }
    }
}

impl Checks {
    /// Returns whether a condition fails.
    pub fn is_doubtful(&self) -> bool {
        self.conditions.iter().any(|condition| !condition.holds)
    }
}

/// Checks a payment request before its next approval step.
pub fn approval_step(context: &ActContext<'_>) -> Result<Checks, Error> {
    let payment = context.payment.ok_or(Error::NotFound)?;
    let page = context.page;
    if !payment.next.is_some_and(|next| context.target.act.rights.contains(&next)) {
        let state = Message::new("payment-wrong-state").with("state", payment_of(context)?.state);
        return Ok(Checks {
            conditions: vec![Condition::failing(state.text(page.language))],
            bars: true,
            is_elsewhere: true,
        });
    }
    let words = |check: &Check| {
        let suffix = if check.holds { "" } else { "-not" };
        let amounts = check.amounts.iter().map(|(name, amount)| (*name, page.money(amount)));
        let values: Vec<_> = check.values.iter().cloned().chain(amounts).collect();
        Condition {
            holds: check.holds,
            words: text::message(page.language, &format!("payment-check-{}{suffix}", check.name), &values),
            links: check
                .contracts
                .iter()
                .map(|(id, number)| (format!("/contracts/{id}#milestones"), number.clone()))
                .collect(),
        }
    };
    let failing: Vec<_> = payment.checks.iter().filter(|check| check.is_needed && !check.holds).collect();
    // Where only the reader may not take the step, another person can still take it.
    let is_elsewhere = !failing.is_empty() && failing.iter().all(|check| check.name == "hands");
    Ok(Checks { conditions: payment.checks.iter().map(words).collect(), bars: !failing.is_empty(), is_elsewhere })
}

/// Checks that everything is paid and decided before a contract is completed or closed.
pub fn settled(context: &ActContext<'_>) -> Result<Checks, Error> {
    let input = &context.contract_overview().snapshot;
    let page = context.page;
    let words = |fault: FieldError| {
        let milestone = input.details.milestone(fault.path.trim_start_matches("milestones."));
        Condition::failing(page.labelled(milestone, fault.message.text(page.language)))
    };
    let mut conditions: Vec<_> =
        transitions::unpaid(&input.standing, context.target.act.name).into_iter().map(words).collect();
    let is_paying = |state| !matches!(state, PaymentState::Paid | PaymentState::Returned);
    let is_open = context.contract.payments.iter().any(|payment| is_paying(payment.state))
        || context.contract.change_requests.iter().any(|request| request.state == ChangeRequestState::Asked);
    if is_open {
        conditions.push(Condition::failing(Message::new("something-is-open").text(page.language)));
    }
    Ok(Checks { bars: !conditions.is_empty(), conditions, is_elsewhere: false })
}
