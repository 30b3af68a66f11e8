//! Register of the email queue: emails sent, waiting, and given up by delivery.

use crate::app::App;
use crate::domain::policy::Action;
use crate::error::Error;
use crate::services::identity::caller::Caller;
use crate::services::notifications::email_queue::{self, EmailState, PostState};
use crate::services::notifications::gateway;
use crate::services::shared::paging::{Page, Paged};
use crate::web::pages::forms::Form;
use crate::web::pages::registers::register::{Cell, Column, Done, Register, Row, RowAction, RowActions};
use crate::web::pages::shell::Shell;

/// The register.
pub const REGISTER: Register = Register {
    name: "emails",
    read: Action::ManageEmails,
    columns: &[
        Column::short("created_at"),
        Column::text("email-kind"),
        Column::short("contract"),
        Column::long("to"),
        Column::short("state"),
        Column::text("attempts"),
        Column::long("answer"),
        Column::short("gateway"),
    ],
    named_by: "to",
    rows,
    add: None,
    act: Some(RowActions { rights: &[Action::ManageEmails], submit: requeue }),
};

fn rows(app: &App, caller: &Caller, page: &Shell, part: &Page) -> Result<Paged<Row>, Error> {
    Ok(email_queue::list(app, caller, None, part)?.map(|found| {
        let may_retry = found.state == EmailState::Dead;
        let may_repost = found.gateway == Some(PostState::Dead);
        let cells = [
            ("created_at", found.created_at.into()),
            ("email-kind", page.word("email-kind", found.kind).into()),
            ("contract", contract(found.number)),
            ("to", format!("{} <{}>", found.to, found.address).into()),
            ("state", page.word("email-state", found.state.as_str()).into()),
            ("attempts", found.attempts.to_string().into()),
            ("answer", found.answer.into()),
            ("gateway", gateway(page, found.gateway, found.gateway_answer)),
        ];
        let actions = [may_retry.then_some(RowAction::new("retry")), may_repost.then_some(RowAction::new("repost"))];
        Row::new(found.id, cells).with_actions(actions.into_iter().flatten())
    }))
}

/// Links to the contract's records in the audit log: people who manage email may not open the contract itself.
fn contract(number: Option<String>) -> Cell {
    let Some(number) = number.filter(|number| !number.is_empty()) else { return Cell::Text("–".to_owned()) };
    let query: String = form_urlencoded::byte_serialize(number.as_bytes()).collect();
    Cell::Link { words: number, address: format!("/events?contract={query}") }
}

/// Names the state of a post, with the gateway's answer to one that failed.
fn gateway(page: &Shell, state: Option<PostState>, answer: Option<String>) -> Cell {
    let Some(state) = state else { return Cell::Text("–".to_owned()) };
    let word = page.word("post-state", state);
    match answer.filter(|answer| state != PostState::Sent && !answer.is_empty()) {
        Some(answer) => page.noted(word, answer).into(),
        None => word.into(),
    }
}

fn requeue(app: &App, caller: &Caller, id: &str, action: &str, _: &Form) -> Result<Done, Error> {
    let done = match action {
        "retry" => email_queue::requeue_email(app, caller, id)?,
        "repost" => gateway::repost(app, caller, id)?,
        _ => return Err(Error::NotFound),
    };
    Ok(Done::new(done.id))
}
