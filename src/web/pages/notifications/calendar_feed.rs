//! The calendar feed of a person: the forms on the account's page, and the calendar itself at its secret address.

use actix_web::http::{StatusCode, header};
use actix_web::web::{Bytes, Path};
use actix_web::{HttpRequest, HttpResponse};

use crate::services::notifications::calendar_feed;
use crate::services::publications::open::content_digest;
use crate::web::pages::failure::PageFailure;
use crate::web::pages::request::{Page, PageAnswer, PageRequest};
use crate::web::request::block;

/// A calendar may keep the answer, but asks whether it is still the same; no one else keeps it.
const CACHE: &str = "private, no-cache";

/// Makes a new address for the caller's feed.
pub async fn renew(request: PageRequest, body: Bytes) -> PageAnswer {
    request
        .answer(move |request, caller| {
            request.form(&body)?;
            calendar_feed::renew(request.app(), caller)?;
            Ok(Page::see_other("/sessions?done=feed#feed"))
        })
        .await
}

/// Ends the caller's feed.
pub async fn end(request: PageRequest, body: Bytes) -> PageAnswer {
    request
        .answer(move |request, caller| {
            request.form(&body)?;
            calendar_feed::end(request.app(), caller)?;
            Ok(Page::see_other("/sessions?done=feed-ended#feed"))
        })
        .await
}

/// Answers a calendar with the tasks of the person whose feed it is, or with an empty 304 if it has them already. Counts
/// towards the limit of its address.
pub async fn show(request: PageRequest, line: HttpRequest, token: Path<String>) -> PageAnswer {
    let (limits, address, _) = request.client();
    let app = request.app().clone();
    let work = move || {
        limits.count_open(address)?;
        calendar_feed::write_calendar(&app, &token)
    };
    let found = block(request.language(), work).await;
    let calendar = found.map_err(|failure| PageFailure { failure, shell: None })?;
    let tag = format!("W/\"{}\"", content_digest(calendar.as_bytes()));
    let known = line.headers().get(header::IF_NONE_MATCH).and_then(|tags| tags.to_str().ok());
    let is_known = known.is_some_and(|tags| tags.split(',').any(|known| known.trim() == tag));
    let mut answer = HttpResponse::build(if is_known { StatusCode::NOT_MODIFIED } else { StatusCode::OK });
    answer.insert_header((header::ETAG, tag)).insert_header((header::CACHE_CONTROL, CACHE));
    if is_known {
        return Ok(answer.finish());
    }
    Ok(answer.content_type("text/calendar; charset=utf-8").body(calendar))
}
