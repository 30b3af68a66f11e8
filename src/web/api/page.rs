//! Pages of lists: `?limit=&cursor=` in the request, `{items, next}` in the answer. Cursors are opaque to callers.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::error::{Error, Message};
use crate::services::shared::paging::{DEFAULT_PAGE_SIZE, MAX_PAGE_SIZE, Page, Paged};
use crate::web::request::json;

/// Page of a list.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub struct PageQuery {
    /// Maximum number of items, 1 to 200; 50 by default.
    limit: Option<i64>,
    /// Cursor to continue from: `next` of the previous page.
    cursor: Option<String>,
}

impl PageQuery {
    /// Returns the requested page.
    ///
    /// # Errors
    /// As [`parse_page`].
    pub fn page(&self) -> Result<Page, Error> {
        parse_page(self.limit, self.cursor.as_deref())
    }
}

/// One page of a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct List<T> {
    /// Items of the page.
    pub items: Vec<T>,
    /// `cursor` of the next page; null on the last page.
    pub next: Option<String>,
}

/// Parses limit and cursor of a request.
///
/// # Errors
/// `Malformed` for a limit outside 1 to 200 or an invalid cursor.
pub fn parse_page(limit: Option<i64>, cursor: Option<&str>) -> Result<Page, Error> {
    let limit = limit.unwrap_or(DEFAULT_PAGE_SIZE);
    if !(1..=MAX_PAGE_SIZE).contains(&limit) {
        return Err(Error::malformed("limit", Message::new("list-limit").with("most", MAX_PAGE_SIZE)));
    }
    let after = cursor.map(|cursor| {
        let text = URL_SAFE_NO_PAD.decode(cursor).ok().and_then(|bytes| String::from_utf8(bytes).ok());
        text.ok_or_else(|| Error::malformed("cursor", Message::new("cursor-unknown")))
    });
    Ok(Page { limit, after: after.transpose()? })
}

/// Answers with a page of a list.
pub fn list<T: Serialize>(paged: Paged<T>) -> HttpResponse {
    let next = paged.next.as_deref().map(encode_cursor);
    json(StatusCode::OK, &List { items: paged.items, next })
}

/// Encodes the identifier of the last item of a page as a cursor.
pub fn encode_cursor(id: &str) -> String {
    URL_SAFE_NO_PAD.encode(id)
}
