//! Mail on its way: a row first, sent by a job. A letter has one Message-ID for ever, and one row for a kind, contract,
//! subject, recipient and day, so that it goes out once.

use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;

use super::Result;
use super::backend::{AnyConnection, insert_many};
use super::ids::{ContractId, LetterId, OrganisationId, PersonId};
use crate::domain::codes::{Language, Role};
use crate::schema::{delegations, letters, people, seats};

/// Somebody to whom mail goes.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct Recipient {
    /// Key.
    pub person_id: PersonId,
    /// Name.
    pub name: String,
    /// Address.
    pub email: String,
    /// The language that they read.
    #[diesel(deserialize_as = String)]
    pub language: Language,
}

/// A letter that is to be written.
#[derive(Debug, Clone)]
pub struct NewLetter {
    /// Random identifier.
    pub public_id: String,
    /// Message-ID.
    pub message_id: String,
    /// Kind of alert.
    pub kind: String,
    /// Contract; 0 for none.
    pub contract_id: i64,
    /// What it is about.
    pub subject_key: String,
    /// The day that it is about.
    pub due_on: NaiveDate,
    /// To whom.
    pub to: Recipient,
    /// Subject line.
    pub subject: String,
    /// Text.
    pub body: String,
    /// The same for readers of HTML.
    pub html: String,
}

/// A letter that is to be sent.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = letters)]
pub struct Letter {
    /// Key.
    pub id: LetterId,
    /// Random identifier.
    pub public_id: String,
    /// Message-ID.
    pub message_id: String,
    /// Kind of alert.
    pub kind: String,
    /// Address.
    pub address: String,
    /// Language.
    pub language: String,
    /// Subject line.
    pub subject: String,
    /// Text.
    pub body: String,
    /// The same for readers of HTML.
    pub html: String,
    /// `queued`, `sent`, `dead`.
    pub state: String,
    /// How often sending was tried.
    pub attempts: i32,
    /// When it was written.
    pub created_at: NaiveDateTime,
    /// What the server said last.
    pub answer: String,
}

/// A letter that waits to be sent, now or again.
pub const QUEUED: &str = "queued";
/// A letter that a server took.
pub const SENT: &str = "sent";
/// A letter that will not be tried again by itself.
pub const DEAD: &str = "dead";

/// Who acts in a role of an organisation on a day: those who hold it, and those who stand in for them.
pub fn recipients(
    connection: &mut AnyConnection,
    organisation: OrganisationId,
    role: Role,
    day: NaiveDate,
) -> Result<Vec<Recipient>> {
    let columns = (people::id, people::name, people::email, people::language);
    let mut found: Vec<Recipient> = seats::table
        .inner_join(people::table)
        .filter(seats::organisation_id.eq(organisation))
        .filter(seats::role.eq(role.as_str()))
        .filter(seats::from_on.le(day))
        .filter(seats::until_on.ge(day))
        .filter(people::disabled.eq(false))
        .order(people::id)
        .select(columns)
        .load(connection)?;
    let deputies: Vec<Recipient> = delegations::table
        .inner_join(seats::table)
        .inner_join(people::table.on(people::id.eq(delegations::deputy_id)))
        .filter(seats::organisation_id.eq(organisation))
        .filter(seats::role.eq(role.as_str()))
        .filter(delegations::from_on.le(day))
        .filter(delegations::until_on.ge(day))
        .filter(people::disabled.eq(false))
        .order(people::id)
        .select(columns)
        .load(connection)?;
    for deputy in deputies {
        if !found.contains(&deputy) {
            found.push(deputy);
        }
    }
    Ok(found)
}

/// What letters of a contract there are: kind, subject, recipient, day.
pub fn keys_of(
    connection: &mut AnyConnection,
    contract: ContractId,
) -> Result<Vec<(String, String, PersonId, NaiveDate)>> {
    Ok(letters::table
        .filter(letters::contract_id.eq(contract.0))
        .select((letters::kind, letters::subject_key, letters::person_id, letters::due_on))
        .load(connection)?)
}

/// Queues letters.
pub fn insert(connection: &mut AnyConnection, new: &[NewLetter], at: NaiveDateTime) -> Result<()> {
    let rows: Vec<_> = new
        .iter()
        .map(|letter| {
            (
                letters::public_id.eq(&letter.public_id),
                letters::message_id.eq(&letter.message_id),
                letters::kind.eq(&letter.kind),
                letters::contract_id.eq(letter.contract_id),
                letters::subject_key.eq(&letter.subject_key),
                letters::person_id.eq(letter.to.person_id),
                letters::due_on.eq(letter.due_on),
                letters::address.eq(&letter.to.email),
                letters::language.eq(letter.to.language.as_str()),
                letters::subject.eq(&letter.subject),
                letters::body.eq(&letter.body),
                letters::html.eq(&letter.html),
                letters::state.eq(QUEUED),
                letters::attempts.eq(0),
                letters::next_try_at.eq(at),
                letters::leased_until.eq(at),
                letters::answer.eq(""),
                letters::created_at.eq(at),
            )
        })
        .collect();
    if !rows.is_empty() {
        insert_many!(connection, letters::table, &rows)?;
    }
    Ok(())
}
