//! Lists as programs read them: `{items, next}`, asked for with `?limit=&cursor=`. A cursor says nothing to its reader.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::error::{Error, Message};
use crate::services::shared::paging::{DEFAULT_PAGE_SIZE, MAX_PAGE_SIZE, Page, Paged};
use crate::web::request::json;

/// Which part of a list.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub struct Part {
    /// Most items, 1 to 200; 50 if it is not named.
    limit: Option<i64>,
    /// Where to read on: `next` of the page before.
    cursor: Option<String>,
}

impl Part {
    /// The page that it asks for.
    ///
    /// # Errors
    /// As [`page`].
    pub fn page(&self) -> Result<Page, Error> {
        page(self.limit, self.cursor.as_deref())
    }
}

/// A part of a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct List<T> {
    /// The items.
    pub items: Vec<T>,
    /// What to ask for with `cursor` to read on; null at the end.
    pub next: Option<String>,
}

/// The page that a request asks for.
///
/// # Errors
/// `Malformed` for a limit that is not 1 to 200, or no cursor of ours.
pub fn page(limit: Option<i64>, cursor: Option<&str>) -> Result<Page, Error> {
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

/// A page as an answer.
pub fn list<T: Serialize>(paged: Paged<T>) -> HttpResponse {
    let next = paged.next.map(|id| URL_SAFE_NO_PAD.encode(id));
    json(StatusCode::OK, &List { items: paged.items, next })
}
