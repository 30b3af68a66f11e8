//! Trying the terms of a draft: a person assumes days, quantities and scores and sees the resulting payments and
//! charges. Nothing is stored.

use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Path};
use askama::Template;

use crate::app::App;
use crate::domain::standing::{BreachStanding, MilestoneStanding};
use crate::error::Error;
use crate::services::contracts::drafts::fields::Fields;
use crate::services::contracts::drafts::{self, DraftView};
use crate::services::documents::{ContractSnapshot, words};
use crate::services::identity::caller::Caller;
use crate::web::pages::contracts::drafts::fields::{Block, FormBuilder, Group};
use crate::web::pages::contracts::drafts::{answers, draft_fields, fault_words};
use crate::web::pages::forms::Form;
use crate::web::pages::forms::field::FieldKind;
use crate::web::pages::request::{Page, PageAnswer, PageRequest, lead_to_page};
use crate::web::pages::shell::Shell;

#[derive(Template)]
#[template(path = "drafts/try.html")]
struct TryPage {
    page: Shell,
    draft: DraftView,
    form: Form,
    blocks: Vec<Block>,
    outcome: Option<ContractSnapshot>,
    /// True if the page shows the person's assumptions, which are not stored.
    is_tried: bool,
}

impl TryPage {
    fn steps(&self, milestone: &MilestoneStanding, input: &ContractSnapshot) -> Vec<String> {
        words::steps_of_payable(milestone, input, self.page.language)
    }

    fn breach_steps(&self, breach: &BreachStanding, input: &ContractSnapshot) -> Vec<String> {
        words::steps_of_breach(breach, input, self.page.language)
    }

    fn clause(&self, breach: &BreachStanding, input: &ContractSnapshot) -> String {
        words::clause(breach.clause.as_str(), input, self.page.language)
    }

    fn subject(&self, breach: &BreachStanding, input: &ContractSnapshot) -> String {
        words::breach_subject_name(&breach.subject, input)
    }
}

/// Shows the result of the terms if everything goes to plan.
pub async fn show(request: PageRequest, id: Path<String>) -> PageAnswer {
    request.show(move |app, caller, page| try_page(app, caller, page, &id, None)).await
}

/// Leads to the result of the terms under the supposed days, quantities and scores.
pub async fn submit(request: PageRequest, id: Path<String>, body: Bytes) -> PageAnswer {
    let id = id.into_inner();
    let tried = id.clone();
    let act = move |app: &App, caller: &Caller, shell: Shell, form: Form| {
        let nonce = shell.nonce.clone();
        let page = try_page(app, caller, shell, &tried, Some(draft_fields(&form)))?;
        if page.form.faults.is_empty() {
            return lead_to_page(app, caller, &format!("/drafts/{tried}/try"), form.values());
        }
        Ok(Page::html(StatusCode::UNPROCESSABLE_ENTITY, &nonce, &page))
    };
    let show = move |app: &App, caller: &Caller, shell: Shell, form: Form| {
        let nonce = shell.nonce.clone();
        let page = try_page(app, caller, shell, &id, Some(draft_fields(&form)))?;
        let status = if page.form.faults.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
        Ok(Page::html(status, &nonce, &page))
    };
    request.take_form(body, act, show).await
}

fn try_page(app: &App, caller: &Caller, page: Shell, id: &str, supposed: Option<Fields>) -> Result<TryPage, Error> {
    let draft = drafts::show(app, caller, id)?;
    let is_tried = supposed.is_some();
    let trial = match drafts::attempt(app, caller, id, supposed) {
        Ok(trial) => trial,
        Err(Error::Refused { .. }) => {
            // The draft has faults: the page says that nothing can be tried yet.
            return Ok(TryPage { form: Form::default(), blocks: Vec::new(), outcome: None, is_tried, draft, page });
        }
        Err(error) => return Err(error),
    };
    let mut form = Form::default();
    form.faults = fault_words(&page, trial.faults.iter());
    let builder = FormBuilder { page: &page, fields: &trial.supposed, faults: &form.faults };
    let blocks = draft.summary.as_ref().map(|input| blocks(&builder, input)).unwrap_or_default();
    let form = form.attach_faults(&page, |name| answers::label_of(&blocks, name));
    Ok(TryPage { form, blocks, outcome: trial.outcome, is_tried, draft, page })
}

fn blocks(builder: &FormBuilder<'_>, input: &ContractSnapshot) -> Vec<Block> {
    let page = builder.page;
    let given = input.terms.deliverables.iter().enumerate().map(|(row, agreed)| {
        let at = format!("try.deliverables.{row}");
        let mut fields = vec![
            builder.field(format!("{at}.on"), FieldKind::Day).label(page.say("draft-try-on")),
            builder.field(format!("{at}.quantity"), FieldKind::Number).label(page.say("draft-try-quantity")),
        ];
        fields.extend(agreed.indicators.iter().enumerate().map(|(number, indicator)| {
            let target = format!("{} {}", page.word("direction", indicator.direction), indicator.target);
            let name = input.details.indicator(indicator.code.as_str());
            let label = page.with2("field-measured", "name", name, "target", target);
            builder.field(format!("{at}.measured.{number}"), FieldKind::Number).label(label)
        }));
        let name = input.details.deliverable(agreed.code.as_str());
        let planned = words::with_unit(agreed.quantity, input.details.unit(agreed.item.as_str()), page.language);
        let legend = format!("{name} · {} · {}", page.with("draft-try-due", "day", agreed.due_on), planned.trim());
        Group { legend, fields, id: at, ..Group::default() }
    });
    let scores = input.terms.milestones.iter().enumerate().filter(|(_, milestone)| milestone.requires_score);
    let scores = scores.map(|(row, milestone)| {
        let name = input.details.milestone(milestone.code.as_str());
        builder.field(format!("try.milestones.{row}.score"), FieldKind::Number).label(page.with(
            "draft-try-score",
            "name",
            name,
        ))
    });
    let scores: Vec<_> = scores.collect();
    let mut blocks = vec![Block {
        title: page.say("draft-try-deliverables"),
        hint: page.say("draft-try-deliverables-hint"),
        groups: given.collect(),
        ..Block::default()
    }];
    if !scores.is_empty() {
        let groups = vec![Group { fields: scores, ..Group::default() }];
        blocks.push(Block { title: page.say("draft-try-scores"), groups, ..Block::default() });
    }
    blocks
}
