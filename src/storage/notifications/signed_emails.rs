//! Signatures of the emails in the queue. Address, text and state are signed; columns written only by delivery
//! (attempts, times of attempts, answers of the mail server) are not.

use std::collections::BTreeSet;

use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;
use serde::Serialize;

use crate::schema::emails;
use crate::storage::Result;
use crate::storage::backend::AnyConnection;
use crate::storage::ids::EmailId;
use crate::storage::notifications::email_queue::{EmailState, NewEmail};
use crate::storage::signatures::RowKey;

/// Table of the signatures.
pub const TABLE: &str = "emails";

/// Columns of an email that are signed.
#[derive(Debug, Clone, Serialize, Queryable, Selectable)]
#[diesel(table_name = emails)]
pub struct SignedEmail {
    /// Random identifier.
    pub public_id: String,
    /// Message-ID header.
    pub message_id: String,
    /// Kind of alert.
    pub kind: String,
    /// Key of the contract that the email is about.
    pub contract_id: i64,
    /// Subject of the alert.
    pub subject_key: String,
    /// Key of the recipient.
    pub person_id: i64,
    /// Day that the alert is about.
    pub due_on: NaiveDate,
    /// Email address of the recipient.
    pub address: String,
    /// Language of the text.
    pub language: String,
    /// Subject line.
    pub subject: String,
    /// Body as plain text.
    pub body: String,
    /// Body as HTML.
    pub html: String,
    /// State in the queue.
    pub state: String,
    /// Time of queueing, in UTC.
    pub created_at: NaiveDateTime,
    /// Time when a mail server accepted it, in UTC.
    pub sent_at: Option<NaiveDateTime>,
}

/// An email with its key and its signature.
pub type WithSignature = (i64, SignedEmail, Option<String>);

impl SignedEmail {
    /// Returns the signed content of an email that is queued at a time in UTC.
    pub(super) fn queued(email: &NewEmail, at: NaiveDateTime) -> Self {
        Self {
            public_id: email.public_id.clone(),
            message_id: email.message_id.clone(),
            kind: email.kind.as_str().to_owned(),
            contract_id: email.contract_id.0,
            subject_key: email.subject_key.clone(),
            person_id: email.to.person_id.0,
            due_on: email.due_on,
            address: email.to.email.clone(),
            language: email.to.language.as_str().to_owned(),
            subject: email.subject.clone(),
            body: email.body.clone(),
            html: email.html.clone(),
            state: EmailState::Queued.as_str().to_owned(),
            created_at: at,
            sent_at: None,
        }
    }
}

/// Loads emails after a key, in the order of their keys.
pub fn after(connection: &mut AnyConnection, key: i64, limit: i64) -> Result<Vec<WithSignature>> {
    Ok(emails::table
        .filter(emails::id.gt(key))
        .order(emails::id)
        .limit(limit)
        .select((emails::id, SignedEmail::as_select(), emails::signature))
        .load(connection)?)
}

/// Returns those of these random identifiers under which there is no email.
pub fn missing(connection: &mut AnyConnection, ids: &[String]) -> Result<BTreeSet<String>> {
    let found: BTreeSet<String> = emails::table
        .filter(emails::public_id.eq_any(ids))
        .select(emails::public_id)
        .load(connection)?
        .into_iter()
        .collect();
    Ok(ids.iter().filter(|id| !found.contains(*id)).cloned().collect())
}

/// Returns the emails that were changed by other means than the program.
pub fn find_changed(connection: &mut AnyConnection, key: &RowKey, ids: &[i64]) -> Result<BTreeSet<EmailId>> {
    let all: Vec<WithSignature> = emails::table
        .filter(emails::id.eq_any(ids))
        .select((emails::id, SignedEmail::as_select(), emails::signature))
        .load(connection)?;
    let is_changed = |(_, email, signature): &&WithSignature| !key.signed(TABLE, email, signature.as_deref());
    Ok(all.iter().filter(is_changed).map(|(id, ..)| EmailId(*id)).collect())
}

/// Signs an email after a change of its signed columns. An email that was changed by other means keeps its signature,
/// so that the change is still reported.
pub(super) fn sign_again(
    connection: &mut AnyConnection,
    key: &RowKey,
    id: EmailId,
    change: impl FnOnce(&mut SignedEmail),
) -> Result<Option<String>> {
    let found: Option<(SignedEmail, Option<String>)> =
        emails::table.find(id.0).select((SignedEmail::as_select(), emails::signature)).first(connection).optional()?;
    let Some((mut email, signature)) = found else { return Ok(None) };
    if !key.signed(TABLE, &email, signature.as_deref()) {
        return Ok(signature);
    }
    change(&mut email);
    Ok(Some(key.sign(TABLE, &email)))
}

/// Signs the next emails stored before rows were signed; returns the number signed.
pub(in crate::storage) fn sign_earlier(connection: &mut AnyConnection, key: &RowKey, limit: i64) -> Result<usize> {
    let earlier: Vec<(i64, SignedEmail)> = emails::table
        .filter(emails::signature.is_null())
        .order(emails::id)
        .limit(limit)
        .select((emails::id, SignedEmail::as_select()))
        .load(connection)?;
    for (id, email) in &earlier {
        diesel::update(emails::table.find(id)).set(emails::signature.eq(key.sign(TABLE, email))).execute(connection)?;
    }
    Ok(earlier.len())
}
