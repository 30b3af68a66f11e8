//! Rows of messages between the parties of a contract, and of messages that a recipient has not opened.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use crate::schema::{contract_access, contracts, messages, unread_messages};
use crate::storage::Result;
use crate::storage::backend::{AnyConnection, insert_many};
use crate::storage::ids::{ContractId, MessageId, OrganisationId, PersonId};
use crate::storage::statements::read_rows;
use crate::storage::write::Context;

/// A message.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = messages)]
pub struct Message {
    pub id: MessageId,
    /// Random identifier, used in addresses.
    pub public_id: String,
    pub contract_id: ContractId,
    /// Organisation of the sender.
    pub organisation_id: OrganisationId,
    /// Subject of the message, in the form of `domain::messages`.
    pub about: String,
    pub text: String,
    pub sent_by: PersonId,
    /// Person represented, if the sender is a deputy.
    pub sent_for: Option<i64>,
    /// Time of sending, in UTC.
    pub sent_at: NaiveDateTime,
}

/// A message to insert.
#[derive(Debug, Clone)]
pub struct NewMessage<'a> {
    /// Random identifier, used in addresses.
    pub public_id: &'a str,
    pub contract_id: ContractId,
    pub organisation_id: OrganisationId,
    pub about: &'a str,
    pub text: &'a str,
}

/// Inserts a message and returns its key.
pub fn insert(
    connection: &mut AnyConnection,
    context: &Context,
    new: &NewMessage<'_>,
    by: PersonId,
) -> Result<MessageId> {
    diesel::insert_into(messages::table)
        .values((
            messages::public_id.eq(new.public_id),
            messages::contract_id.eq(new.contract_id.0),
            messages::organisation_id.eq(new.organisation_id.0),
            messages::about.eq(new.about),
            messages::text.eq(new.text),
            messages::sent_by.eq(by.0),
            messages::sent_for.eq(context.on_behalf_of.map(|id| id.0)),
            messages::sent_at.eq(context.now),
        ))
        .execute(connection)?;
    Ok(messages::table.filter(messages::public_id.eq(new.public_id)).select(messages::id).first(connection)?)
}

/// Loads a message of a contract by random identifier.
pub fn one_of_contract(
    connection: &mut AnyConnection,
    contract: ContractId,
    public_id: &str,
) -> Result<Option<Message>> {
    Ok(messages::table
        .filter(messages::public_id.eq(public_id))
        .filter(messages::contract_id.eq(contract.0))
        .select(Message::as_select())
        .first(connection)
        .optional()?)
}

/// Loads up to `limit` messages of a contract whose key is less than `before`, newest first.
pub fn newest_of_contract(
    connection: &mut AnyConnection,
    contract: ContractId,
    before: i64,
    limit: i64,
) -> Result<Vec<Message>> {
    Ok(messages::table
        .filter(messages::contract_id.eq(contract.0))
        .filter(messages::id.lt(before))
        .order(messages::id.desc())
        .limit(limit)
        .select(Message::as_select())
        .load(connection)?)
}

/// Marks a message as unread for its recipients.
pub fn mark_unread(
    connection: &mut AnyConnection,
    (contract, message): (ContractId, MessageId),
    recipients: &[PersonId],
) -> Result<()> {
    if recipients.is_empty() {
        return Ok(());
    }
    let row = |person: &PersonId| {
        (
            unread_messages::person_id.eq(person.0),
            unread_messages::contract_id.eq(contract.0),
            unread_messages::message_id.eq(message.0),
        )
    };
    let rows: Vec<_> = recipients.iter().map(row).collect();
    insert_many!(connection, unread_messages::table, &rows)?;
    Ok(())
}

/// Marks the messages of a contract as read by a person.
pub fn mark_read(connection: &mut AnyConnection, person: PersonId, contract: ContractId) -> Result<()> {
    let own = unread_messages::table
        .filter(unread_messages::person_id.eq(person.0))
        .filter(unread_messages::contract_id.eq(contract.0));
    diesel::delete(own).execute(connection)?;
    Ok(())
}

/// Marks those messages of a contract as read by a person that have these random identifiers.
pub fn mark_shown(
    connection: &mut AnyConnection,
    person: PersonId,
    contract: ContractId,
    public_ids: &[&str],
) -> Result<()> {
    let shown = messages::table
        .filter(messages::contract_id.eq(contract.0))
        .filter(messages::public_id.eq_any(public_ids))
        .select(messages::id);
    let own = unread_messages::table
        .filter(unread_messages::person_id.eq(person.0))
        .filter(unread_messages::message_id.eq_any(shown));
    diesel::delete(own).execute(connection)?;
    Ok(())
}

/// Returns the keys of the messages of a contract that a person has not opened yet.
pub fn unread_of_contract(
    connection: &mut AnyConnection,
    person: PersonId,
    contract: ContractId,
) -> Result<Vec<MessageId>> {
    let query = unread_messages::table
        .filter(unread_messages::person_id.eq(person.0))
        .filter(unread_messages::contract_id.eq(contract.0))
        .select(unread_messages::message_id);
    Ok(read_rows!(connection, query)?)
}

/// Returns those of these people who have messages of a contract that they have not opened yet.
pub fn who_have_unread(
    connection: &mut AnyConnection,
    contract: ContractId,
    people: &[PersonId],
) -> Result<Vec<PersonId>> {
    Ok(unread_messages::table
        .filter(unread_messages::person_id.eq_any(people.iter().map(|person| person.0)))
        .filter(unread_messages::contract_id.eq(contract.0))
        .select(unread_messages::person_id)
        .distinct()
        .load(connection)?)
}

/// Number of messages of one contract that a person has not opened yet.
#[derive(Debug, Clone)]
pub struct UnreadCount {
    /// Random identifier of the contract.
    pub contract: String,
    /// Number of the contract.
    pub number: String,
    /// Title of the contract.
    pub title: String,
    pub count: usize,
}

/// Counts the messages that a person has not opened, by contract, on contracts that one of these organisations may see;
/// reads at most `limit` messages.
pub fn unread_by_contract(
    connection: &mut AnyConnection,
    person: PersonId,
    organisations: &[OrganisationId],
    limit: i64,
) -> Result<Vec<UnreadCount>> {
    let seen = contract_access::table
        .filter(contract_access::organisation_id.eq_any(organisations.iter().map(|id| id.0)))
        .filter(contract_access::contract_id.eq(unread_messages::contract_id));
    let rows: Vec<(String, String, String)> = unread_messages::table
        .inner_join(contracts::table)
        .filter(unread_messages::person_id.eq(person.0))
        .filter(diesel::dsl::exists(seen))
        .order((unread_messages::contract_id, unread_messages::message_id))
        .limit(limit)
        .select((contracts::public_id, contracts::number, contracts::title))
        .load(connection)?;
    let mut counted: Vec<UnreadCount> = Vec::new();
    for (contract, number, title) in rows {
        match counted.last_mut().filter(|last| last.contract == contract) {
            Some(last) => last.count += 1,
            None => counted.push(UnreadCount { contract, number, title, count: 1 }),
        }
    }
    Ok(counted)
}
