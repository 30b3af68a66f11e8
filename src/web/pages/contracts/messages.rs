//! The messages of a contract: the thread, newest first, and a form for the next message. Opening the page marks the
//! messages on it as read.

use actix_web::web::Path;
use askama::Template;
use serde::Deserialize;

use crate::app::App;
use crate::domain::messages::Topic;
use crate::error::Error;
use crate::services::contracts::view::{self, ContractPageData};
use crate::services::identity::caller::Caller;
use crate::services::messages::{self, MessageView};
use crate::services::shared::paging::{DEFAULT_PAGE_SIZE, Page};
use crate::web::pages::actions::{self, FileField, message};
use crate::web::pages::forms::field::{Field, FieldKind};
use crate::web::pages::forms::{Form, part_or_first};
use crate::web::pages::request::{PageAnswer, PageRequest};
use crate::web::pages::shell::Shell;
use crate::web::query::PageQuery;

/// Query of the page: the topic of the next message, the message after which the page starts, and the act to confirm.
#[derive(Debug, Deserialize)]
pub struct MessagesQuery {
    #[serde(default)]
    about: String,
    after: Option<String>,
    done: Option<String>,
    /// Thing that the message just sent is about.
    #[serde(default)]
    subject: String,
}

#[derive(Template)]
#[template(path = "contract/messages.html")]
struct MessagesPage {
    page: Shell,
    data: ContractPageData,
    messages: Vec<MessageView>,
    /// Cursor of the older messages; `None` on the last page.
    next: Option<String>,
    /// True for the newest messages.
    is_first: bool,
    is_sent: bool,
    compose: Option<Compose>,
    form: Form,
}

/// The form of the next message.
struct Compose {
    fields: Vec<Field>,
    files: FileField,
    /// Address to which the form is sent.
    action: String,
}

impl MessagesPage {
    /// States the order of the messages and, on the first page, their number or that there are more than it shows.
    fn summary(&self) -> String {
        self.page.counted(self.messages.len(), self.is_first, self.next.is_some(), "messages-order")
    }

    /// Describes the topic of a message; `None` for the contract as a whole.
    fn about(&self, message: &MessageView) -> Option<String> {
        let topic = Topic::parse(message.about.as_deref()?)?;
        Some(message::describe(&self.page, &self.data, &topic))
    }
}

/// Shows the messages of a contract.
pub async fn show(request: PageRequest, id: Path<String>, query: PageQuery<MessagesQuery>) -> PageAnswer {
    request
        .show(move |app, caller, mut page| {
            let mut part = Page { limit: DEFAULT_PAGE_SIZE, after: query.after.clone() };
            let load = |_: &Shell, part: &Page| messages::list(app, caller, &id, part);
            let found = part_or_first(&mut page, &mut part, load)?;
            messages::mark_shown(app, caller, &id, &found.items)?;
            let data = view::load_page_data(app, caller, &id, None)?;
            let about = if query.about.is_empty() { &query.subject } else { &query.about };
            let compose = compose(app, caller, (&page, &data), about)?;
            let (is_sent, is_first) = (query.done.is_some(), query.after.is_none());
            let (messages, next) = (found.items, found.next);
            Ok(MessagesPage { page, data, messages, next, is_first, is_sent, compose, form: Form::default() })
        })
        .await
}

/// Builds the form of the next message; `None` for a reader who may not write.
fn compose(
    app: &App,
    caller: &Caller,
    (page, data): (&Shell, &ContractPageData),
    about: &str,
) -> Result<Option<Compose>, Error> {
    if !data.overview.may("messages.send") {
        return Ok(None);
    }
    let contract = &data.overview.id;
    Ok(Some(Compose {
        fields: message::fields(page, data, about)?,
        files: actions::file_field(app, caller, &message::ACT, (contract, about))?,
        action: actions::upload_address(contract, message::ACT.name, about),
    }))
}
