//! Emails that came back after a mail server had accepted them: given up like those that were refused at once, so that
//! the contract's officers inform their recipients, and their addresses are marked for administrators.
//!
//! Anyone can write such a report. It counts only for an email that was sent, under its random identifier, to the
//! address that the report names.

use std::collections::BTreeMap;
use std::path::Path;

pub use crate::adapters::mail::MAX_MESSAGE;
use crate::adapters::mail::{Bounce, Mailbox, read_bounce};
use crate::app::App;
use crate::domain::email_address::EmailAddress;
use crate::error::Error;
use crate::services::contracts::due_changes::system_context;
use crate::services::notifications::email_queue::record_bounce;
use crate::storage::AnyConnection;
use crate::storage::ids::PersonId;
use crate::storage::locks::Scope;
use crate::storage::notifications::bounces as rows;
use crate::storage::write::write_in;

/// Messages of the mailbox that are read in one step.
const BATCH: usize = 100;
/// Beginning of the answer of an email that came back.
const BOUNCED: &str = "bounced: ";

/// Records the reports in a batch of the mailbox's messages; returns the number of messages read. Messages that are not
/// reports are only moved. A message that is read twice, because its move failed, gives nothing up again.
///
/// # Errors
/// Database errors; `Internal` for a message that cannot be read or moved, after all others of the batch.
pub fn read_mailbox(app: &App) -> Result<usize, Error> {
    let Some(mailbox) = app.mailbox.as_deref() else { return Ok(0) };
    let unread = |error: std::io::Error| Error::Internal(format!("mailbox of emails that came back: {error}"));
    let (mut number, mut failed) = (0, None);
    for message in mailbox.unread(BATCH).map_err(unread)? {
        match take_message(app, mailbox, &message)? {
            Ok(()) => number += 1,
            Err(error) => failed = failed.or(Some(error)),
        }
    }
    failed.map_or(Ok(number), |error| Err(unread(error)))
}

/// Records the report in a message of the mailbox and moves it.
fn take_message(app: &App, mailbox: &Mailbox, message: &Path) -> Result<std::io::Result<()>, Error> {
    match Mailbox::read(message) {
        Ok(Some(bytes)) => {
            record_message(app, &bytes)?;
            Ok(mailbox.set_read(message))
        }
        Ok(None) => Ok(Ok(())),
        Err(error) => Ok(Err(error)),
    }
}

/// Records the report in a message, as [`record`]; `None` for any other message.
///
/// # Errors
/// Database errors.
pub fn record_message(app: &App, message: &[u8]) -> Result<Option<usize>, Error> {
    read_bounce(message).map(|bounce| record(app, &bounce)).transpose()
}

/// Records a report and returns how many emails it gave up: none for a delay, and for emails that were not sent to the
/// address or came back before.
///
/// # Errors
/// Database errors.
pub fn record(app: &App, bounce: &Bounce) -> Result<usize, Error> {
    if !bounce.is_final || bounce.ids.is_empty() {
        return Ok(0);
    }
    let answer = format!("{BOUNCED}{}", bounce.reason);
    write_in(&app.pool, Scope::EmailQueue, &system_context(app), |tx| {
        let mut sent = rows::sent_among(tx.connection, &bounce.ids)?;
        sent.retain(|email| is_same(&email.address, &bounce.recipient));
        for email in &sent {
            rows::give_up(tx, email.id, &answer)?;
            record_bounce(tx, &email.public_id, serde_json::json!({ "answer": answer, "to": email.address }))?;
        }
        if let Some(email) = sent.first() {
            let now = tx.context.now;
            rows::mark_address(tx.connection, email.person_id, (&email.address, &answer, now))?;
        }
        Ok(sent.len())
    })
}

/// Returns whether two addresses are the same mailbox, as far as the program can tell.
fn is_same(ours: &str, theirs: &str) -> bool {
    let plain = |text: &str| {
        let address = EmailAddress::parse(text).map_or_else(|_| text.trim().to_owned(), |address| address.to_ascii());
        address.to_lowercase()
    };
    plain(ours) == plain(theirs)
}

/// Returns why emails came back from the present addresses of these people, given with their addresses.
///
/// # Errors
/// Database errors.
pub(in crate::services) fn reasons(
    connection: &mut AnyConnection,
    people: &[(PersonId, &str)],
) -> Result<BTreeMap<PersonId, String>, Error> {
    let ids: Vec<PersonId> = people.iter().map(|(id, _)| *id).collect();
    let found = rows::of_people(connection, &ids)?.into_iter();
    let is_present = |id: PersonId, address: &str| people.contains(&(id, address));
    Ok(found
        .filter(|(id, address, _)| is_present(*id, address))
        .map(|(id, _, answer)| (id, answer.trim_start_matches(BOUNCED).to_owned()))
        .collect())
}
