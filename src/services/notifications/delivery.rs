//! Delivery: leases due emails from the queue, sends them and records the mail server's answer.
//!
//! An email whose outcome is lost, for example in a crash, is sent again with the same Message-ID, so that mail
//! programs recognise the copy. No transaction is open during the exchange with a mail server.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{NaiveDateTime, TimeDelta, Timelike};
use serde::{Deserialize, Serialize};

use crate::adapters::mail::MailError;
use crate::app::App;
use crate::clock::{at_hour, civil_time};
use crate::domain::alerts::{is_about_task, topic_of};
use crate::domain::codes::AlertKind;
use crate::domain::notice_choices::{Choices, Departure};
use crate::error::Error;
use crate::services::contracts::due_changes::system_context;
use crate::services::notifications::digests::{self, Message};
use crate::services::notifications::notices;
use crate::storage::AnyConnection;
use crate::storage::ids::{EmailId, PersonId};
use crate::storage::locks::Scope;
use crate::storage::notifications::email_queue::{self, Outcome, REFUSED};
use crate::storage::notifications::leases::{self, LeasedEmail};
use crate::storage::notifications::signed_emails;
use crate::storage::write::{Tx, write_in};

/// Emails leased at once.
const BATCH: i64 = 10;
/// Maximum number of further reminders leased with the batch.
const MOST_TOGETHER: i64 = 200;
/// Duration of a lease.
const LEASE: TimeDelta = TimeDelta::minutes(10);
/// Time that must remain on the lease before another email is started, because a mail server may be slow.
const MARGIN: TimeDelta = TimeDelta::minutes(5);
/// Delays before the next attempt after each temporary failure, in minutes. They add up to more than three days, so
/// that a mail server may be down over a weekend. After the attempt that follows the last delay, the email is given up.
const BACKOFF: [i64; 9] = [1, 5, 15, 60, 240, 480, 720, 1440, 1440];
/// More than the longest of these delays and than the time to the next daily list, with clocks apart.
const LONGEST: TimeDelta = TimeDelta::days(2);

/// Sends a batch of due emails; returns the number settled. An email whose task was done, whose day moved or whose
/// recipient no longer acts in the role is withdrawn instead; several emails to one person may leave as one message.
///
/// # Errors
/// Database errors. A failure to send is recorded with the email instead.
pub fn send_due_emails(app: &App) -> Result<usize, Error> {
    let now = app.clock.now();
    if !app.pool.read(|connection| leases::any_due(connection, now))? {
        return Ok(0);
    }
    let until = now + LEASE;
    let Leased { ids, listed, mut settled } =
        write_in(&app.pool, Scope::EmailQueue, &system_context(app), |tx| lease_batch(tx, until))?;
    let leased = app.pool.read(|connection| leases::by_ids(connection, &ids))?;
    let mut left: Vec<EmailId> = Vec::new();
    for message in digests::group(leased, &listed) {
        if app.clock.now() > until - MARGIN {
            left.extend(message.emails().map(|email| email.id));
            continue;
        }
        let outcomes = try_once(app, &message);
        write_in(&app.pool, Scope::EmailQueue, &system_context(app), |tx| {
            for (email, outcome, answer) in &outcomes {
                email_queue::settle(tx, *email, outcome, answer)?;
            }
            Ok(())
        })?;
        settled += outcomes.len();
    }
    if !left.is_empty() {
        let now = app.clock.now();
        write_in(&app.pool, Scope::EmailQueue, &system_context(app), |tx| leases::release(tx.connection, &left, now))?;
    }
    Ok(settled)
}

/// A batch of leased emails.
#[derive(Serialize, Deserialize)]
struct Leased {
    /// Keys of the emails to send.
    ids: Vec<i64>,
    /// Those of them that leave in daily lists.
    listed: BTreeSet<i64>,
    /// Number of the others that were due: settled already, or to leave later.
    settled: usize,
}

/// Leases due emails, together with the others of the same people that may leave in the same list, withdraws void ones,
/// gives up those that were changed in the database, and holds back those whose recipients chose so.
fn lease_batch(tx: &mut Tx<'_>, until: NaiveDateTime) -> Result<Leased, Error> {
    let now = tx.context.now;
    let mut ids = leases::lease(tx.connection, now, until, BATCH)?;
    let mut leased = leases::by_ids(tx.connection, &ids)?;
    let people = |emails: &[LeasedEmail]| -> Vec<PersonId> {
        let optional = emails.iter().filter(|email| topic_of(email.kind).is_optional());
        optional.map(|email| email.person_id).collect::<BTreeSet<_>>().into_iter().collect()
    };
    let chosen = notices::choices_of(tx.connection, &people(&leased))?;
    let has_list = |person: &PersonId| chosen.get(person).is_some_and(|chosen| !chosen.ways.is_empty());
    let reminded = leased.iter().filter(|email| is_about_task(email.kind) || has_list(&email.person_id));
    let reminded: Vec<PersonId> = reminded.map(|email| email.person_id).collect::<BTreeSet<_>>().into_iter().collect();
    if !reminded.is_empty() {
        let is_together =
            |kind: &&AlertKind| is_about_task(**kind) || topic_of(**kind).is_optional() && !chosen.is_empty();
        let kinds: Vec<&str> = AlertKind::ALL.iter().filter(is_together).map(|kind| kind.as_str()).collect();
        let more = leases::lease_others_of(tx.connection, &reminded, &kinds, (now, until), MOST_TOGETHER)?;
        leased.extend(leases::by_ids(tx.connection, &more)?);
        ids.extend(more);
    }
    let mut settled = signed_emails::find_changed(tx.connection, tx.key, &ids)?;
    for email in &settled {
        tracing::error!(email = email.0, "an email was changed in the database and is not sent");
        email_queue::settle(tx, *email, &Outcome::Dead, "not sent: changed in the database")?;
    }
    leased.retain(|email| !settled.contains(&email.id));
    let void = digests::find_void(tx.connection, &leased, tx.context.today())?;
    for email in &void {
        email_queue::settle(tx, *email, &Outcome::Withdrawn, "")?;
    }
    leased.retain(|email| !void.contains(&email.id));
    settled.extend(void);
    let mut listed = BTreeSet::new();
    let mut later: BTreeMap<NaiveDateTime, Vec<EmailId>> = BTreeMap::new();
    let usual = Choices::default();
    for email in &leased {
        let chosen = chosen.get(&email.person_id).unwrap_or(&usual);
        let (queued, at) = (civil_time(email.created_at), civil_time(now));
        match chosen.departure((email.kind, &email.subject_key), queued, at) {
            Departure::Now => {}
            Departure::Listed => drop(listed.insert(email.id.0)),
            Departure::At(time) => later.entry(at_hour(time.date(), time.hour())).or_default().push(email.id),
            Departure::Never => {
                email_queue::settle(tx, email.id, &Outcome::Kept, "")?;
                settled.insert(email.id);
            }
        }
    }
    for (until, emails) in later {
        leases::postpone(tx.connection, &emails, (now, until))?;
        settled.extend(emails);
    }
    ids.retain(|id| !settled.contains(&EmailId(*id)));
    Ok(Leased { ids, listed, settled: settled.len() })
}

/// Sends a message and returns the outcome for each of its emails, with the mail server's answer.
fn try_once(app: &App, message: &Message) -> Vec<(EmailId, Outcome, String)> {
    let tries = |email: &LeasedEmail| usize::try_from(email.attempts).unwrap_or(0);
    // Stops retrying an email whose every attempt ended with the worker's death.
    if message.emails().any(|email| tries(email) > BACKOFF.len() + 1) {
        let answer = "given up: no attempt was completed";
        return message.emails().map(|email| (email.id, Outcome::Dead, answer.to_owned())).collect();
    }
    let sent = app.mailer.send(&digests::compose(app, message));
    if let Err(MailError::Refused(answer)) = &sent {
        tracing::error!(%answer, "the mail server refuses this installation: correct LUYUE_SMTP_URL or LUYUE_MAIL_FROM");
    }
    let now = app.clock.now();
    message
        .emails()
        .map(|email| {
            let (outcome, answer) = match &sent {
                Ok(answer) => (Outcome::Sent, answer.clone()),
                Err(MailError::Permanent(answer)) => (Outcome::Dead, answer.clone()),
                Err(MailError::Temporary(answer)) => (after_failure(tries(email), now), answer.clone()),
                Err(MailError::Refused(answer)) => (after_failure(tries(email), now), format!("{REFUSED}{answer}")),
            };
            if outcome == Outcome::Dead {
                tracing::warn!(message_id = %email.message_id, %answer, "gave up on email; its contract's officers will be notified");
            }
            (email.id, outcome, answer)
        })
        .collect()
}

/// Returns the random identifiers of the queued emails that wait longer than any delay or choice has them wait, or were
/// tried more often than any is.
///
/// # Errors
/// Database errors.
pub(in crate::services) fn held_back(connection: &mut AnyConnection, now: NaiveDateTime) -> Result<Vec<String>, Error> {
    let most = i32::try_from(BACKOFF.len() + 2).unwrap_or(i32::MAX);
    leases::beyond(connection, now + LONGEST, most)
}

/// Returns the outcome of a temporary failure after so many attempts.
pub(super) fn after_failure(tries: usize, now: NaiveDateTime) -> Outcome {
    match tries.checked_sub(1).and_then(|failed| BACKOFF.get(failed)) {
        Some(minutes) => Outcome::Later(now + TimeDelta::minutes(*minutes)),
        None => Outcome::Dead,
    }
}
