//! The task that follows an act, chosen among the contract's open tasks and shown in the confirmation of the act.

use crate::domain::tasks::TaskKind as K;
use crate::services::contracts::transitions::next_tasks;
use crate::services::contracts::view::ContractPageData;
use crate::services::notifications::tasks::Task;

/// Kinds of tasks that may follow an act on an item of a contract; the first open one is chosen. Tasks after a contract
/// action are in the table of those actions.
const FOLLOWS: &[(&str, &[K])] = &[
    ("registered", &[K::Submit]),
    ("saved", &[K::Submit]),
    ("submission", &[K::Inspect]),
    ("submission-withdraw", &[K::Deliver]),
    ("decision", &[K::Deliver, K::Score, K::Invoice, K::RequestPayment]),
    ("invoice", &[K::RequestPayment, K::ConfirmPayment]),
    ("score", &[K::Invoice, K::RequestPayment]),
    ("request", &[K::ConfirmPayment]),
    ("confirm", &[K::ReviewPayment]),
    ("review", &[K::ApprovePayment]),
    ("approve", &[K::PayPayment]),
    ("pay", &[K::AllowPayment, K::RequestInterest]),
    ("interest", &[K::ConfirmPayment]),
    ("interest-waiver", &[K::Close]),
    ("disallow", &[K::PayPayment]),
    ("payment-return", &[K::RequestPayment]),
    ("payment-recall", &[K::RequestPayment]),
    ("extension", &[K::Decide]),
    ("waiver", &[K::Decide]),
    ("reversal", &[K::Decide]),
    ("incident", &[K::Decide]),
    ("apply-extension", &[K::Endorse]),
    ("apply-waiver", &[K::Endorse]),
    ("endorse", &[K::Decide]),
    ("record", &[K::ConfirmRecords]),
    ("objection", &[K::AnswerObjection]),
    ("objection-uphold", &[K::CorrectObjection]),
    ("publication", &[K::DecidePublication]),
    ("guarantee-claim", &[K::DecideClaim]),
    ("recovery-receipt", &[K::Recover, K::Close]),
    ("recovery-write-off", &[K::DecideWriteOff]),
    ("recovery-grant", &[K::Recover, K::Close]),
    ("evaluation", &[K::AssessEvaluation]),
    ("evaluation-assess", &[K::ProposeEvaluation]),
    ("evaluation-propose", &[K::CommentEvaluation]),
    ("evaluation-comment", &[K::FinaliseEvaluation]),
    ("evaluation-finalise", &[K::Score]),
    ("amendment-proposed", &[K::ConsentAmendment]),
    ("amendment-consent", &[K::ApproveAmendment]),
    ("amendment-approve", &[K::FundAmendment]),
];

/// Finds the task that follows an act on a deliverable, milestone, payment or change request. An empty subject stands
/// for the contract, which may be followed by a task on any of its items.
pub fn find<'a>(data: &'a ContractPageData, done: &str, subject: &str) -> Option<&'a Task> {
    let kinds = FOLLOWS.iter().find(|(act, _)| *act == done).map_or_else(|| next_tasks(done), |(_, kinds)| *kinds);
    let touched = touched_subjects(data, done, subject);
    let first = |about: &dyn Fn(&Task) -> bool| {
        kinds.iter().find_map(|kind| data.tasks.iter().find(|task| task.kind == kind.as_str() && about(task)))
    };
    first(&|task| touched.contains(&task.subject.as_str())).or_else(|| first(&|_| subject.is_empty()))
}

/// Returns the subjects that an act touches: its own, the milestones that require a deliverable, the milestone of a
/// payment, the payments of a milestone, and the latest change request or objection.
fn touched_subjects<'a>(data: &'a ContractPageData, done: &str, subject: &'a str) -> Vec<&'a str> {
    let milestones = data.overview.snapshot.terms.milestones.iter();
    let requiring = milestones.filter(|milestone| milestone.requires.iter().any(|code| code.as_str() == subject));
    let of_payment = data.payments.iter().filter(|payment| payment.id == subject);
    let of_milestone = data.payments.iter().filter(|payment| payment.milestone == subject);
    let word = if done == "terminate" { "termination" } else { done.trim_start_matches("apply-") };
    let asked = data
        .change_requests
        .iter()
        .filter(|request| request.kind.as_str() == word)
        .max_by_key(|request| request.requested_at);
    let raised = data.objections.iter().filter(|_| done == "objection").max_by_key(|objection| objection.raised_at);
    let mut touched = vec![subject];
    touched.extend(requiring.map(|milestone| milestone.code.as_str()));
    touched.extend(of_payment.map(|payment| payment.milestone.as_str()));
    touched.extend(of_milestone.map(|payment| payment.id.as_str()));
    touched.extend(asked.map(|request| request.id.as_str()));
    touched.extend(raised.map(|objection| objection.id.as_str()));
    touched
}
