//! The interpretation of a number or day, shown next to its field while the form is being filled in. Values are not
//! validated here: faults are explained when the form is sent.

use actix_web::http::StatusCode;
use actix_web::web::Path;
use askama::Template;

use crate::domain::policy::Action;
use crate::error::Error;
use crate::web::pages::forms::field::{FieldKind, understood};
use crate::web::pages::request::{Page, PageAnswer, PageRequest};
use crate::web::query::Query;

#[derive(Template)]
#[template(source = "<span class=\"understood\">{{ words }}</span>", ext = "html")]
struct Words {
    words: String,
}

/// Answers with the interpretation of one field; its name and value are the query.
pub async fn show(request: PageRequest, kind: Path<String>, query: Query<Vec<(String, String)>>) -> PageAnswer {
    request
        .answer(move |request, caller| {
            caller.may(Action::OwnSession)?;
            let page = request.shell(Some(caller));
            let kind = match kind.as_str() {
                "number" => FieldKind::Number,
                "signed" => FieldKind::Signed,
                "day" => FieldKind::Day,
                "month" => FieldKind::Month,
                _ => return Err(Error::NotFound),
            };
            let words = query.first().and_then(|(name, typed)| understood(kind, name, typed, page.language));
            let words = Words { words: words.unwrap_or_default() };
            Ok(Page::html(StatusCode::OK, &page.nonce, &words))
        })
        .await
}
