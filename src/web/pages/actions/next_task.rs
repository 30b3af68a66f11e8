//! Who is next: the duty that follows from what was just done on a contract. It decides nothing; the duties are there.

use crate::domain::tasks::TaskKind as K;
use crate::services::contracts::view::Whole;
use crate::services::notifications::tasks::Task;

/// What may follow from an act, as kinds of duties: the first that there is counts.
const FOLLOWS: &[(&str, &[K])] = &[
    ("registered", &[K::Submit]),
    ("saved", &[K::Submit]),
    ("return", &[K::Submit]),
    ("submit", &[K::Fund]),
    ("fund", &[K::Activate]),
    ("activate", &[K::Publish, K::Deliver]),
    ("complete", &[K::Close]),
    ("terminate", &[K::Consent]),
    ("consent", &[K::Close]),
    ("submission", &[K::Inspect]),
    ("decision", &[K::Deliver, K::Score, K::Invoice, K::RequestPayment]),
    ("invoice", &[K::RequestPayment, K::ConfirmPayment]),
    ("score", &[K::Invoice, K::RequestPayment]),
    ("request", &[K::ConfirmPayment]),
    ("confirm", &[K::ReviewPayment]),
    ("review", &[K::ApprovePayment]),
    ("approve", &[K::PayPayment]),
    ("payment-return", &[K::RequestPayment]),
    ("extension", &[K::Decide]),
    ("waiver", &[K::Decide]),
    ("reversal", &[K::Decide]),
];

/// The duty that follows from an act on something (a deliverable, milestone, payment; empty for the contract, from which the
/// duties on anything of it may follow).
pub fn duty<'a>(whole: &'a Whole, done: &str, subject: &str) -> Option<&'a Task> {
    let (_, kinds) = FOLLOWS.iter().find(|(act, _)| *act == done)?;
    let touched = touched(whole, done, subject);
    let first = |about: &dyn Fn(&Task) -> bool| {
        kinds.iter().find_map(|kind| whole.tasks.iter().find(|duty| duty.kind == kind.as_str() && about(duty)))
    };
    first(&|duty| touched.contains(&duty.subject.as_str())).or_else(|| first(&|_| subject.is_empty()))
}

/// What an act on something touches besides: the milestones that a deliverable is required for, the milestone of a payment,
/// the payments of a milestone, and what was asked for last.
fn touched<'a>(whole: &'a Whole, done: &str, subject: &'a str) -> Vec<&'a str> {
    let milestones = whole.dossier.input.terms.milestones.iter();
    let requiring = milestones.filter(|milestone| milestone.requires.iter().any(|code| code.as_str() == subject));
    let of_payment = whole.payments.iter().filter(|payment| payment.id == subject);
    let of_milestone = whole.payments.iter().filter(|payment| payment.milestone == subject);
    let word = if done == "terminate" { "termination" } else { done };
    let asked = whole.asks.iter().filter(|ask| ask.kind.as_str() == word).max_by_key(|ask| ask.asked_at);
    let mut touched = vec![subject];
    touched.extend(requiring.map(|milestone| milestone.code.as_str()));
    touched.extend(of_payment.map(|payment| payment.milestone.as_str()));
    touched.extend(of_milestone.map(|payment| payment.id.as_str()));
    touched.extend(asked.map(|ask| ask.id.as_str()));
    touched
}
