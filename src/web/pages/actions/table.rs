//! The table of every act on a contract. The eighteen steps of contract and payment differ only in rights, fields and
//! checks and are built in this file; every other act has a separate file.

use crate::app::App;
use crate::domain::policy::Action;
use crate::error::Error;
use crate::services::contracts::effects::Proposal;
use crate::services::contracts::transitions::{self, ActionInput};
use crate::services::identity::caller::Caller;
use crate::services::payments::{self, PaymentStepInput};
use crate::services::shared::form_reader::FormReader;
use crate::services::shared::typed_values::parse_date;
use crate::web::pages::actions::act::{Act, ActContext, ActTarget};
use crate::web::pages::actions::fields::effective_day;
use crate::web::pages::actions::{
    amendment, annex, change_decision, checks, decision, evaluation, extension, guarantee, headcount, incident,
    interest, invoice, message, objection, payment_request, publication, recall, record, recovery, reversal, score,
    submission, submission_withdrawal, summary, survey, told, waiver,
};
use crate::web::pages::forms::Form;
use crate::web::pages::forms::field::{Field, FieldKind};

const fn contract_step(name: &'static str, rights: &'static [Action]) -> Act {
    Act { of_contract: true, summary: summary::contract, ..Act::new(name, rights, submit_contract_step) }
}

const fn approval_step(name: &'static str, rights: &'static [Action]) -> Act {
    Act {
        summary: summary::payment_request,
        checks: checks::approval_step,
        alternative: Some("payment-return"),
        ..Act::new(name, rights, submit_approval_step)
    }
}

/// Marks an act as adverse and adds a reason field.
const fn mark_adverse(act: Act) -> Act {
    Act { is_adverse: true, needs_reason: true, ..act }
}

use Action as A;

/// The acts; acts on the contract itself are in the order of its life.
pub const ACTS: &[Act] = &[
    Act { summary: summary::funding, checks: checks::applied, ..contract_step("submit", &[A::SubmitContract]) },
    mark_adverse(contract_step("withdraw", &[A::WithdrawContract])),
    recall::CONTRACT,
    Act { checks: checks::in_turn, alternative: Some("return"), ..contract_step("sign-off", &[A::SignOffContract]) },
    Act {
        summary: summary::funding,
        checks: checks::funded,
        alternative: Some("return"),
        ..contract_step("fund", &[A::FundContract])
    },
    Act { alternative: Some("return"), fields: activation_fields, ..contract_step("activate", &[A::ActivateContract]) },
    Act {
        checks: checks::in_turn,
        ..mark_adverse(contract_step("return", &[A::ReturnSubmitted, A::ReturnFunded, A::ReturnInChain]))
    },
    Act { fields: publication_fields, ..contract_step("publish", &[A::RecordPublication]) },
    Act { checks: checks::settled, ..contract_step("complete", &[A::CompleteContract]) },
    Act {
        fields: termination_fields,
        proposal: Some(propose_termination),
        ..mark_adverse(contract_step("terminate", &[A::TerminateContract]))
    },
    Act {
        summary: summary::early_end,
        proposal: Some(|_, _| Ok(Proposal::RequestedTermination)),
        alternative: Some("decline"),
        is_adverse: true,
        ..contract_step("consent", &[A::ConsentToTermination])
    },
    Act { summary: summary::early_end, ..mark_adverse(contract_step("decline", &[A::DeclineTermination])) },
    Act { summary: summary::settlement, checks: checks::settled, ..contract_step("close", &[A::CloseContract]) },
    submission::ACT,
    submission_withdrawal::ACT,
    decision::ACT,
    invoice::ACT,
    score::ACT,
    payment_request::ACT,
    interest::REQUEST,
    interest::WAIVE,
    approval_step("confirm", &[A::ConfirmPayment]),
    approval_step("review", &[A::ReviewPayment]),
    approval_step("approve", &[A::ApprovePayment]),
    Act {
        fields: bank_fields,
        proposal: Some(propose_payment),
        required: &["voucher"],
        ..approval_step("pay", &[A::PayPayment])
    },
    Act {
        proposal: Some(propose_payment),
        alternative: Some("disallow"),
        ..approval_step("allow", &[A::AllowPaymentDay])
    },
    mark_adverse(Act { alternative: None, ..approval_step("disallow", &[A::AllowPaymentDay]) }),
    mark_adverse(Act {
        summary: summary::payment_request,
        ..Act::new("payment-return", &[A::ReturnPayment], submit_approval_step)
    }),
    recall::PAYMENT,
    record::ACT,
    incident::ACT,
    headcount::ACT,
    survey::ACT,
    extension::ACT,
    extension::APPLICATION,
    waiver::ACT,
    waiver::APPLICATION,
    reversal::ACT,
    change_decision::ENDORSE,
    change_decision::GRANT,
    change_decision::REFUSE,
    amendment::CONSENT,
    amendment::APPROVE,
    amendment::FUND,
    amendment::WITHDRAW,
    amendment::REFUSE,
    objection::RAISE,
    objection::UPHOLD,
    objection::REJECT,
    message::ACT,
    annex::ADD,
    annex::REMOVE,
    publication::PROPOSE,
    publication::GRANT,
    publication::REFUSE,
    publication::WITHDRAW,
    guarantee::RECORD,
    guarantee::RETURN,
    guarantee::CLAIM,
    guarantee::GRANT,
    guarantee::REFUSE,
    recovery::DEMAND,
    recovery::RECEIVE,
    recovery::WRITE_OFF,
    recovery::GRANT,
    recovery::REFUSE,
    evaluation::OPEN,
    evaluation::ASSESS,
    evaluation::PROPOSE,
    evaluation::COMMENT,
    evaluation::FINALISE,
    evaluation::WITHDRAW,
    told::ACT,
];

/// Returns the fields of activating a contract: the day of signing, proposed as recorded or today. Never fails; the
/// type is that of [`Act::fields`].
fn activation_fields(context: &ActContext<'_>) -> Result<Vec<Field>, Error> {
    let signed = Field::named(context.page, "signed_on", FieldKind::Day);
    Ok(vec![signed.propose(context.contract_overview().signed_on.unwrap_or(context.page.today))])
}

fn publication_fields(context: &ActContext<'_>) -> Result<Vec<Field>, Error> {
    Ok(vec![effective_day(context, "field-on-publish").hint(String::new())])
}

fn termination_fields(context: &ActContext<'_>) -> Result<Vec<Field>, Error> {
    Ok(vec![effective_day(context, "field-on-terminate")])
}

fn bank_fields(context: &ActContext<'_>) -> Result<Vec<Field>, Error> {
    let page = context.page;
    let hint = match context.payment.and_then(|payment| payment.first_day) {
        Some(first) => page.with("field-bank-day-first-hint", "first", first),
        None => page.say("field-bank-day-hint"),
    };
    let day = effective_day(context, "field-on-pay").hint(hint);
    Ok(vec![Field::named(context.page, "voucher", FieldKind::Line), day])
}

fn propose_termination(_: &ActTarget, form: &Form) -> Result<Proposal, Error> {
    let mut reader = FormReader::new(form);
    let on = reader.prefilled("on", parse_date);
    reader.finish(Some(Proposal::Termination(on)))
}

fn propose_payment(target: &ActTarget, form: &Form) -> Result<Proposal, Error> {
    let mut reader = FormReader::new(form);
    let on = reader.prefilled("on", parse_date);
    reader.finish(Some(Proposal::Payment { id: target.subject.clone(), on }))
}

/// Reads the reason of an act that needs one.
fn read_reason(reader: &mut FormReader<'_, Form>, act: &Act) -> Option<String> {
    act.needs_reason.then(|| reader.required_lines("reason"))
}

fn submit_contract_step(app: &App, caller: &Caller, target: &ActTarget, form: &Form) -> Result<(), Error> {
    let mut reader = FormReader::new(form);
    let input = ActionInput {
        reason: read_reason(&mut reader, target.act),
        signed_on: reader.prefilled("signed_on", parse_date),
        on: reader.prefilled("on", parse_date),
    };
    transitions::take_action(app, caller, &target.contract, target.act.name, &reader.finish(Some(input))?)?;
    Ok(())
}

fn submit_approval_step(app: &App, caller: &Caller, target: &ActTarget, form: &Form) -> Result<(), Error> {
    let mut reader = FormReader::new(form);
    let input = PaymentStepInput {
        reason: read_reason(&mut reader, target.act),
        voucher: match target.act.required.contains(&"voucher") {
            true => Some(reader.required_text("voucher")),
            false => reader.optional_text("voucher"),
        },
        on: reader.prefilled("on", parse_date),
    };
    let name = target.act.name.strip_prefix("payment-").unwrap_or(target.act.name);
    payments::take_step(app, caller, &target.subject, name, &reader.finish(Some(input))?)?;
    Ok(())
}
