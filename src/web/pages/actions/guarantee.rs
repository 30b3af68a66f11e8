//! Performance guarantees: recording and returning guarantees of the contractor, and claims, on which a leader decides.

use crate::app::App;
use crate::domain::guarantees::{ClaimPurpose, GuaranteeKind};
use crate::domain::money::Sum;
use crate::domain::policy::Action;
use crate::error::Error;
use crate::services::guarantees::view::GuaranteeView;
use crate::services::guarantees::{self, GuaranteeActionInput, GuaranteeInput};
use crate::services::identity::caller::Caller;
use crate::services::shared::form_reader::FormReader;
use crate::services::shared::typed_values::{parse_amount, parse_choice, parse_date};
use crate::web::pages::actions::act::{Act, ActContext, ActTarget};
use crate::web::pages::actions::fields::{effective_day, number};
use crate::web::pages::actions::summary::{self, SummaryRow};
use crate::web::pages::forms::Form;
use crate::web::pages::forms::field::{Field, FieldKind};

/// Records a guarantee.
pub const RECORD: Act = Act {
    summary: summary::contract,
    fields: record_fields,
    ..Act::new("guarantee", &[Action::RecordGuarantee], submit_record)
};

/// Returns a guarantee to the contractor.
pub const RETURN: Act = Act {
    summary: show_return,
    fields: return_fields,
    ..Act::new("guarantee-return", &[Action::ReturnGuarantee], submit_act)
};

/// Proposes a claim, with a reason.
pub const CLAIM: Act = Act {
    summary: show_guarantee,
    needs_reason: true,
    fields: claim_fields,
    ..Act::new("guarantee-claim", &[Action::ProposeClaim], submit_claim)
};

/// Grants a claim.
pub const GRANT: Act = Act {
    summary: show_claim,
    alternative: Some("guarantee-refuse"),
    ..Act::new("guarantee-grant", &[Action::DecideClaim], submit_act)
};

/// Refuses a claim, with a reason.
pub const REFUSE: Act = Act {
    summary: show_claim,
    needs_reason: true,
    is_adverse: true,
    ..Act::new("guarantee-refuse", &[Action::DecideClaim], submit_act)
};

fn find<'a>(context: &'a ActContext<'_>) -> Result<&'a GuaranteeView, Error> {
    let found = context.contract.securities.guarantees.iter().find(|one| one.id == context.subject());
    found.ok_or(Error::NotFound)
}

fn show_guarantee(context: &ActContext<'_>) -> Result<Vec<SummaryRow>, Error> {
    let (page, guarantee) = (context.page, find(context)?);
    Ok(summary::rows(
        page,
        [
            ("guarantee-document", page.noted(page.word("guarantee-kind", guarantee.kind), &guarantee.number)),
            ("guarantee-issuer", guarantee.issuer.clone()),
            ("guarantee-amount", page.money(guarantee.amount)),
            ("guarantee-outstanding", page.money(guarantee.outstanding)),
            ("guarantee-valid-until", page.day(&guarantee.valid_until)),
            ("guarantee-return-on", page.day(&guarantee.return_on)),
        ],
    ))
}

/// Shows a guarantee that is about to be returned, and what can be claimed before and after.
fn show_return(context: &ActContext<'_>) -> Result<Vec<SummaryRow>, Error> {
    let (page, left) = (context.page, find(context)?.outstanding);
    let mut all = show_guarantee(context)?;
    let change = page.with2("guarantee-left-after", "before", page.money(left), "after", page.money(Sum::ZERO));
    all.push(SummaryRow::new(page, "guarantee-after-return", change));
    Ok(all)
}

fn show_claim(context: &ActContext<'_>) -> Result<Vec<SummaryRow>, Error> {
    let (page, guarantee) = (context.page, find(context)?);
    let mut all = show_guarantee(context)?;
    if let Some(claim) = guarantee.open_claim() {
        all.extend(summary::rows(
            page,
            [
                ("claim-amount", page.money(claim.amount)),
                ("claim-purpose", page.word("claim-purpose", claim.purpose)),
                ("claim-reason", claim.reason.clone()),
                ("claim-by", page.noted(&claim.proposed_by, page.time(&claim.proposed_at))),
            ],
        ));
    }
    Ok(all)
}

fn record_fields(context: &ActContext<'_>) -> Result<Vec<Field>, Error> {
    let page = context.page;
    let field = |name: &str, kind, label: &str| Field::new(name, kind, page.say(label));
    Ok(vec![
        Field::choice(page, "kind", "guarantee-kind", GuaranteeKind::ALL),
        number(context, "amount").hint(page.say("guarantee-amount-hint")),
        field("issuer", FieldKind::Line, "guarantee-issuer"),
        field("number", FieldKind::Line, "guarantee-number"),
        field("valid_from", FieldKind::Day, "guarantee-valid-from"),
        field("valid_until", FieldKind::Day, "guarantee-valid-until"),
        field("return_on", FieldKind::Day, "guarantee-return-on").hint(page.say("guarantee-return-on-hint")),
    ])
}

fn return_fields(context: &ActContext<'_>) -> Result<Vec<Field>, Error> {
    let page = context.page;
    let reason = Field::named(page, "reason", FieldKind::Text).hint(page.say("guarantee-return-reason-hint"));
    Ok(vec![effective_day(context, "guarantee-returned-on").hint(String::new()), reason])
}

fn claim_fields(context: &ActContext<'_>) -> Result<Vec<Field>, Error> {
    let page = context.page;
    let purposes = [ClaimPurpose::Damages, ClaimPurpose::Recovery];
    Ok(vec![
        number(context, "amount").propose(find(context)?.outstanding),
        Field::choice(page, "purpose", "claim-purpose", &purposes),
    ])
}

fn submit_record(app: &App, caller: &Caller, target: &ActTarget, form: &Form) -> Result<(), Error> {
    let mut reader = FormReader::new(form);
    let kind = reader.text("kind");
    let amount = reader.required("amount", parse_amount);
    let (issuer, number) = (reader.required_text("issuer"), reader.required_text("number"));
    let mut day = |name: &str| reader.required(name, parse_date);
    let (valid_from, valid_until, return_on) = (day("valid_from"), day("valid_until"), day("return_on"));
    let input = amount.zip(valid_from).zip(valid_until.zip(return_on));
    let input = input.map(|((amount, valid_from), (valid_until, return_on))| GuaranteeInput {
        kind,
        amount,
        issuer,
        number,
        valid_from,
        valid_until,
        return_on,
        confirmed: form.is_confirmed(),
        another: form.wants_another(),
    });
    guarantees::record(app, caller, &target.contract, &reader.finish(input)?)?;
    Ok(())
}

fn submit_claim(app: &App, caller: &Caller, target: &ActTarget, form: &Form) -> Result<(), Error> {
    let mut reader = FormReader::new(form);
    let reason = Some(reader.required_lines("reason"));
    let amount = reader.required("amount", parse_amount);
    let purpose = reader.optional("purpose", parse_choice::<ClaimPurpose>);
    let input = GuaranteeActionInput { reason, amount, purpose, on: None };
    guarantees::take_step(app, caller, &target.subject, "claim", &reader.finish(Some(input))?)?;
    Ok(())
}

/// Reads the day and the reason of a return, and the reason of a decision on a claim.
fn submit_act(app: &App, caller: &Caller, target: &ActTarget, form: &Form) -> Result<(), Error> {
    let mut reader = FormReader::new(form);
    let reason = if target.act.needs_reason { reader.required_lines("reason") } else { reader.lines("reason") };
    let on = reader.prefilled("on", parse_date);
    let input = GuaranteeActionInput { reason: Some(reason), on, ..GuaranteeActionInput::default() };
    let name = target.act.name.strip_prefix("guarantee-").unwrap_or(target.act.name);
    guarantees::take_step(app, caller, &target.subject, name, &reader.finish(Some(input))?)?;
    Ok(())
}
