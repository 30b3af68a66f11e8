//! Request bodies: the accepted encodings, the minimum pace of arrival, the memory that all bodies together may take,
//! and the number of connections.
//!
//! These checks run before a handler sees the body, on every route. A body is never inflated: the limits on its size
//! count the bytes that arrive.

use std::cell::{Cell, RefCell};
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use actix_web::body::{BodySize, BoxBody, MessageBody};
use actix_web::dev::{Payload, ServiceRequest, ServiceResponse};
use actix_web::error::PayloadError;
use actix_web::http::header::{self, HeaderMap};
use actix_web::middleware::Next;
use actix_web::web::Bytes;
use actix_web::{HttpMessage, HttpRequest, HttpResponse, ResponseError};
use futures_util::Stream;
use tokio::time::{Instant, Sleep, sleep_until};

use crate::domain::codes::Language;
use crate::error::{Error, Message};
use crate::web::failure::{Failure, PROBLEM_JSON};
use crate::web::pages::request::refused;
use crate::web::request::preferred_language;

/// The pace at which the body of a request must arrive.
#[derive(Debug, Clone, Copy)]
pub struct Pace {
    /// Time before the rate counts.
    pub grace: Duration,
    /// Minimum average rate after that, in bytes a second; positive.
    pub rate: u64,
    /// Maximum time for a whole body.
    pub overall: Duration,
}

impl Pace {
    /// The pace of the program: 16 KiB a second after 20 seconds, and at most 30 minutes. The largest form, 200 MiB of
    /// files, then needs 114 KiB a second.
    pub const DEFAULT: Self =
        Self { grace: Duration::from_secs(20), rate: 16 * 1024, overall: Duration::from_secs(30 * 60) };

    /// Returns the time from the first byte at which a body must be complete, given the bytes that have arrived.
    pub fn allowance(&self, bytes: u64) -> Duration {
        let earned = Duration::from_millis(bytes.saturating_mul(1000) / self.rate.max(1));
        self.overall.min(self.grace.saturating_add(earned))
    }
}

/// Memory for bodies that are collected before a handler gets them: all but those of forms with files, which are passed
/// on as they arrive.
#[derive(Debug, Clone)]
pub struct Room {
    most: u64,
    taken: Arc<AtomicU64>,
}

impl Room {
    /// Memory of the program, in bytes: 128 of the largest bodies.
    pub const DEFAULT: u64 = 256 * 1024 * 1024;

    /// Creates room for this many bytes.
    pub fn new(most: u64) -> Self {
        Self { most, taken: Arc::default() }
    }
}

/// The part of the room that a body takes; gives it back on drop.
struct Held {
    room: Room,
    bytes: u64,
}

impl Held {
    /// Takes more bytes; returns false if there is no room for them.
    fn reserve(&mut self, more: u64) -> bool {
        self.bytes += more;
        self.room.taken.fetch_add(more, Ordering::Relaxed) + more <= self.room.most
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        self.room.taken.fetch_sub(self.bytes, Ordering::Relaxed);
    }
}

/// A reason to read no more of a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stop {
    Late,
    Full,
    /// The connection ended, or its chunks are unreadable, before the body was complete.
    Cut,
}

/// Files that the program needs besides connections: databases, logs, libraries.
const OTHER_FILES: u64 = 128;
/// Maximum number of connections of a server, whatever its limit of open files.
const MAX_CONNECTIONS: u64 = 8192;

/// Returns the number of connections that fit into a limit of open files. Each connection may open a second file: an
/// upload or a connection to the database.
pub fn connections_within(open_files: u64) -> usize {
    let fitting = (open_files.saturating_sub(OTHER_FILES) / 2).clamp(16, MAX_CONNECTIONS);
    usize::try_from(fitting).unwrap_or(16)
}

/// Refuses an encoded body, and answers 408 when a body does not arrive at the given pace, 503 when there is no room
/// for it, and 400 when it ends before it is complete.
///
/// # Errors
/// Errors of the next service.
pub async fn limit(
    (pace, room): (Pace, Room),
    mut request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<Unread>, actix_web::Error> {
    let body = Rc::new(RefCell::new(request.take_payload()));
    if is_encoded(request.headers()) {
        let answer = explain(request.request(), Error::Unsupported(Message::new("body-encoded"))).await;
        return Ok(request.into_response(answer).map_body(|_, inner| Unread { inner, _request: body }));
    }
    let stop = Rc::new(Cell::new(None));
    if !matches!(*body.borrow(), Payload::None) {
        let held = (!is_form_with_files(request.headers())).then(|| Held { room, bytes: 0 });
        let paced = Paced::new(Rc::clone(&body), (pace, held), Rc::clone(&stop));
        request.set_payload(Payload::Stream { payload: Box::pin(paced) });
    }
    let answer = next.call(request).await?;
    let answer = match stop.get() {
        Some(Stop::Late) => {
            let timeout = explain(answer.request(), Error::TooSlow).await;
            answer.into_response(timeout)
        }
        Some(Stop::Full) => {
            let full =
                Error::Unavailable("the bodies of requests take all memory that is set apart for them".to_owned());
            let full = explain(answer.request(), full).await;
            answer.into_response(full)
        }
        Some(Stop::Cut) if !is_explained(answer.headers()) => {
            let cut = explain(answer.request(), Error::malformed("", Message::new("body-cut"))).await;
            answer.into_response(cut)
        }
        Some(Stop::Cut) | None => answer.map_into_boxed_body(),
    };
    Ok(answer.map_body(|_, inner| Unread { inner, _request: body }))
}

/// Describes an error to a program or to a person, by the address.
pub async fn explain(request: &HttpRequest, error: Error) -> HttpResponse {
    if request.path().starts_with("/api/") {
        let language = preferred_language(request).unwrap_or(Language::Zh);
        Failure { error, language }.error_response()
    } else {
        refused(request, error).await.error_response()
    }
}

/// Returns whether an answer has words of the program's own: a problem or a page, and no text of the HTTP library.
pub fn is_explained(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    kind == PROBLEM_JSON || kind.starts_with("text/html")
}

/// Returns whether the body is in any encoding but `identity`.
fn is_encoded(headers: &HeaderMap) -> bool {
    let plain = |value: &header::HeaderValue| {
        value.to_str().is_ok_and(|coding| coding.split(',').all(|one| one.trim().eq_ignore_ascii_case("identity")))
    };
    headers.get_all(header::CONTENT_ENCODING).any(|value| !plain(value))
}

fn is_form_with_files(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    kind.trim_start().to_ascii_lowercase().starts_with("multipart/")
}

/// The body of a request, which fails when it falls behind its pace or when there is no room for it.
struct Paced {
    inner: Rc<RefCell<Payload>>,
    pace: Pace,
    started: Instant,
    bytes: u64,
    end: Pin<Box<Sleep>>,
    held: Option<Held>,
    stop: Rc<Cell<Option<Stop>>>,
}

impl Paced {
    fn new(inner: Rc<RefCell<Payload>>, (pace, held): (Pace, Option<Held>), stop: Rc<Cell<Option<Stop>>>) -> Self {
        let started = Instant::now();
        let end = Box::pin(sleep_until(started + pace.allowance(0)));
        Self { inner, pace, started, bytes: 0, end, held, stop }
    }
}

impl Stream for Paced {
    type Item = Result<Bytes, PayloadError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let polled = Pin::new(&mut *self.inner.borrow_mut()).poll_next(context);
        if matches!(polled, Poll::Ready(Some(Err(_)))) {
            self.stop.set(Some(Stop::Cut));
            return polled;
        }
        if let Poll::Ready(Some(Ok(chunk))) = &polled {
            let more = chunk.len() as u64;
            if self.held.as_mut().is_some_and(|held| !held.reserve(more)) {
                self.stop.set(Some(Stop::Full));
                return Poll::Ready(Some(Err(PayloadError::Overflow)));
            }
            self.bytes = self.bytes.saturating_add(more);
            let end = self.started + self.pace.allowance(self.bytes);
            self.end.as_mut().reset(end);
        }
        if matches!(polled, Poll::Ready(None)) || self.end.as_mut().poll(context).is_pending() {
            return polled;
        }
        self.stop.set(Some(Stop::Late));
        Poll::Ready(Some(Err(PayloadError::Io(std::io::ErrorKind::TimedOut.into()))))
    }
}

/// The body of an answer, which keeps the request's body until the answer is sent. The server then closes a connection
/// whose request was not read to its end; otherwise it would wait for the rest without a limit.
pub struct Unread {
    inner: BoxBody,
    _request: Rc<RefCell<Payload>>,
}

impl MessageBody for Unread {
    type Error = <BoxBody as MessageBody>::Error;

    fn size(&self) -> BodySize {
        self.inner.size()
    }

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Bytes, Self::Error>>> {
        Pin::new(&mut self.inner).poll_next(context)
    }
}
