//! Pages of lists: `?limit=&cursor=` in the request, `{items, next}` in the answer. Cursors are opaque to callers. With
//! `?format=` the whole list is answered as a file.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::app::App;
use crate::domain::codes::FileFormat;
use crate::error::{Error, Message};
use crate::services::identity::caller::Caller;
use crate::services::shared::paging::{DEFAULT_PAGE_SIZE, MAX_PAGE_SIZE, Page, Paged};
use crate::services::shared::tables::{MAX_ROWS, load_all, table_of, write_file};
use crate::web::files::table_response;
use crate::web::query::Query;
use crate::web::request::{Answer, ApiRequest, json};

/// Page of a list.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub struct PageQuery {
    /// Maximum number of items, 1 to 200; 50 by default.
    limit: Option<i64>,
    /// Cursor to continue from: `next` of the previous page.
    cursor: Option<String>,
    /// `csv` or `xlsx`: all items, at most 20,000, as a file whose columns are the properties of an item.
    #[param(value_type = Option<String>)]
    format: Option<FileFormat>,
}

/// A query of a list that can also be answered as a file.
pub trait ListQuery {
    /// Returns the requested page.
    ///
    /// # Errors
    /// As [`parse_page`].
    fn page(&self) -> Result<Page, Error>;

    /// Returns the format of the file; `None` for a page in JSON.
    fn format(&self) -> Option<FileFormat>;
}

/// Implements [`ListQuery`] for queries with the fields `limit`, `cursor` and `format`.
macro_rules! list_queries {
    ($($query:ty),+) => {$(
        impl $crate::web::api::page::ListQuery for $query {
            fn page(&self) -> Result<$crate::services::shared::paging::Page, $crate::error::Error> {
                $crate::web::api::page::parse_page(self.limit, self.cursor.as_deref())
            }

            fn format(&self) -> Option<$crate::domain::codes::FileFormat> {
                self.format
            }
        }
    )+};
}
pub(crate) use list_queries;

list_queries!(PageQuery);

/// Answers with a page of a list or, if the query names a format, with the whole list as a file.
///
/// # Errors
/// `Malformed` for a query that cannot be read; `Refused` for a list that is too long for a file; errors of `load`.
pub async fn answer_list<Q: ListQuery + Send + 'static, T: Serialize + Send + 'static>(
    request: ApiRequest,
    query: Query<Q>,
    load: impl Fn(&App, &Caller, &Q, &Page) -> Result<Paged<T>, Error> + Send + 'static,
) -> Answer {
    let query = query.into_inner();
    let Some(format) = query.format() else {
        return Ok(list(request.read(move |app, caller| load(app, caller, &query, &query.page()?)).await?));
    };
    let name = request.resource().to_owned();
    let make = move |app: &App, caller: &Caller| {
        let items = load_all(MAX_ROWS, |page| load(app, caller, &query, page))?;
        write_file(&table_of(name, &items)?, format, caller.today())
    };
    Ok(table_response(request.rate_limited().read(make).await?))
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
