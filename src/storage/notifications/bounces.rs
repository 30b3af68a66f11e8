//! Emails that came back, and the addresses from which they came.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use crate::schema::{bounced_addresses, emails};
use crate::storage::Result;
use crate::storage::backend::AnyConnection;
use crate::storage::ids::{EmailId, PersonId};
use crate::storage::notifications::email_queue::EmailState;
use crate::storage::notifications::signed_emails::sign_again;
use crate::storage::notifications::undelivered;
use crate::storage::write::Tx;

/// An email that a mail server accepted.
#[derive(Debug, Clone, Queryable)]
pub struct SentEmail {
    /// Primary key.
    pub id: EmailId,
    /// Random identifier.
    pub public_id: String,
    /// Key of the recipient.
    pub person_id: PersonId,
    /// Email address to which it was sent.
    pub address: String,
}

/// Returns those of these emails that a mail server accepted.
pub fn sent_among(connection: &mut AnyConnection, public_ids: &[String]) -> Result<Vec<SentEmail>> {
    Ok(emails::table
        .filter(emails::public_id.eq_any(public_ids))
        .filter(emails::state.eq(EmailState::Sent.as_str()))
        .order(emails::id)
        .select((emails::id, emails::public_id, emails::person_id, emails::address))
        .load(connection)?)
}

/// Gives up an email that came back, with the reason.
pub fn give_up(tx: &mut Tx<'_>, id: EmailId, answer: &str) -> Result<()> {
    let connection = &mut *tx.connection;
    let signature = sign_again(connection, tx.key, id, |email| EmailState::Dead.as_str().clone_into(&mut email.state))?;
    diesel::update(emails::table.find(id.0))
        .set((emails::state.eq(EmailState::Dead.as_str()), emails::answer.eq(answer), emails::signature.eq(signature)))
        .execute(connection)?;
    undelivered::record(connection, id)
}

/// Marks the address of a person as one from which an email came back.
pub fn mark_address(
    connection: &mut AnyConnection,
    person: PersonId,
    (address, answer, at): (&str, &str, NaiveDateTime),
) -> Result<()> {
    clear_address(connection, person)?;
    diesel::insert_into(bounced_addresses::table)
        .values((
            bounced_addresses::person_id.eq(person.0),
            bounced_addresses::address.eq(address),
            bounced_addresses::answer.eq(answer),
            bounced_addresses::at.eq(at),
        ))
        .execute(connection)?;
    Ok(())
}

/// Removes the mark of a person's address.
pub fn clear_address(connection: &mut AnyConnection, person: PersonId) -> Result<()> {
    diesel::delete(bounced_addresses::table.find(person.0)).execute(connection)?;
    Ok(())
}

/// Returns the addresses among those of these people from which an email came back, each with the reason.
pub fn of_people(connection: &mut AnyConnection, people: &[PersonId]) -> Result<Vec<(PersonId, String, String)>> {
    Ok(bounced_addresses::table
        .filter(bounced_addresses::person_id.eq_any(people.iter().map(|person| person.0)))
        .select((bounced_addresses::person_id, bounced_addresses::address, bounced_addresses::answer))
        .load(connection)?)
}
