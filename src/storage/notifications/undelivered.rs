//! Emails about a contract that were not delivered: those that were given up, until their recipient is informed by
//! other means, and those whose attempts have failed so far.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use crate::domain::codes::AlertKind;
use crate::schema::{contracts, emails, people, undelivered};
use crate::storage::Result;
use crate::storage::backend::AnyConnection;
use crate::storage::ids::{ContractId, EmailId, OrganisationId};
use crate::storage::notifications::email_queue::EmailState;
use crate::storage::statements::{lengthened, load_listed, read_rows};

/// An email that was not delivered, without its content.
#[derive(Debug, Clone, Queryable)]
pub struct UndeliveredRow {
    /// Primary key.
    pub id: EmailId,
    /// Random identifier.
    pub public_id: String,
    /// Kind of alert.
    #[diesel(deserialize_as = String)]
    pub kind: AlertKind,
    /// State in the queue: queued for another attempt, or given up.
    #[diesel(deserialize_as = String)]
    pub state: EmailState,
    /// Name of the recipient.
    pub to: String,
    /// Email address of the recipient.
    pub address: String,
    /// Number of attempts started.
    pub attempts: i32,
    /// Time of the next attempt while queued, in UTC.
    pub next_try_at: NaiveDateTime,
    /// Latest answer of the mail server.
    pub answer: String,
    /// Time of queueing, in UTC.
    pub created_at: NaiveDateTime,
    /// Random identifier of the contract.
    pub contract: String,
    /// Number of the contract.
    pub number: String,
    /// Title of the contract.
    pub title: String,
}

macro_rules! undelivered_row {
    () => {
        (
            emails::id,
            emails::public_id,
            emails::kind,
            emails::state,
            people::name,
            emails::address,
            emails::attempts,
            emails::next_try_at,
            emails::answer,
            emails::created_at,
            contracts::public_id,
            contracts::number,
            contracts::title,
        )
    };
}

/// Records that an email was given up. An email that is not about a contract concerns no officer and is left out.
pub fn record(connection: &mut AnyConnection, email: EmailId) -> Result<()> {
    let about: Option<(i64, i64)> = emails::table
        .inner_join(contracts::table.on(contracts::id.eq(emails::contract_id)))
        .filter(emails::id.eq(email.0))
        .select((contracts::id, contracts::purchaser_id))
        .first(connection)
        .optional()?;
    let Some((contract, purchaser)) = about else { return Ok(()) };
    clear(connection, email)?;
    diesel::insert_into(undelivered::table)
        .values((
            undelivered::email_id.eq(email.0),
            undelivered::contract_id.eq(contract),
            undelivered::organisation_id.eq(purchaser),
        ))
        .execute(connection)?;
    Ok(())
}

/// Removes an email from the list; returns false if it was not on the list.
pub fn clear(connection: &mut AnyConnection, email: EmailId) -> Result<bool> {
    Ok(diesel::delete(undelivered::table.find(email.0)).execute(connection)? > 0)
}

/// Loads a part of the undelivered emails about a contract after a key, oldest first.
pub fn page_of_contract(
    connection: &mut AnyConnection,
    contract: ContractId,
    after: i64,
    limit: i64,
) -> Result<Vec<UndeliveredRow>> {
    let is_failing = emails::state.eq(EmailState::Queued.as_str()).and(emails::answer.ne(""));
    // Most emails were delivered. They are left out before their recipients are looked up, as a join would not.
    let was_given_up = diesel::dsl::exists(undelivered::table.filter(undelivered::email_id.eq(emails::id)));
    let found = emails::table
        .inner_join(people::table)
        .inner_join(contracts::table.on(contracts::id.eq(emails::contract_id)))
        .filter(emails::contract_id.eq(contract.0))
        .filter(emails::id.gt(after))
        .filter(is_failing.or(was_given_up))
        .order(emails::id)
        .limit(limit);
    Ok(read_rows!(connection, found.select(undelivered_row!()))?)
}

/// Loads the emails that were given up about contracts of these purchasers, oldest first.
pub fn of_purchasers(
    connection: &mut AnyConnection,
    purchasers: &[OrganisationId],
    limit: i64,
) -> Result<Vec<UndeliveredRow>> {
    let purchasers = lengthened(purchasers.iter().map(|id| id.0));
    Ok(load_listed!(
        connection,
        purchasers,
        undelivered::table
            .inner_join(emails::table.inner_join(people::table))
            .inner_join(contracts::table)
            .filter(undelivered::organisation_id.eq_any(&purchasers))
            .order(undelivered::email_id)
            .limit(limit)
            .select(undelivered_row!())
    )?)
}
