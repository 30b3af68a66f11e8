//! Addresses of the pages that tasks and emails link to, without the base address of the program.

use crate::domain::codes::{AlertKind, ObjectionTarget};
use crate::domain::subject::Subject;
use crate::domain::tasks::TaskKind;
use crate::services::registry::proposals;
use crate::services::suspensions;

/// Returns the address of the form for a task, or of the contract's page if there is no form.
fn of_task(contract: &str, kind: TaskKind, about: &str) -> String {
    form_of_task(contract, kind, about).unwrap_or_else(|| format!("/contracts/{contract}"))
}

/// Returns the address of the form for a task; `None` if there is no form.
pub fn form_of_task(contract: &str, kind: TaskKind, about: &str) -> Option<String> {
    let form = |act: &str| format!("/contracts/{contract}/act/{act}");
    let form_about = |act: &str| {
        let subject: String = form_urlencoded::byte_serialize(about.as_bytes()).collect();
        format!("/contracts/{contract}/act/{act}?subject={subject}")
    };
    Some(match kind {
        TaskKind::Submit
        | TaskKind::Fund
        | TaskKind::Activate
        | TaskKind::Publish
        | TaskKind::Complete
        | TaskKind::Consent
        | TaskKind::Close => form(kind.as_str()),
        TaskKind::EndContract => form("terminate"),
        TaskKind::ConfirmPayment
        | TaskKind::ReviewPayment
        | TaskKind::ApprovePayment
        | TaskKind::PayPayment
        | TaskKind::AllowPayment
        | TaskKind::RequestPayment => form_about(kind.as_str().trim_end_matches("_payment")),
        TaskKind::Score | TaskKind::Invoice => form_about(kind.as_str()),
        TaskKind::RequestInterest => form_about("interest"),
        TaskKind::Deliver => form_about("submission"),
        TaskKind::Inspect => form_about("decision"),
        TaskKind::Decide => form_about("grant"),
        TaskKind::Endorse => form_about("endorse"),
        TaskKind::ConsentAmendment => form_about("amendment-consent"),
        TaskKind::ApproveAmendment => form_about("amendment-approve"),
        TaskKind::FundAmendment => form_about("amendment-fund"),
        TaskKind::AnswerObjection => form_about("objection-uphold"),
        TaskKind::ConfirmRecords => format!("/contracts/{contract}/records?state=waiting"),
        TaskKind::CorrectObjection => format!("/contracts/{contract}#objection-{about}"),
        TaskKind::DecidePublication => form_about("publication-grant"),
        TaskKind::DecideSuspension => proposals::address(suspensions::REGISTER, about),
        TaskKind::DecideClaim => form_about("guarantee-grant"),
        TaskKind::RenewGuarantee => form("guarantee"),
        TaskKind::Recover => form("recovery"),
        TaskKind::DecideWriteOff => form_about("recovery-grant"),
        TaskKind::ReturnGuarantee => form_about("guarantee-return"),
        TaskKind::AssessEvaluation => form_about("evaluation-assess"),
        TaskKind::ProposeEvaluation => form_about("evaluation-propose"),
        TaskKind::CommentEvaluation => form_about("evaluation-comment"),
        TaskKind::FinaliseEvaluation => form_about("evaluation-finalise"),
        TaskKind::SignOff => form("sign-off"),
        // The parties sign outside the program, and the leader then records it.
        TaskKind::Sign => return None,
    })
}

/// Returns the address of the form for objecting to a breach.
fn objection_to_breach(contract: &str, breach: &str) -> String {
    let about = format!("{}/{breach}", ObjectionTarget::Breach);
    let subject: String = form_urlencoded::byte_serialize(about.as_bytes()).collect();
    format!("/contracts/{contract}/act/objection?subject={subject}")
}

/// Returns the address that an email of this kind and subject links to.
pub fn of_email(contract: &str, kind: AlertKind, subject: &str) -> String {
    let part = |name: &str| format!("/contracts/{contract}#{name}");
    match kind {
        AlertKind::Due10
        | AlertKind::Due5
        | AlertKind::Due7
        | AlertKind::Due3
        | AlertKind::Due1
        | AlertKind::Overdue
        | AlertKind::TaskWaiting
        | AlertKind::PaymentWaiting
        | AlertKind::AmendmentWaiting
        | AlertKind::ObjectionWaiting
        | AlertKind::ApplicationWaiting
        | AlertKind::EvaluationWaiting => match Subject::parse_task(subject) {
            Some((task, about)) => of_task(contract, task, about),
            None => format!("/contracts/{contract}"),
        },
        AlertKind::DeliverableReturned => match Subject::parse_decided(subject) {
            Some(code) => of_task(contract, TaskKind::Deliver, code),
            None => part("deliverables"),
        },
        AlertKind::DeliverableSubmitted => match Subject::parse_decided(subject) {
            Some(code) => of_task(contract, TaskKind::Inspect, code),
            None => part("deliverables"),
        },
        AlertKind::DeliverableAccepted => part("deliverables"),
        AlertKind::ScoreRecorded | AlertKind::InterestWaived => part("milestones"),
        AlertKind::BreachFound => objection_to_breach(contract, subject),
        AlertKind::BreachNoted => part("breaches"),
        AlertKind::RecoveryChanged | AlertKind::WriteOffRefused => part("recoveries"),
        AlertKind::ClaimGranted | AlertKind::ClaimRefused => part("guarantees"),
        AlertKind::AmendmentEnded => part("amendments"),
        AlertKind::SuspensionApproved | AlertKind::SuspensionRefused => part("suspensions"),
        AlertKind::ObjectionAnswered => part("objections"),
        AlertKind::ApplicationDecided | AlertKind::ChangeGranted | AlertKind::ChangeRefused => part("change-requests"),
        AlertKind::ContractFunded | AlertKind::ContractReturned | AlertKind::ContractState => {
            format!("/contracts/{contract}")
        }
        AlertKind::EvaluationEnded => part("evaluations"),
        AlertKind::CertificateLapsing => format!("/registers/workers?at={subject}#row-{subject}"),
        AlertKind::MessageReceived => format!("/contracts/{contract}/messages"),
        AlertKind::RecordsRefused => format!("/contracts/{contract}/records?state=refused"),
        AlertKind::PaymentAtFinance
        | AlertKind::PaymentApproved
        | AlertKind::PaymentPaid
        | AlertKind::PaymentReturned => part("payments"),
        AlertKind::ProposalWaiting => match subject.split_once('/') {
            Some((register, id)) => proposals::address(register, id),
            None => "/work".to_owned(),
        },
        AlertKind::AccountChanged => "/".to_owned(),
        AlertKind::CodesReset | AlertKind::RecoveryCodeUsed | AlertKind::CodesOn | AlertKind::CodesOff => {
            "/one-time-codes".to_owned()
        }
        AlertKind::IdentityBound | AlertKind::IdentityUnbound => "/sessions".to_owned(),
        AlertKind::PasswordLink | AlertKind::PasswordForgotten | AlertKind::PasswordChanged => "/sign-in".to_owned(),
        AlertKind::SealMade => "/events/chain".to_owned(),
    }
}
