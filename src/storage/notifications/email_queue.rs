//! Mail on its way: a row first, sent by a job. A letter has one Message-ID for ever, and one row for a kind, contract,
//! subject, recipient and day, so that it goes out once.

use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;

use crate::domain::codes::{Language, Role};
use crate::schema::{asks, contracts, delegations, letters, payments, people, seats};
use crate::storage::Result;
use crate::storage::backend::{AnyConnection, insert_many};
use crate::storage::ids::{ContractId, EmailId, OrganisationId, PersonId};

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

/// What makes a letter the only one: kind, contract, what it is about, recipient, day.
pub type EmailKey = (String, ContractId, String, PersonId, NaiveDate);

/// Somebody who acts in a role of an organisation.
#[derive(Debug, Clone, Queryable)]
pub struct RoleHolder {
    /// The organisation.
    pub organisation: OrganisationId,
    /// The role.
    #[diesel(deserialize_as = String)]
    pub role: Role,
    /// Who.
    pub person: Recipient,
}

/// What a letter names that is about no contract.
pub const NO_CONTRACT: ContractId = ContractId(0);

/// A letter that is to be written.
#[derive(Debug, Clone)]
pub struct NewEmail {
    /// Random identifier.
    pub public_id: String,
    /// Message-ID.
    pub message_id: String,
    /// Kind of alert.
    pub kind: String,
    /// The contract.
    pub contract_id: ContractId,
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
#[derive(Debug, Clone, Queryable)]
pub struct LeasedEmail {
    /// Key.
    pub id: EmailId,
    /// Message-ID, the same at every try.
    pub message_id: String,
    /// Address.
    pub address: String,
    /// Name of the recipient.
    pub name: String,
    /// Language.
    #[diesel(deserialize_as = String)]
    pub language: Language,
    /// Subject line.
    pub subject: String,
    /// Text.
    pub body: String,
    /// The same for readers of HTML.
    pub html: String,
    /// How often sending was begun, this time included.
    pub attempts: i32,
    /// When it was written.
    pub created_at: NaiveDateTime,
    /// Random identifier of the contract that it is about.
    pub contract: Option<String>,
}

/// What became of a try to send a letter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// A server took it.
    Sent,
    /// It is to be tried again from this time (UTC).
    Later(NaiveDateTime),
    /// It is not tried again by itself.
    Dead,
}

/// A letter that waits to be sent, now or again.
pub const QUEUED: &str = "queued";
/// A letter that a server took.
pub const SENT: &str = "sent";
/// A letter that will not be tried again by itself.
pub const DEAD: &str = "dead";

/// Every state of a letter.
pub const STATES: [&str; 3] = [QUEUED, SENT, DEAD];

/// A letter as whoever looks after the mail sees it: not what is in it.
#[derive(Debug, Clone, Queryable)]
pub struct EmailRow {
    /// Key.
    pub id: EmailId,
    /// Random identifier.
    pub public_id: String,
    /// Kind of alert.
    pub kind: String,
    /// Where it stands.
    pub state: String,
    /// User name of the recipient.
    pub to: String,
    /// Address.
    pub address: String,
    /// How often sending was begun.
    pub attempts: i32,
    /// When it is tried next, in UTC.
    pub next_try_at: NaiveDateTime,
    /// What the mail server answered last.
    pub answer: String,
    /// When it was written, in UTC.
    pub created_at: NaiveDateTime,
    /// When a server took it, in UTC.
    pub sent_at: Option<NaiveDateTime>,
    /// Random identifier of the contract that it is about.
    pub contract: Option<String>,
    /// Number of that contract.
    pub number: Option<String>,
}

macro_rules! email_row {
    () => {
        (
            letters::id,
            letters::public_id,
            letters::kind,
            letters::state,
            people::username,
            letters::address,
            letters::attempts,
            letters::next_try_at,
            letters::answer,
            letters::created_at,
            letters::sent_at,
            contracts::public_id.nullable(),
            contracts::number.nullable(),
        )
    };
}

/// A page of letters in the order of writing, after a key; of one state, if one is named.
pub fn list(connection: &mut AnyConnection, state: Option<&str>, after: i64, limit: i64) -> Result<Vec<EmailRow>> {
    let mut query = letters::table
        .inner_join(people::table)
        .left_join(contracts::table.on(contracts::id.eq(letters::contract_id)))
        .filter(letters::id.gt(after))
        .order(letters::id)
        .limit(limit)
        .select(email_row!())
        .into_boxed();
    if let Some(state) = state {
        query = query.filter(letters::state.eq(state.to_owned()));
    }
    Ok(query.load(connection)?)
}

/// A letter by random identifier.
pub fn by_public_id(connection: &mut AnyConnection, public_id: &str) -> Result<Option<EmailRow>> {
    Ok(letters::table
        .inner_join(people::table)
        .left_join(contracts::table.on(contracts::id.eq(letters::contract_id)))
        .filter(letters::public_id.eq(public_id))
        .select(email_row!())
        .first(connection)
        .optional()?)
}

/// Lets a letter that was given up be tried anew from now on, as often as a new one.
pub fn requeue(connection: &mut AnyConnection, id: EmailId, now: NaiveDateTime) -> Result<()> {
    diesel::update(letters::table.find(id.0).filter(letters::state.eq(DEAD)))
        .set((
            letters::state.eq(QUEUED),
            letters::attempts.eq(0),
            letters::next_try_at.eq(now),
            letters::leased_until.eq(now),
        ))
        .execute(connection)?;
    Ok(())
}

/// How many letters there are in each state that some are in.
pub fn by_state(connection: &mut AnyConnection) -> Result<Vec<(String, i64)>> {
    Ok(letters::table.group_by(letters::state).select((letters::state, diesel::dsl::count_star())).load(connection)?)
}

/// Who acts in these roles of these organisations on a day: those who hold them, then those who stand in for them.
pub fn recipients(
    connection: &mut AnyConnection,
    organisations: &[OrganisationId],
    roles: &[Role],
    day: NaiveDate,
) -> Result<Vec<RoleHolder>> {
    let columns = (seats::organisation_id, seats::role, (people::id, people::name, people::email, people::language));
    let in_organisations = || seats::organisation_id.eq_any(organisations.iter().map(|id| id.0));
    let in_roles = || seats::role.eq_any(roles.iter().map(|role| role.as_str()));
    let mut found: Vec<RoleHolder> = seats::table
        .inner_join(people::table)
        .filter(in_organisations())
        .filter(in_roles())
        .filter(seats::from_on.le(day))
        .filter(seats::until_on.ge(day))
        .filter(people::disabled.eq(false))
        .order(people::id)
        .select(columns)
        .load(connection)?;
    let deputies: Vec<RoleHolder> = delegations::table
        .inner_join(seats::table)
        .inner_join(people::table.on(people::id.eq(delegations::deputy_id)))
        .filter(in_organisations())
        .filter(in_roles())
        .filter(seats::from_on.le(day))
        .filter(seats::until_on.ge(day))
        .filter(delegations::from_on.le(day))
        .filter(delegations::until_on.ge(day))
        .filter(people::disabled.eq(false))
        .order(people::id)
        .select(columns)
        .load(connection)?;
    found.extend(deputies);
    Ok(found)
}

/// What letters of these kinds and days there are of these contracts.
pub fn keys_of(
    connection: &mut AnyConnection,
    contracts: &[ContractId],
    kinds: &[&str],
    days: &[NaiveDate],
) -> Result<Vec<EmailKey>> {
    Ok(letters::table
        .filter(letters::contract_id.eq_any(contracts.iter().map(|id| id.0)))
        .filter(letters::kind.eq_any(kinds))
        .filter(letters::due_on.eq_any(days))
        .select((letters::kind, letters::contract_id, letters::subject_key, letters::person_id, letters::due_on))
        .load(connection)?)
}

/// What a letter says of payments: random identifier, milestone, amount in fen.
pub fn payments_of(connection: &mut AnyConnection, public_ids: &[&str]) -> Result<Vec<(String, String, i64)>> {
    Ok(payments::table
        .filter(payments::public_id.eq_any(public_ids))
        .select((payments::public_id, payments::milestone, payments::amount_fen))
        .load(connection)?)
}

/// What a letter says of something that was asked for: random identifier, kind.
pub fn change_requests_of(connection: &mut AnyConnection, public_ids: &[&str]) -> Result<Vec<(String, String)>> {
    Ok(asks::table.filter(asks::public_id.eq_any(public_ids)).select((asks::public_id, asks::kind)).load(connection)?)
}

/// Queues letters.
pub fn insert(connection: &mut AnyConnection, new: &[NewEmail], at: NaiveDateTime) -> Result<()> {
    let rows: Vec<_> = new
        .iter()
        .map(|letter| {
            (
                letters::public_id.eq(&letter.public_id),
                letters::message_id.eq(&letter.message_id),
                letters::kind.eq(&letter.kind),
                letters::contract_id.eq(letter.contract_id.0),
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

/// Whether a letter waits whose time has come.
pub fn any_due(connection: &mut AnyConnection, now: NaiveDateTime) -> Result<bool> {
    let first: Option<i64> = letters::table
        .filter(letters::state.eq(QUEUED))
        .filter(letters::next_try_at.le(now))
        .filter(letters::leased_until.le(now))
        .order((letters::next_try_at, letters::id))
        .select(letters::id)
        .first(connection)
        .optional()?;
    Ok(first.is_some())
}

/// Takes letters whose time has come, until `until`, so that no other worker takes them: those that wait and are not in
/// somebody's hands. Within a write transaction; a worker that dies lets go of them when their time is over.
pub fn lease(connection: &mut AnyConnection, now: NaiveDateTime, until: NaiveDateTime, limit: i64) -> Result<Vec<i64>> {
    let free: Vec<i64> = letters::table
        .filter(letters::state.eq(QUEUED))
        .filter(letters::next_try_at.le(now))
        .filter(letters::leased_until.le(now))
        .order((letters::next_try_at, letters::id))
        .limit(limit)
        .select(letters::id)
        .load(connection)?;
    Ok(diesel::update(
        letters::table
            .filter(letters::id.eq_any(free))
            .filter(letters::state.eq(QUEUED))
            .filter(letters::leased_until.le(now)),
    )
    .set((letters::leased_until.eq(until), letters::attempts.eq(letters::attempts + 1)))
    .returning(letters::id)
    .get_results(connection)?)
}

/// Letters with what is needed to send them.
pub fn by_ids(connection: &mut AnyConnection, ids: &[i64]) -> Result<Vec<LeasedEmail>> {
    Ok(letters::table
        .inner_join(people::table)
        .left_join(contracts::table.on(contracts::id.eq(letters::contract_id)))
        .filter(letters::id.eq_any(ids))
        .order(letters::id)
        .select((
            letters::id,
            letters::message_id,
            letters::address,
            people::name,
            letters::language,
            letters::subject,
            letters::body,
            letters::html,
            letters::attempts,
            letters::created_at,
            contracts::public_id.nullable(),
        ))
        .load(connection)?)
}

/// Notes what became of a try, and lets go of the letter. A letter that another worker has sent meanwhile stays sent.
pub fn settle(
    connection: &mut AnyConnection,
    id: EmailId,
    outcome: &Outcome,
    answer: &str,
    now: NaiveDateTime,
) -> Result<()> {
    let (state, next, sent_at) = match outcome {
        Outcome::Sent => (SENT, now, Some(now)),
        Outcome::Later(at) => (QUEUED, *at, None),
        Outcome::Dead => (DEAD, now, None),
    };
    diesel::update(letters::table.find(id.0).filter(letters::state.ne(SENT)))
        .set((
            letters::state.eq(state),
            letters::next_try_at.eq(next),
            letters::leased_until.eq(now),
            letters::sent_at.eq(sent_at),
            letters::answer.eq(answer),
        ))
        .execute(connection)?;
    Ok(())
}

/// Lets go of letters that were taken and not tried.
pub fn release(connection: &mut AnyConnection, ids: &[EmailId], now: NaiveDateTime) -> Result<()> {
    diesel::update(
        letters::table.filter(letters::id.eq_any(ids.iter().map(|id| id.0))).filter(letters::state.eq(QUEUED)),
    )
    .set((letters::leased_until.eq(now), letters::attempts.eq(letters::attempts - 1)))
    .execute(connection)?;
    Ok(())
}
