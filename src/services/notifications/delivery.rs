//! Sending mail: letters that wait are leased, sent, and what the server answered is kept beside them.
//!
//! A letter that is lost on its way is sent again with the same Message-ID; whoever gets it twice sees that it is one. No
//! transaction is open while a server is spoken to.

use chrono::{NaiveDateTime, TimeDelta};

use crate::adapters::mail::{Email, MailError};
use crate::app::App;
use crate::domain::codes::Language;
use crate::error::Error;
use crate::services::contracts::due_changes::context;
use crate::storage::notifications::email_queue::{self, Outcome, Queued};
use crate::storage::write::write;
use crate::text::mail::{Words, sheet};

/// Letters that one worker takes at once.
const BATCH: i64 = 10;
/// How long they are its own.
const LEASE: TimeDelta = TimeDelta::minutes(10);
/// What must be left of that time to begin with another letter: a server may take long over each answer.
const MARGIN: TimeDelta = TimeDelta::minutes(5);
/// Minutes until the next try after each failure that may pass; over three days in all, so that a server may be away
/// over a weekend. The try after the last is the last.
const BACKOFF: [i64; 9] = [1, 5, 15, 60, 240, 480, 720, 1440, 1440];

/// Sends a batch of letters whose time has come; gives how many were tried.
///
/// # Errors
/// The database's. What is wrong with a letter or the mail server is kept with the letter.
pub fn send_due(app: &App) -> Result<usize, Error> {
    let now = app.clock.now();
    if !app.pool.read(|connection| email_queue::any_due(connection, now))? {
        return Ok(0);
    }
    let until = now + LEASE;
    let ids = write(&app.pool, &context(app), |tx| email_queue::lease(tx.connection, now, until, BATCH))?;
    let queued = app.pool.read(|connection| email_queue::queued(connection, &ids))?;
    let mut tried = 0;
    for letter in &queued {
        if app.clock.now() > until - MARGIN {
            break;
        }
        let (outcome, answer) = try_once(app, letter);
        if outcome == Outcome::Dead {
            tracing::error!(letter = %letter.message_id, %answer, "a letter is given up");
        }
        let now = app.clock.now();
        write(&app.pool, &context(app), |tx| email_queue::settle(tx.connection, letter.id, &outcome, &answer, now))?;
        tried += 1;
    }
    let left: Vec<_> = queued.iter().skip(tried).map(|letter| letter.id).collect();
    if !left.is_empty() {
        let now = app.clock.now();
        write(&app.pool, &context(app), |tx| email_queue::release(tx.connection, &left, now))?;
    }
    Ok(tried)
}

fn try_once(app: &App, queued: &Queued) -> (Outcome, String) {
    let tries = usize::try_from(queued.attempts).unwrap_or(0);
    // A letter over which worker after worker dies is not tried for ever.
    if tries > BACKOFF.len() + 1 {
        return (Outcome::Dead, "given up: no try came to an end".to_owned());
    }
    match app.mailer.send(&letter(app, queued)) {
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

fn letter(app: &App, queued: &Queued) -> Email {
    let link = queued.contract.as_ref().map(|id| format!("{}/contracts/{id}", app.settings.public_url()));
    let words = Words { subject: queued.subject.clone(), text: queued.body.clone(), html: queued.html.clone() };
    let (text, html) = sheet(queued.language, &words, link.as_deref());
    Email {
        message_id: queued.message_id.clone(),
        from: app.sender.clone(),
        to: crate::adapters::mail::Correspondent { name: queued.name.clone(), address: queued.address.clone() },
        subject: words.subject,
        text,
        html,
        attachments: Vec::new(),
        date: queued.created_at.and_utc(),
        language: match queued.language {
            Language::Zh => "zh-CN",
            Language::En => "en",
        }
        .to_owned(),
    }
}
