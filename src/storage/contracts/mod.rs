//! Contracts: their heads and the versions of their terms.
//!
//! Sibling modules have their facts, projections, drafts, access rows and search words. A head is rewritten only while
//! the contract is a draft; a version of the terms is never rewritten.

pub mod access;
pub mod batches;
pub mod drafts;
pub mod due;
pub mod facts;
pub(in crate::storage) mod filter;
pub mod list;
mod list_sources;
pub mod projections;
pub mod search;
pub mod templates;
pub mod terms_with_facts;
pub mod titles;

use chrono::{Datelike, NaiveDate, NaiveDateTime};
use diesel::prelude::*;
use diesel::sqlite::Sqlite;

use crate::domain::codes::{ContractState, Regime};
use crate::domain::text_input::key;
use crate::schema::{contract_access, contract_terms, contracts};
use crate::storage::Result;
use crate::storage::audit::recorded_rows::{self, RowDigests};
use crate::storage::backend::{AnyConnection, insert_rows};
use crate::storage::contracts::access::Repeated;
use crate::storage::ids::{AppropriationId, ContractId, OrganisationId, PersonId, RegionId};
use crate::storage::registry::version::{RegisterVersion, stored_version};
use crate::storage::statements::{Kept, change_kept, insert_few, on_engine, read_first};
use crate::storage::unique::or_again;

/// Head of a contract: everything but its terms and facts.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = contracts)]
pub struct Contract {
    pub id: ContractId,
    /// Random identifier, used in addresses.
    pub public_id: String,
    /// Contract number, unique.
    pub number: String,
    pub title: String,
    pub purchaser_id: OrganisationId,
    /// The finance bureau.
    pub funder_id: OrganisationId,
    pub contractor_id: OrganisationId,
    /// Region of the purchaser.
    pub region_id: RegionId,
    /// Appropriation that funds the contract.
    pub appropriation_id: Option<AppropriationId>,
    /// Procurement regime, which decides the applicable law.
    #[diesel(deserialize_as = String)]
    pub regime: Regime,
    /// Procurement method, as the award notice words it.
    pub method: String,
    /// Number of the procurement plan (采购计划编号).
    pub plan_no: String,
    /// Day of the award notice.
    pub award_on: Option<NaiveDate>,
    /// Day of signing.
    pub signed_on: Option<NaiveDate>,
    /// Day of the announcement.
    pub published_on: Option<NaiveDate>,
    #[diesel(deserialize_as = String)]
    pub state: ContractState,
    /// Raised by every change; the ETag of the API.
    pub version: i64,
    /// Version of the terms that both sides signed; of a draft, the newest. Later versions are amendments.
    pub terms_version: i64,
    /// Amount in fen.
    pub amount_fen: i64,
    /// First day of the term.
    pub starts_on: NaiveDate,
    /// Last day of the term.
    pub ends_on: NaiveDate,
    /// Next day on which the contract's standing changes if nothing more happens.
    pub next_change: NaiveDate,
    /// Number of the contract's last fact; 0 before the first.
    pub fact_seq: i64,
    /// Hash of the contract's last fact.
    pub fact_hash: String,
    /// Time of the last change (UTC).
    pub recorded_at: NaiveDateTime,
    /// Version of the working calendar behind the projections; 0 is the built-in one.
    pub calendar_version: Option<i64>,
}

/// The part of a head that its officer can change while the contract is a draft.
#[derive(Debug, Clone, AsChangeset, Insertable)]
#[diesel(table_name = contracts, treat_none_as_null = true)]
pub struct Head {
    pub number: String,
    /// The number in its folded spelling, unique.
    pub number_key: String,
    pub title: String,
    pub purchaser_id: OrganisationId,
    /// The finance bureau.
    pub funder_id: OrganisationId,
    pub contractor_id: OrganisationId,
    /// Region of the purchaser.
    pub region_id: RegionId,
    /// Appropriation that will fund the contract.
    pub appropriation_id: Option<i64>,
    /// Procurement regime, which decides the applicable law.
    pub regime: &'static str,
    /// Procurement method, as the award notice words it.
    pub method: String,
    /// Number of the procurement plan (采购计划编号).
    pub plan_no: String,
    /// Day of the award notice.
    pub award_on: Option<NaiveDate>,
    /// Day of signing.
    pub signed_on: Option<NaiveDate>,
    /// Amount in fen.
    pub amount_fen: i64,
    /// Calendar year of `starts_on`.
    pub year: i32,
    /// First day of the term.
    pub starts_on: NaiveDate,
    /// Last day of the term.
    pub ends_on: NaiveDate,
    /// Catalogue services, as `Details::listed_services` writes them.
    pub services: String,
}

/// One immutable version of a contract's terms, with its details.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = contract_terms)]
pub struct TermsRow {
    /// Number, from 1 within the contract.
    pub version: i64,
    /// First day on which an amendment is in force; of signed terms, the first day of the term.
    pub effective_on: NaiveDate,
    /// Terms in the JSON of docs/standing.md.
    pub terms: String,
    /// Names and texts of the terms' details, as JSON.
    pub details: String,
    /// SHA-256 of `terms` and `details`.
    pub hash: String,
}

/// Adds a contract, given by its head and its complete row, and returns its key; the key in the row is ignored.
pub fn insert(connection: &mut AnyConnection, head: &Head, row: &ContractRow) -> Result<ContractId> {
    let contract = &row.contract;
    let new = diesel::insert_into(contracts::table)
        .values((
            head,
            contracts::public_id.eq(&contract.public_id),
            contracts::state.eq(contract.state.as_str()),
            contracts::version.eq(contract.version),
            contracts::terms_version.eq(contract.terms_version),
            contracts::next_change.eq(contract.next_change),
            contracts::next_task_on.eq(row.next_task_on),
            contracts::fact_seq.eq(contract.fact_seq),
            contracts::fact_hash.eq(&contract.fact_hash),
            contracts::created_by.eq(row.created_by),
            contracts::created_at.eq(row.created_at),
            contracts::recorded_at.eq(contract.recorded_at),
            contracts::calendar_version.eq(contract.calendar_version),
        ))
        .returning(contracts::id);
    on_engine!(connection, own => Kept(new).get_result(own)).map(ContractId).map_err(or_again)
}

/// A contract's complete row.
#[derive(Debug, Clone)]
pub struct ContractRow {
    pub contract: Contract,
    /// First day on which a task is due.
    pub next_task_on: NaiveDate,
    /// Catalogue services, as `Details::listed_services` writes them.
    pub services: String,
    /// Person who registered the contract.
    pub created_by: PersonId,
    /// Time of registration (UTC).
    pub created_at: NaiveDateTime,
}

impl ContractRow {
    /// Returns the columns that `contract_access` repeats.
    pub fn repeated(&self) -> Repeated {
        Repeated {
            state: self.contract.state.as_str().to_owned(),
            year: self.contract.starts_on.year(),
            next_task_on: self.next_task_on,
        }
    }
}

/// Inserts complete rows, keeping their keys.
pub fn insert_whole(connection: &mut AnyConnection, rows: &[ContractRow]) -> Result<()> {
    insert_rows!(connection, contracts::table, rows, |row| {
        let contract = &row.contract;
        (
            contracts::id.eq(contract.id.0),
            contracts::public_id.eq(&contract.public_id),
            contracts::number.eq(&contract.number),
            contracts::title.eq(&contract.title),
            contracts::purchaser_id.eq(contract.purchaser_id.0),
            contracts::funder_id.eq(contract.funder_id.0),
            contracts::contractor_id.eq(contract.contractor_id.0),
            contracts::region_id.eq(contract.region_id.0),
            contracts::appropriation_id.eq(contract.appropriation_id.map(|id| id.0)),
            contracts::regime.eq(contract.regime.as_str()),
            contracts::method.eq(&contract.method),
            contracts::plan_no.eq(&contract.plan_no),
            contracts::award_on.eq(contract.award_on),
            contracts::signed_on.eq(contract.signed_on),
            contracts::published_on.eq(contract.published_on),
            contracts::state.eq(contract.state.as_str()),
            contracts::version.eq(contract.version),
            contracts::terms_version.eq(contract.terms_version),
            contracts::amount_fen.eq(contract.amount_fen),
            contracts::year.eq(contract.starts_on.year()),
            contracts::starts_on.eq(contract.starts_on),
            contracts::ends_on.eq(contract.ends_on),
            contracts::next_change.eq(contract.next_change),
            contracts::next_task_on.eq(row.next_task_on),
            contracts::fact_seq.eq(contract.fact_seq),
            contracts::fact_hash.eq(&contract.fact_hash),
            contracts::created_by.eq(row.created_by.0),
            contracts::created_at.eq(row.created_at),
            contracts::recorded_at.eq(contract.recorded_at),
            contracts::calendar_version.eq(contract.calendar_version),
            contracts::number_key.eq(key(&contract.number)),
            contracts::services.eq(&row.services),
        )
    });
    Ok(())
}

/// Returns whether no contract exists.
pub fn is_empty(connection: &mut AnyConnection) -> Result<bool> {
    let first: Option<i64> = contracts::table.select(contracts::id).first(connection).optional()?;
    Ok(first.is_none())
}

/// Rewrites the head of a draft.
pub fn update_head(connection: &mut AnyConnection, id: ContractId, head: &Head) -> Result<()> {
    diesel::update(contracts::table.find(id.0)).set(head).execute(connection).map_err(or_again)?;
    Ok(())
}

/// Adds a version of a draft's terms, which becomes the version to be signed.
pub fn insert_terms(
    connection: &mut AnyConnection,
    id: ContractId,
    row: &TermsRow,
    by: PersonId,
    at: NaiveDateTime,
) -> Result<()> {
    insert_versions(connection, &[(id, row, by, at)])?;
    diesel::update(contracts::table.find(id.0)).set(contracts::terms_version.eq(row.version)).execute(connection)?;
    Ok(())
}

/// A version of a contract's terms with the person and time of its recording.
pub type RecordedTerms<'a> = (ContractId, &'a TermsRow, PersonId, NaiveDateTime);

/// Inserts versions of terms.
pub fn insert_versions(connection: &mut AnyConnection, rows: &[RecordedTerms<'_>]) -> Result<()> {
    insert_few!(connection, contract_terms::table, rows, |(id, row, by, at)| {
        (
            contract_terms::contract_id.eq(id.0),
            contract_terms::version.eq(row.version),
            contract_terms::effective_on.eq(row.effective_on),
            contract_terms::terms.eq(&row.terms),
            contract_terms::details.eq(&row.details),
            contract_terms::hash.eq(&row.hash),
            contract_terms::recorded_by.eq(by.0),
            contract_terms::recorded_at.eq(at),
        )
    });
    Ok(())
}

/// Returns all versions of a contract's terms, in order.
pub fn all_terms(connection: &mut AnyConnection, id: ContractId) -> Result<Vec<TermsRow>> {
    let query = contract_terms::table.filter(contract_terms::contract_id.eq(id.0)).order(contract_terms::version);
    Ok(query.select(TermsRow::as_select()).load(connection)?)
}

/// Returns all versions of a contract's terms with the person and time of their recording, in order.
pub fn recorded_terms(
    connection: &mut AnyConnection,
    id: ContractId,
) -> Result<Vec<(TermsRow, PersonId, NaiveDateTime)>> {
    let query = contract_terms::table.filter(contract_terms::contract_id.eq(id.0)).order(contract_terms::version);
    Ok(query
        .select((TermsRow::as_select(), contract_terms::recorded_by, contract_terms::recorded_at))
        .load(connection)?)
}

/// Finds a contract by random identifier, among those that the organisations may see.
pub fn seen_by(
    connection: &mut AnyConnection,
    public_id: &str,
    organisations: &[OrganisationId],
) -> Result<Option<Contract>> {
    let named = contracts::table.filter(contracts::public_id.eq(public_id));
    let access = contract_access::table.filter(contract_access::contract_id.eq(contracts::id));
    // SQLite prepares a statement with a list each time, which costs more than running it. Most people see as one.
    let found = match organisations {
        [one] => {
            let seen = access.filter(contract_access::organisation_id.eq(one.0));
            let seen = named.filter(diesel::dsl::exists(seen));
            read_first!(connection, seen.select(Contract::as_select()))
        }
        _ => {
            let seen = access.filter(contract_access::organisation_id.eq_any(organisations.iter().map(|id| id.0)));
            named.filter(diesel::dsl::exists(seen)).select(Contract::as_select()).first(connection)
        }
    };
    Ok(found.optional()?)
}

/// Loads key, random identifier and number of the given contracts that one of the organisations may see.
pub fn seen_among(
    connection: &mut AnyConnection,
    ids: &[ContractId],
    organisations: &[OrganisationId],
) -> Result<Vec<(ContractId, String, String)>> {
    let seen = contract_access::table
        .filter(contract_access::organisation_id.eq_any(organisations.iter().map(|id| id.0)))
        .filter(contract_access::contract_id.eq(contracts::id));
    Ok(contracts::table
        .filter(contracts::id.eq_any(ids.iter().map(|id| id.0)))
        .filter(diesel::dsl::exists(seen))
        .select((contracts::id, contracts::public_id, contracts::number))
        .load(connection)?)
}

/// Returns a contract by key.
pub fn by_id(connection: &mut AnyConnection, id: ContractId) -> Result<Contract> {
    Ok(read_first!(connection, contracts::table.find(id.0).select(Contract::as_select()))?)
}

/// Finds the contract whose number has this folded spelling.
pub fn by_number_key(connection: &mut AnyConnection, number_key: &str) -> Result<Option<Contract>> {
    Ok(contracts::table
        .filter(contracts::number_key.eq(number_key))
        .select(Contract::as_select())
        .first(connection)
        .optional()?)
}

/// Finds the key of the contract whose number has this folded spelling, with the version of the registers.
pub fn holder_of_number(
    connection: &mut AnyConnection,
    number_key: &str,
) -> Result<(Option<ContractId>, RegisterVersion)> {
    let holder = contracts::table.filter(contracts::number_key.eq(number_key)).select(contracts::id).single_value();
    let both = diesel::select((holder, stored_version!()));
    let (holder, version): (Option<i64>, Option<String>) = on_engine!(connection, own => both.get_result(own))?;
    Ok((holder.map(ContractId), version.into()))
}

/// Finds a contract by number in any spelling, regardless of who may see it. An identical number takes precedence.
pub fn by_number(connection: &mut AnyConnection, number: &str) -> Result<Option<Contract>> {
    let exact = contracts::table.filter(contracts::number.eq(number)).select(Contract::as_select());
    if let Some(found) = exact.first(connection).optional()? {
        return Ok(Some(found));
    }
    by_number_key(connection, &key(number))
}

/// Sets the state in the head and in the access rows that repeat it.
pub fn set_state(connection: &mut AnyConnection, id: ContractId, state: ContractState) -> Result<()> {
    diesel::update(contracts::table.find(id.0)).set(contracts::state.eq(state.as_str())).execute(connection)?;
    diesel::update(contract_access::table.filter(contract_access::contract_id.eq(id.0)))
        .set(contract_access::state.eq(state.as_str()))
        .execute(connection)?;
    Ok(())
}

/// Sets the day of signing.
pub fn set_signed_on(connection: &mut AnyConnection, id: ContractId, day: NaiveDate) -> Result<()> {
    diesel::update(contracts::table.find(id.0)).set(contracts::signed_on.eq(Some(day))).execute(connection)?;
    Ok(())
}

/// Sets the day of the announcement.
pub fn set_published_on(connection: &mut AnyConnection, id: ContractId, day: NaiveDate) -> Result<()> {
    diesel::update(contracts::table.find(id.0)).set(contracts::published_on.eq(Some(day))).execute(connection)?;
    Ok(())
}

/// The statement that stores state, version (the ETag) and time of a change, with the days of the next change of
/// standing and of the first task.
macro_rules! update_of_head {
    ($contract:expr, $change:expr, $task:expr) => {
        diesel::update(contracts::table.find($contract.id.0)).set((
            contracts::state.eq($contract.state.as_str()),
            contracts::version.eq($contract.version),
            contracts::recorded_at.eq($contract.recorded_at),
            contracts::next_change.eq($change),
            contracts::next_task_on.eq($task),
        ))
    };
}

/// Stores a change with the days of the next change and of the first task, and returns the digests of the row.
pub fn save_head(
    connection: &mut AnyConnection,
    contract: &Contract,
    change: NaiveDate,
    task: NaiveDate,
) -> Result<RowDigests> {
    let update = update_of_head!(contract, change, task);
    let columns = <recorded_rows::ContractRow as Selectable<Sqlite>>::construct_selection();
    let saved = Kept(update.returning(columns));
    recorded_rows::digests_of_head(on_engine!(connection, own => saved.get_result(own))?)
}

/// Stores a change as [`save_head`] if no recorded column is changed, so that no digest is needed.
pub fn save_unrecorded_head(
    connection: &mut AnyConnection,
    contract: &Contract,
    change: NaiveDate,
    task: NaiveDate,
) -> Result<()> {
    change_kept!(connection, update_of_head!(contract, change, task))?;
    Ok(())
}

/// Copies the state and the day of the first task into the access rows in which either differs.
pub fn copy_to_access_rows(
    connection: &mut AnyConnection,
    id: ContractId,
    state: ContractState,
    task: NaiveDate,
) -> Result<()> {
    let differs = contract_access::next_task_on.ne(task).or(contract_access::state.ne(state.as_str()));
    let update = diesel::update(contract_access::table.filter(contract_access::contract_id.eq(id.0)).filter(differs))
        .set((contract_access::next_task_on.eq(task), contract_access::state.eq(state.as_str())));
    change_kept!(connection, update)?;
    Ok(())
}

/// Returns the time of the last change of any contract, or a time long ago if there is none.
pub fn last_record(connection: &mut AnyConnection) -> Result<NaiveDateTime> {
    let last: Option<NaiveDateTime> =
        contracts::table.select(diesel::dsl::max(contracts::recorded_at)).first(connection)?;
    Ok(last.unwrap_or_default())
}
