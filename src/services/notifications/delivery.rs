//! Delivery: leases due emails from the queue, sends them and records the mail server's answer.
//!
//! An email whose outcome is lost, for example in a crash, is sent again with the same Message-ID, so that mail
//! programs recognise the copy. No transaction is open while a mail server is being talked to.

use chrono::{NaiveDateTime, TimeDelta};

use crate::adapters::mail::{Email, MailError};
use crate::app::App;
use crate::domain::codes::{AlertKind, Language};
use crate::error::Error;
use crate::services::contracts::due_changes::system_context;
use crate::services::identity::password_links;
use crate::storage::notifications::email_queue::{self, LeasedEmail, Outcome};
use crate::storage::write::write;
use crate::text::mail::{EmailText, render_email};

/// Emails leased at once.
const BATCH: i64 = 10;
/// Duration of a lease.
const LEASE: TimeDelta = TimeDelta::minutes(10);
/// Time that must remain on the lease before another email is begun, because a mail server may answer slowly.
const MARGIN: TimeDelta = TimeDelta::minutes(5);
/// Delays before the next attempt after each temporary failure, in minutes. They add up to more than three days, so
/// that a mail server may be down over a weekend. After the attempt that follows the last delay, the email is given up.
const BACKOFF: [i64; 9] = [1, 5, 15, 60, 240, 480, 720, 1440, 1440];

/// Sends a batch of due emails; returns the number tried.
///
/// # Errors
/// Those of the database. A failure to send is recorded with the email instead.
pub fn send_due_emails(app: &App) -> Result<usize, Error> {
    let now = app.clock.now();
    if !app.pool.read(|connection| email_queue::any_due(connection, now))? {
        return Ok(0);
    }
    let until = now + LEASE;
    let ids = write(&app.pool, &system_context(app), |tx| email_queue::lease(tx.connection, now, until, BATCH))?;
    let leased = app.pool.read(|connection| email_queue::by_ids(connection, &ids))?;
    let mut tried = 0;
    for email in &leased {
        if app.clock.now() > until - MARGIN {
            break;
        }
        let (outcome, answer) = try_once(app, email);
        if outcome == Outcome::Dead {
            tracing::error!(message_id = %email.message_id, %answer, "email given up");
        }
        let now = app.clock.now();
        write(&app.pool, &system_context(app), |tx| {
            email_queue::settle(tx.connection, email.id, &outcome, &answer, now)
        })?;
        tried += 1;
    }
    let left: Vec<_> = leased.iter().skip(tried).map(|email| email.id).collect();
    if !left.is_empty() {
        let now = app.clock.now();
        write(&app.pool, &system_context(app), |tx| email_queue::release(tx.connection, &left, now))?;
    }
    Ok(tried)
}

fn try_once(app: &App, email: &LeasedEmail) -> (Outcome, String) {
    let tries = usize::try_from(email.attempts).unwrap_or(0);
    // Stops retrying an email whose every attempt ended with the worker's death.
    if tries > BACKOFF.len() + 1 {
        return (Outcome::Dead, "given up: no attempt was completed".to_owned());
    }
    match app.mailer.send(&compose(app, email)) {
        Ok(answer) => (Outcome::Sent, answer),
        Err(MailError::Permanent(answer)) => (Outcome::Dead, answer),
        Err(MailError::Temporary(answer)) => (after_failure(tries, app.clock.now()), answer),
    }
}

fn after_failure(tries: usize, now: NaiveDateTime) -> Outcome {
    match tries.checked_sub(1).and_then(|failed| BACKOFF.get(failed)) {
        Some(minutes) => Outcome::Later(now + TimeDelta::minutes(*minutes)),
        None => Outcome::Dead,
    }
}

fn compose(app: &App, email: &LeasedEmail) -> Email {
    let link = match email.kind {
        AlertKind::PasswordLink | AlertKind::PasswordForgotten => {
            Some(("mail-set-password", password_links::address(app, &email.subject_key)))
        }
        _ => {
            let address = |id: &String| format!("{}/contracts/{id}", app.settings.public_url());
            email.contract.as_ref().map(|id| ("mail-open", address(id)))
        }
    };
    let words = EmailText { subject: email.subject.clone(), text: email.body.clone(), html: email.html.clone() };
    let (text, html) = render_email(email.language, &words, link.as_ref().map(|(key, link)| (*key, link.as_str())));
    Email {
        message_id: email.message_id.clone(),
        from: app.sender.clone(),
        to: crate::adapters::mail::Correspondent { name: email.name.clone(), address: email.address.clone() },
        subject: words.subject,
        text,
        html,
        attachments: Vec::new(),
        date: email.created_at.and_utc(),
        language: match email.language {
            Language::Zh => "zh-CN",
            Language::En => "en",
        }
        .to_owned(),
    }
}
