//! Posting to the bureau's gateway for text messages and office automation: every email that is sent is also posted
//! there, at least once and under one identifier. What holds a link that signs in is not posted.

use chrono::{NaiveDateTime, TimeDelta};

use crate::app::App;
use crate::domain::alerts::{PostState, is_binding, topic_of};
use crate::domain::codes::AlertKind;
use crate::domain::policy::Action;
use crate::error::{Error, Message};
use crate::services::contracts::due_changes::system_context;
use crate::services::identity::caller::Caller;
use crate::services::notifications::delivery::after_failure;
use crate::services::notifications::email_queue::{EmailState, EmailSummary, record_requeue};
use crate::services::notifications::links;
use crate::storage::AnyConnection;
use crate::storage::ids::EmailId;
use crate::storage::locks::Scope;
use crate::storage::notifications::email_queue::{self as queue, Outcome};
use crate::storage::notifications::posts::{self, Post};
use crate::storage::write::write_in;

/// Emails posted at once.
const BATCH: i64 = 20;
/// Duration of a lease: longer than a batch of answers that all come at the last moment.
const LEASE: TimeDelta = TimeDelta::minutes(10);

/// Outcome of an attempt: its state, the time of the next one, and the gateway's answer.
type Settled = (EmailId, PostState, Option<NaiveDateTime>, String);

/// Posts a batch of emails to the gateway, if the settings name one; returns the number settled.
///
/// # Errors
/// Database errors. A failure to post is recorded with the email instead.
pub fn post_due(app: &App) -> Result<usize, Error> {
    let Some(gateway) = &app.gateway else { return Ok(0) };
    let now = app.clock.now();
    let find = |connection: &mut AnyConnection| -> Result<_, Error> {
        Ok((posts::unposted(connection, BATCH)?, posts::due(connection, now, BATCH)?))
    };
    let (new, again) = app.pool.read(find)?;
    if new.is_empty() && again.is_empty() {
        return Ok(0);
    }
    let ids = write_in(&app.pool, Scope::EmailQueue, &system_context(app), |tx| {
        let (new, again) = find(tx.connection)?;
        posts::lease(tx.connection, (&new, &again), now + LEASE)?;
        Ok([new, again].concat())
    })?;
    let leased = app.pool.read(|connection| posts::by_ids(connection, &ids))?;
    let settled: Vec<Settled> = leased
        .iter()
        .map(|post| {
            if is_skipped(post) {
                return (post.id, PostState::Skipped, None, String::new());
            }
            let at = app.clock.now();
            match gateway.post(&post.public_id, &body(app, post), at.and_utc().timestamp()) {
                Ok(answer) => (post.id, PostState::Sent, None, answer),
                Err(answer) => {
                    let tries = post.attempts.and_then(|tries| usize::try_from(tries).ok()).unwrap_or(1);
                    match after_failure(tries, at) {
                        Outcome::Later(next) => (post.id, PostState::Queued, Some(next), answer),
                        _ => (post.id, PostState::Dead, None, answer),
                    }
                }
            }
        })
        .collect();
    write_in(&app.pool, Scope::EmailQueue, &system_context(app), |tx| {
        for (id, state, next, answer) in &settled {
            posts::settle(tx.connection, *id, (*state, *next, answer))?;
        }
        Ok(settled.len())
    })
}

/// Returns whether an email is not posted: it is void, its recipient chose the program alone, or it is a secret.
fn is_skipped(post: &Post) -> bool {
    let is_secret = matches!(post.kind, AlertKind::PasswordLink | AlertKind::PasswordForgotten | AlertKind::SealMade);
    is_secret || matches!(post.state, EmailState::Withdrawn | EmailState::Kept)
}

/// Composes the body of a post: no more than the email says, and whether it is binding, so that the gateway can keep
/// quiet hours of its own.
fn body(app: &App, post: &Post) -> String {
    let link = post.contract.as_ref().map(|contract| {
        format!("{}{}", app.settings.public_url(), links::of_email(contract, post.kind, &post.subject_key))
    });
    let body = serde_json::json!({
        "id": post.public_id,
        "at": post.created_at.and_utc(),
        "kind": post.kind,
        "topic": topic_of(post.kind),
        "binding": is_binding(post.kind, &post.subject_key),
        "to": { "name": post.name, "address": post.address },
        "language": post.language,
        "contract": post.number,
        "subject": post.subject,
        "text": post.body,
        "link": link,
    });
    body.to_string()
}

/// Requeues a post that was given up.
///
/// # Errors
/// `Forbidden`; `NotFound`; `Conflict` for a post that was not given up.
pub fn repost(app: &App, caller: &Caller, id: &str) -> Result<EmailSummary, Error> {
    let seat = caller.seat(Action::ManageEmails)?;
    write_in(&app.pool, Scope::EmailQueue, &caller.context(app, seat), |tx| {
        let email = queue::by_public_id(tx.connection, id)?.ok_or(Error::NotFound)?;
        if !posts::requeue(tx.connection, email.id, tx.context.now)? {
            return Err(Error::Conflict(Message::new("post-not-given-up")));
        }
        record_requeue(tx, id, serde_json::json!({ "gateway": true }))?;
        Ok(EmailSummary { id: id.to_owned(), state: email.state })
    })
}
