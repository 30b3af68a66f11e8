//! Publication of a contract: the officer proposes it with the official notice, the leader decides, either withdraws.

use crate::app::App;
use crate::domain::policy::Action;
use crate::error::Error;
use crate::services::identity::caller::Caller;
use crate::services::publications::view::PublicationView;
use crate::services::publications::{self, PublicationActionInput, PublicationInput};
use crate::services::shared::form_reader::FormReader;
use crate::services::shared::typed_values::parse_date;
use crate::web::pages::actions::act::{Act, ActContext, ActTarget};
use crate::web::pages::actions::summary::{self, SummaryRow};
use crate::web::pages::forms::Form;
use crate::web::pages::forms::field::{Field, FieldKind};

/// Proposes that the contract be published.
pub const PROPOSE: Act = Act {
    of_contract: true,
    summary: summary::contract,
    fields: notice_fields,
    ..Act::new("publication", &[Action::ProposePublication], submit_proposal)
};

/// Grants a publication.
pub const GRANT: Act = Act {
    summary: show_publication,
    alternative: Some("publication-refuse"),
    ..Act::new("publication-grant", &[Action::DecidePublication], submit_act)
};

/// Refuses a publication, with a reason.
pub const REFUSE: Act = Act {
    summary: show_publication,
    needs_reason: true,
    is_adverse: true,
    ..Act::new("publication-refuse", &[Action::DecidePublication], submit_act)
};

/// Withdraws a publication, with a reason.
pub const WITHDRAW: Act = Act {
    summary: show_publication,
    needs_reason: true,
    is_adverse: true,
    ..Act::new("publication-withdraw", &[Action::WithdrawPublication], submit_act)
};

fn find<'a>(context: &'a ActContext<'_>) -> Result<&'a PublicationView, Error> {
    let found = context.contract.publications.iter().find(|one| one.id == context.subject());
    found.ok_or(Error::NotFound)
}

fn show_publication(context: &ActContext<'_>) -> Result<Vec<SummaryRow>, Error> {
    let (page, publication) = (context.page, find(context)?);
    Ok(summary::rows(
        page,
        [
            ("publication-notice", publication.notice_url.clone()),
            ("publication-host", publication.notice_host.clone()),
            ("publication-notice-on", page.day(&publication.notice_on)),
            ("publication-review", publication.review.clone().unwrap_or_default()),
            ("publication-by", page.noted(&publication.proposed_by, page.time(&publication.proposed_at))),
        ],
    ))
}

fn notice_fields(context: &ActContext<'_>) -> Result<Vec<Field>, Error> {
    let page = context.page;
    let field = |name: &str, kind, label: &str| {
        Field::new(name, kind, page.say(label)).hint(page.say(&format!("{label}-hint")))
    };
    let day = context.contract_overview().published_on.unwrap_or(page.today);
    Ok(vec![
        field("notice_url", FieldKind::Line, "field-notice-url"),
        field("notice_on", FieldKind::Day, "field-notice-on").propose(day),
        field("review", FieldKind::Text, "field-review"),
    ])
}

fn submit_proposal(app: &App, caller: &Caller, target: &ActTarget, form: &Form) -> Result<(), Error> {
    let mut reader = FormReader::new(form);
    let (notice_url, review) = (reader.required_text("notice_url"), reader.required_lines("review"));
    let notice_on = reader.required("notice_on", parse_date);
    let input = notice_on.map(|notice_on| PublicationInput { notice_url, notice_on, review });
    publications::propose(app, caller, &target.contract, &reader.finish(input)?)?;
    Ok(())
}

fn submit_act(app: &App, caller: &Caller, target: &ActTarget, form: &Form) -> Result<(), Error> {
    let mut reader = FormReader::new(form);
    let reason = target.act.needs_reason.then(|| reader.required_lines("reason"));
    let input = reader.finish(Some(PublicationActionInput { reason }))?;
    let name = target.act.name.strip_prefix("publication-").unwrap_or(target.act.name);
    publications::take_step(app, caller, &target.subject, name, &input)?;
    Ok(())
}
