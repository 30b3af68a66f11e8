//! Recovery of penalties beyond the deductions: demanding an amount, recording receipts, and write-offs.

use crate::app::App;
use crate::domain::policy::Action;
use crate::error::Error;
use crate::services::identity::caller::Caller;
use crate::services::recoveries::{self, DemandInput, ReceiptInput, RecoveryActionInput, WriteOffInput};
use crate::services::shared::form_reader::FormReader;
use crate::services::shared::typed_values::{parse_amount, parse_date};
use crate::web::pages::actions::act::{Act, ActContext, ActTarget};
use crate::web::pages::actions::fields::{effective_day, note, number};
use crate::web::pages::actions::summary::{self, SummaryRow};
use crate::web::pages::forms::Form;
use crate::web::pages::forms::field::{Field, FieldKind};

/// Demands the amount still to be recovered, with a reason.
pub const DEMAND: Act = Act {
    summary: show_contract,
    needs_reason: true,
    fields: demand_fields,
    ..Act::new("recovery", &[Action::DemandRecovery], submit_demand)
};

/// Records an amount received.
pub const RECEIVE: Act = Act {
    summary: show_contract,
    fields: receipt_fields,
    ..Act::new("recovery-receipt", &[Action::ReceiveRecovery], submit_receipt)
};

/// Proposes a write-off, with a reason.
pub const WRITE_OFF: Act = Act {
    summary: show_contract,
    needs_reason: true,
    fields: amount_fields,
    is_adverse: true,
    ..Act::new("recovery-write-off", &[Action::ProposeWriteOff], submit_write_off)
};

/// Grants a write-off.
pub const GRANT: Act = Act {
    summary: show_write_off,
    alternative: Some("recovery-refuse"),
    ..Act::new("recovery-grant", &[Action::DecideWriteOff], submit_decision)
};

/// Refuses a write-off, with a reason.
pub const REFUSE: Act = Act {
    summary: show_write_off,
    needs_reason: true,
    is_adverse: true,
    ..Act::new("recovery-refuse", &[Action::DecideWriteOff], submit_decision)
};

fn show_contract(context: &ActContext<'_>) -> Result<Vec<SummaryRow>, Error> {
    let mut all = summary::contract(context)?;
    all.push(SummaryRow::new(
        context.page,
        "recovery-rest",
        context.page.money(context.contract.securities.to_recover),
    ));
    Ok(all)
}

fn show_write_off(context: &ActContext<'_>) -> Result<Vec<SummaryRow>, Error> {
    let page = context.page;
    let found =
        context.contract.securities.recoveries.iter().find(|one| one.id == context.subject() && one.is_waiting());
    let write_off = found.ok_or(Error::NotFound)?;
    let mut all = show_contract(context)?;
    all.extend(summary::rows(
        page,
        [
            ("recovery-amount", page.money(write_off.amount)),
            ("recovery-reason", write_off.reason.clone()),
            ("recovery-by", page.noted(&write_off.recorded_by, page.time(&write_off.recorded_at))),
        ],
    ));
    Ok(all)
}

fn amount_fields(context: &ActContext<'_>) -> Result<Vec<Field>, Error> {
    Ok(vec![number(context, "amount").propose(context.contract.securities.to_recover)])
}

fn demand_fields(context: &ActContext<'_>) -> Result<Vec<Field>, Error> {
    let mut fields = amount_fields(context)?;
    fields.push(Field::new("due_on", FieldKind::Day, context.page.say("recovery-due-on")));
    Ok(fields)
}

fn receipt_fields(context: &ActContext<'_>) -> Result<Vec<Field>, Error> {
    let receipt = Field::new("receipt", FieldKind::Line, context.page.say("recovery-receipt"));
    let on = effective_day(context, "recovery-received-on").hint(String::new());
    Ok(vec![number(context, "amount").propose(context.contract.securities.to_recover), receipt, on, note(context)])
}

fn submit_demand(app: &App, caller: &Caller, target: &ActTarget, form: &Form) -> Result<(), Error> {
    let mut reader = FormReader::new(form);
    let reason = reader.required_lines("reason");
    let (amount, due_on) = (reader.required("amount", parse_amount), reader.required("due_on", parse_date));
    let input = amount.zip(due_on).map(|(amount, due_on)| DemandInput { amount, reason, due_on });
    recoveries::demand(app, caller, &target.contract, &reader.finish(input)?)?;
    Ok(())
}

fn submit_receipt(app: &App, caller: &Caller, target: &ActTarget, form: &Form) -> Result<(), Error> {
    let mut reader = FormReader::new(form);
    let amount = reader.required("amount", parse_amount);
    let receipt = reader.required_text("receipt");
    let on = reader.prefilled("on", parse_date);
    let note = reader.lines("note");
    let input = amount.map(|amount| ReceiptInput { amount, receipt, on, note });
    recoveries::receive(app, caller, &target.contract, &reader.finish(input)?)?;
    Ok(())
}

fn submit_write_off(app: &App, caller: &Caller, target: &ActTarget, form: &Form) -> Result<(), Error> {
    let mut reader = FormReader::new(form);
    let reason = reader.required_lines("reason");
    let input = reader.required("amount", parse_amount).map(|amount| WriteOffInput { amount, reason });
    recoveries::propose_write_off(app, caller, &target.contract, &reader.finish(input)?)?;
    Ok(())
}

fn submit_decision(app: &App, caller: &Caller, target: &ActTarget, form: &Form) -> Result<(), Error> {
    let mut reader = FormReader::new(form);
    let reason = target.act.needs_reason.then(|| reader.required_lines("reason"));
    let input = reader.finish(Some(RecoveryActionInput { reason }))?;
    let name = target.act.name.strip_prefix("recovery-").unwrap_or(target.act.name);
    recoveries::take_step(app, caller, &target.subject, name, &input)?;
    Ok(())
}
