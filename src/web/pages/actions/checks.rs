//! Conditions that should be met before an act, shown on its confirmation page. The service checks again in its
//! transaction; the page does not offer an act that the service is certain to refuse.

use std::str::FromStr;

use serde_json::{Value, json};

use crate::clock::civil_day;
use crate::domain::change_requests::next_right;
use crate::domain::codes::{ChangeRequestKind, ChangeRequestState, ObjectionState, PaymentKind, PaymentState};
use crate::domain::money::Sum;
use crate::domain::payments as approvals;
use crate::domain::policy::Action;
use crate::domain::standing::{DeliverableStanding, DeliverableState};
use crate::domain::subject::BreachKey;
use crate::error::{Error, FieldError, Message};
use crate::services::change_requests;
use crate::services::contracts::transitions;
use crate::services::objections::view::ObjectionView;
use crate::services::payments::PaymentRequestView;
use crate::services::payments::checks::Check;
use crate::text;
use crate::web::pages::actions::act::ActContext;
use crate::web::pages::actions::interest::interest_of;
use crate::web::pages::actions::summary::payment_of;
use crate::web::pages::actions::{decision, objection};
use crate::web::pages::contracts::show::folded::address_of_record;
use crate::web::pages::deliverables::receipt;
use crate::web::pages::shell::Shell;

/// Conditions before an act, each met or not.
#[derive(Debug, Default)]
pub struct Checks {
    /// The conditions, in reading order.
    pub conditions: Vec<Condition>,
    /// True if a condition is not met without which the service refuses the act.
    pub bars: bool,
    /// True if refusing is not offered either: the payment request waits for another person or for a day, or is paid or
    /// returned.
    pub is_elsewhere: bool,
}

/// A condition before an act.
#[derive(Debug)]
pub struct Condition {
    /// True if the condition is met.
    pub holds: bool,
    /// Text of the condition.
    pub words: String,
    /// Address and text of each link to a page with the details.
    pub links: Vec<(String, String)>,
}

impl Condition {
    fn failing(words: String) -> Self {
        Self { holds: false, words, links: Vec::new() }
    }
}

impl Checks {
    /// Builds the checks of an act that its service would refuse: the reason, and the address and name of the obstacle.
    pub fn barring(words: String, link: Option<(String, String)>) -> Self {
        let condition = Condition { links: link.into_iter().collect(), ..Condition::failing(words) };
        Self { conditions: vec![condition], bars: true, is_elsewhere: false }
    }

    /// Adds conditions that fail without barring the act.
    pub fn add_doubts(&mut self, words: &[String]) {
        self.conditions.extend(words.iter().cloned().map(Condition::failing));
    }

    /// Returns whether a condition fails.
    pub fn is_doubtful(&self) -> bool {
        self.conditions.iter().any(|condition| !condition.holds)
    }
}

/// Checks a payment request before its next approval step.
pub fn approval_step(context: &ActContext<'_>) -> Result<Checks, Error> {
    let payment = context.payment.ok_or(Error::NotFound)?;
    let page = context.page;
    let elsewhere = |message: Message| {
        let conditions = vec![Condition::failing(message.text(page.language))];
        Ok(Checks { conditions, bars: true, is_elsewhere: true })
    };
    match payment.next.filter(|next| context.target.act.rights.contains(&next.action)) {
        None => return elsewhere(Message::new("payment-wrong-state").with("state", payment_of(context)?.state)),
        Some(next) if !payment.is_own_turn => {
            return elsewhere(Message::new("payment-other-turn").with("role", page.word("role", next.role)));
        }
        Some(_) => {}
    }
    let failing: Vec<_> = payment.checks.iter().filter(|check| check.is_needed && !check.holds).collect();
    // Where only the reader may not take the step, another person still can; where only its day is not there yet, it
    // can be taken later.
    let is_elsewhere = !failing.is_empty() && failing.iter().all(|check| matches!(check.name, "hands" | "day"));
    let conditions = payment.checks.iter().map(|check| condition(page, check)).collect();
    Ok(Checks { conditions, bars: !failing.is_empty(), is_elsewhere })
}

/// Puts a check of a payment request into words.
pub fn condition(page: &Shell, check: &Check) -> Condition {
    let suffix = if check.holds { "" } else { "-not" };
    let amounts = check.amounts.iter().map(|(name, amount)| (*name, page.money(amount)));
    let values: Vec<_> = check.values.iter().cloned().chain(amounts).collect();
    let contracts = check.contracts.iter();
    Condition {
        holds: check.holds,
        words: text::message(page.language, &format!("payment-check-{}{suffix}", check.name), &values),
        links: contracts.map(|(id, number)| (format!("/contracts/{id}#milestones"), number.clone())).collect(),
    }
}

/// Checks that no request on the same subject is pending, and that a breach to be waived is not waived yet. The subject
/// is a breach or the number of a fact.
pub fn not_requested(context: &ActContext<'_>) -> Result<Checks, Error> {
    let page = context.page;
    let subject = context.subject();
    let (kind, fact) = match BreachKey::from_str(subject) {
        Ok(key) => (ChangeRequestKind::Waiver, json!({ "clause": key.clause, "subject": key.subject })),
        Err(_) => {
            let seq: i64 = subject.parse().map_err(|_| Error::NotFound)?;
            (ChangeRequestKind::Reversal, json!({ "seq": seq }))
        }
    };
    if kind == ChangeRequestKind::Waiver && is_waived(context, &fact) {
        return Ok(bar_waived(context, &fact));
    }
    let pending = change_requests::find_pending(&context.contract.change_requests, kind, &fact);
    Ok(pending.map_or_else(Checks::default, |request| {
        let address = format!("/contracts/{}#change-request-{}", context.contract_overview().id, request.id);
        let link = (address, page.say("errors-existing"));
        Checks::barring(page.word("change-request-pending", kind), Some(link))
    }))
}

/// Warns that a submission cannot be accepted yet, on the day on which an extension was granted.
pub fn acceptable(context: &ActContext<'_>) -> Result<Checks, Error> {
    let deliverable = context.contract.deliverables.iter().find(|found| found.code == context.subject());
    let from = deliverable.and_then(|found| found.accept_from);
    let words = from.map(|day| context.page.with("decision-from", "day", context.page.day(&day)));
    Ok(Checks { conditions: words.map(Condition::failing).into_iter().collect(), ..Checks::default() })
}

/// Checks that an extension is requested for a deliverable that is not accepted.
pub fn extendable(context: &ActContext<'_>) -> Result<Checks, Error> {
    let deliverables = &context.contract_overview().snapshot.standing.deliverables;
    let is_named = |deliverable: &&DeliverableStanding| deliverable.code.as_str() == context.subject();
    let found = deliverables.iter().find(is_named);
    if !context.subject().is_empty() && found.is_none() {
        return Err(Error::NotFound);
    }
    let is_open = found.map_or_else(|| deliverables.iter().any(is_extendable), is_extendable);
    if is_open {
        return Ok(Checks::default());
    }
    Ok(Checks::barring(Message::new("extension-after-acceptance").text(context.page.language), None))
}

/// Returns whether a deliverable's due day can still matter.
pub fn is_extendable(deliverable: &DeliverableStanding) -> bool {
    match deliverable.state {
        DeliverableState::Open
        | DeliverableState::Overdue
        | DeliverableState::Rejected
        | DeliverableState::Submitted => true,
        DeliverableState::Accepted | DeliverableState::Partial | DeliverableState::Cancelled => false,
    }
}

/// Checks that a request waits for the reader's step, and that the breach that it would waive is not waived.
pub fn its_turn(context: &ActContext<'_>) -> Result<Checks, Error> {
    let requests = &context.contract.change_requests;
    let request = requests.iter().find(|request| request.id == context.subject()).ok_or(Error::NotFound)?;
    let Some(next) = next_right(request.state) else {
        let words = Message::new("change-request-decided").with("state", request.state).text(context.page.language);
        let address = format!("/contracts/{}#change-request-{}", context.contract_overview().id, request.id);
        let link = Some((address, context.page.say("errors-existing")));
        return Ok(Checks { is_elsewhere: true, ..Checks::barring(words, link) });
    };
    let may = &context.contract_overview().open;
    if !context.target.act.rights.contains(&next) || !may.contains(&next) {
        let message = match request.state {
            ChangeRequestState::Applied => Message::new("change-request-not-endorsed"),
            ChangeRequestState::AtFinance => Message::new("change-request-at-finance"),
            ChangeRequestState::Requested | ChangeRequestState::Granted | ChangeRequestState::Refused => {
                let is_at_leader = may.contains(&Action::DecideFinanceReversal);
                Message::new(if is_at_leader { "change-request-at-leader" } else { "change-request-endorsed" })
            }
        };
        return Ok(Checks { is_elsewhere: true, ..Checks::barring(message.text(context.page.language), None) });
    }
    let waives_again = request.kind == ChangeRequestKind::Waiver && is_waived(context, &request.fact);
    Ok(if waives_again { bar_waived(context, &request.fact) } else { Checks::default() })
}

fn is_waived(context: &ActContext<'_>, fact: &Value) -> bool {
    let breaches = &context.contract_overview().snapshot.standing.breaches;
    breaches.iter().any(|breach| {
        breach.waived && fact["clause"] == breach.clause.as_str() && fact["subject"] == breach.subject.as_str()
    })
}

/// Builds the checks for a breach that is waived, with a link to the record of the waiver.
fn bar_waived(context: &ActContext<'_>, fact: &Value) -> Checks {
    let (overview, page) = (context.contract_overview(), context.page);
    let about = [&fact["clause"], &fact["subject"]];
    let record = overview.history.iter().find(|entry| {
        entry.what == "fact-waiver" && !entry.undone && entry.about.iter().map(String::as_str).eq(about.map(text_of))
    });
    let link =
        record.and_then(|entry| entry.seq).map(|seq| (address_of_record(overview, seq), page.say("errors-existing")));
    Checks::barring(page.say("waived-before"), link)
}

fn text_of(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// Checks that a submission can be withdrawn: it is undecided and was not opened.
pub fn withdrawable(context: &ActContext<'_>) -> Result<Checks, Error> {
    let submission = decision::submission(context)?;
    let deliverable = context.contract.deliverables.iter().find(|found| found.code == context.subject());
    if deliverable.is_some_and(|deliverable| deliverable.can_withdraw(submission)) {
        return Ok(Checks::default());
    }
    let message = match (&submission.decision, submission.opened_at) {
        (Some(_), _) => Message::new("decided-already"),
        (None, Some(at)) => Message::new("submission-opened").with("on", civil_day(at)),
        (None, None) => Message::new("submission-settled"),
    };
    Ok(Checks::barring(message.text(context.page.language), None))
}

/// Checks that a deliverable can be submitted: none of its submissions is accepted or awaits its inspection.
pub fn submittable(context: &ActContext<'_>) -> Result<Checks, Error> {
    let page = context.page;
    let deliverable = context.contract.deliverables.iter().find(|found| found.code == context.subject());
    let Some((deliverable, last)) = deliverable.and_then(|found| Some((found, found.submissions.last()?))) else {
        return Ok(Checks::default());
    };
    let words = match deliverable.standing.state {
        DeliverableState::Submitted => page.with2("submission-pending", "no", last.no, "on", last.on),
        DeliverableState::Accepted | DeliverableState::Partial => page.say("submission-over"),
        DeliverableState::Open
        | DeliverableState::Overdue
        | DeliverableState::Rejected
        | DeliverableState::Cancelled => return Ok(Checks::default()),
    };
    let address = receipt::address(&context.contract_overview().id, &deliverable.code, last.no);
    Ok(Checks::barring(words, Some((address, page.say("errors-existing")))))
}

/// Checks that a satisfied milestone has an amount left to request; an unsatisfied one has faults of its own.
pub fn requestable(context: &ActContext<'_>) -> Result<Checks, Error> {
    let (overview, page) = (context.contract_overview(), context.page);
    let milestones = &overview.snapshot.standing.milestones;
    let milestone = milestones.iter().find(|one| one.code.as_str() == context.subject()).ok_or(Error::NotFound)?;
    let is_open = |payment: &&PaymentRequestView| {
        payment.milestone == context.subject()
            && payment.kind == PaymentKind::Principal
            && !matches!(payment.state, PaymentState::Paid | PaymentState::Returned)
    };
    let open: Vec<&PaymentRequestView> = context.contract.payments.iter().filter(is_open).collect();
    let requested = open.iter().fold(0, |sum: i64, payment| sum.saturating_add(payment.amount.fen()));
    let left = approvals::remaining_fen(milestone.payable.fen(), milestone.paid.fen(), requested);
    if milestone.satisfied_on.is_none() || left > 0 {
        return Ok(Checks::default());
    }
    let address = |part: String| format!("/contracts/{}#{part}", overview.id);
    let first = open.first().map(|payment| (address(format!("payment-{}", payment.id)), page.say("errors-existing")));
    let words = if first.is_some() { "request-pending" } else { "request-nothing-left" };
    Ok(Checks::barring(
        page.say(words),
        first.or_else(|| Some((address("milestones".to_owned()), page.say("document-column-milestone")))),
    ))
}

/// Checks that the contract has a clause under which an incident can be proposed.
pub fn has_incident_clause(context: &ActContext<'_>) -> Result<Checks, Error> {
    if context.contract_overview().charges_incidents() {
        return Ok(Checks::default());
    }
    Ok(Checks::barring(context.page.say("incident-no-clause"), None))
}

/// Checks that no objection on the same subject waits for an answer.
pub fn unobjected(context: &ActContext<'_>) -> Result<Checks, Error> {
    let (overview, page) = (context.contract_overview(), context.page);
    let (against, subject) = objection::subject_of(context.subject())?;
    let is_open =
        |one: &&ObjectionView| one.state == ObjectionState::Open && one.against == against && one.subject == subject;
    Ok(context.contract.objections.iter().find(is_open).map_or_else(Checks::default, |open| {
        let link = (format!("/contracts/{}#objection-{}", overview.id, open.id), page.say("errors-existing"));
        Checks::barring(page.with("objection-open", "day", open.answer_by), Some(link))
    }))
}

/// Checks that a milestone has late interest that can still be requested or waived.
pub fn has_interest(context: &ActContext<'_>) -> Result<Checks, Error> {
    if interest_of(context)?.requestable() != Sum::ZERO {
        return Ok(Checks::default());
    }
    Ok(Checks::barring(context.page.say("interest-none-left"), None))
}

/// Checks that it is the reader's turn to take a step on a submitted contract.
pub fn in_turn(context: &ActContext<'_>) -> Result<Checks, Error> {
    let overview = context.contract_overview();
    let (rights, may) = (context.target.act.rights, &overview.open);
    let is_own = match overview.turn {
        Some(_) => overview.is_own_turn && !rights.contains(&Action::FundContract),
        None => [Action::FundContract, Action::ReturnSubmitted, Action::ReturnFunded]
            .iter()
            .any(|right| rights.contains(right) && may.contains(right)),
    };
    if is_own {
        return Ok(Checks::default());
    }
    let message = match overview.turn {
        Some(next) => Message::new("contract-in-chain").with("step", next.act).with("role", next.role),
        None => Message::new("sign-off-not-waiting"),
    };
    Ok(Checks { is_elsewhere: true, ..Checks::barring(message.text(context.page.language), None) })
}

/// Checks that the contract's appropriation covers it, before finance commits it.
pub fn funded(context: &ActContext<'_>) -> Result<Checks, Error> {
    if context.contract_overview().turn.is_some() {
        return in_turn(context);
    }
    let checks = fundable(context)?;
    Ok(Checks { bars: checks.is_doubtful(), ..checks })
}

/// Checks that no changes to the contract wait in a draft, and its appropriation, before it goes to finance.
pub fn applied(context: &ActContext<'_>) -> Result<Checks, Error> {
    let Some(draft) = context.open_change else { return fundable(context) };
    let page = context.page;
    let link = (format!("/drafts/{draft}/check"), page.say("submit-change-see"));
    Ok(Checks::barring(page.say("submit-with-change"), Some(link)))
}

/// Checks that the contract's appropriation covers it, before the contract goes to finance: an appropriation may still
/// be entered or approved meanwhile.
pub fn fundable(context: &ActContext<'_>) -> Result<Checks, Error> {
    let page = context.page;
    let Some(funding) = context.funding else { return Ok(Checks::default()) };
    let condition = match &funding.fault {
        Some(fault) => Condition::failing(fault.text(page.language)),
        None => Condition { holds: true, words: page.say("fund-check"), links: Vec::new() },
    };
    Ok(Checks { conditions: vec![condition], ..Checks::default() })
}

/// Checks that everything is paid and decided before a contract is completed or closed.
pub fn settled(context: &ActContext<'_>) -> Result<Checks, Error> {
    let input = &context.contract_overview().snapshot;
    let page = context.page;
    let words = |fault: FieldError| {
        let milestone = input.details.milestone(fault.path.trim_start_matches("milestones."));
        Condition::failing(page.labelled(milestone, fault.message.text(page.language)))
    };
    let completes = context.target.act.name == "complete";
    let unpaid = if completes { transitions::unpaid(&input.standing) } else { Vec::new() };
    let mut conditions: Vec<_> = unpaid.into_iter().map(words).collect();
    let open = context.open.iter().filter(|thing| !completes || thing.kind.bars_completion());
    conditions.extend(open.map(|thing| Condition::failing(thing.message.text(page.language))));
    Ok(Checks { bars: !conditions.is_empty(), conditions, is_elsewhere: false })
}
