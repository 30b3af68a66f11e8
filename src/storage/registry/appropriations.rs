//! Appropriations (year, bureau, budget line) and the commitments of contracts against them.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use crate::clock::civil_day;
use crate::domain::codes::ProposalState;
use crate::domain::ledger::Balances;
use crate::schema::{appropriations, commitments, organisations};
use crate::storage::Result;
use crate::storage::audit::recorded_rows::{RowDigests, digests_of_commitment};
use crate::storage::backend::{AnyConnection, insert_rows};
use crate::storage::ids::{AppropriationId, ContractId, OrganisationId, PersonId};
use crate::storage::ledger;
use crate::storage::locks;
use crate::storage::registry::version::{Memory, RegisterVersion};
use crate::storage::statements::{change_kept, on_engine, read_first};
use crate::storage::text_keys::{keys_of_words, search_key};

/// A stored appropriation: an amount of a year's budget for one line of one bureau.
#[derive(Debug, Clone, Queryable)]
pub struct Appropriation {
    /// Primary key.
    pub id: AppropriationId,
    /// Public identifier.
    pub public_id: String,
    /// Budget year.
    pub year: i32,
    /// Bureau that has the budget.
    pub bureau_id: OrganisationId,
    /// Code of the bureau.
    pub bureau: String,
    /// Name of the bureau.
    pub bureau_name: String,
    /// Functional budget line, 功能科目.
    pub line: String,
    /// Economic classification, 经济分类.
    pub economic: String,
    /// Project code, 项目编码.
    pub project: String,
    /// Number of the budget document, 指标文号.
    pub document_no: String,
    /// Source of funds, 资金来源.
    pub source: String,
    /// Amount in fen, with all budget changes that were approved.
    pub amount_fen: i64,
    /// Part that was taken of what contracts had released, less what plans released, in fen; `None` for none.
    pub reclaimed_fen: Option<i64>,
    /// Part that purchase plans reserve, in fen; `None` for none.
    pub reserved_fen: Option<i64>,
    /// State of the proposal; the appropriation counts once approved.
    #[diesel(deserialize_as = String)]
    pub state: ProposalState,
    /// Person who made the proposal.
    pub proposed_by: PersonId,
    /// Person represented, if a deputy made the proposal.
    pub proposed_for: Option<PersonId>,
}

impl Appropriation {
    /// Returns the amount in fen that counts: 0 before the approval.
    pub fn approved_fen(&self) -> i64 {
        if self.state == ProposalState::Approved { self.amount_fen } else { 0 }
    }

    /// Returns the balances of its own money in the ledger, without its contracts.
    pub fn own_balances(&self) -> Balances {
        Balances::own_money(self.approved_fen(), self.reserved_fen.unwrap_or(0), self.reclaimed_fen.unwrap_or(0))
    }
}

/// An appropriation to insert.
#[derive(Debug)]
pub struct NewAppropriation<'a> {
    /// Public identifier.
    pub public_id: &'a str,
    /// Budget year.
    pub year: i32,
    /// Bureau that has the budget.
    pub bureau_id: OrganisationId,
    /// Budget line, economic classification, project code, document number, source of funds.
    pub words: [&'a str; 5],
    /// Amount in fen.
    pub amount_fen: i64,
    /// Person who makes the proposal.
    pub proposed_by: PersonId,
    /// Person represented, if a deputy makes the proposal.
    pub proposed_for: Option<PersonId>,
    /// Time of the proposal in UTC.
    pub proposed_at: NaiveDateTime,
}

macro_rules! columns {
    () => {
        (
            appropriations::id,
            appropriations::public_id,
            appropriations::year,
            appropriations::bureau_id,
            organisations::code,
            organisations::name,
            appropriations::line,
            appropriations::economic,
            appropriations::project,
            appropriations::document_no,
            appropriations::source,
            appropriations::amount_fen,
            appropriations::reclaimed_fen,
            appropriations::reserved_fen,
            appropriations::state,
            appropriations::proposed_by,
            appropriations::proposed_for,
        )
    };
}

/// Inserts a proposed appropriation.
pub fn insert(connection: &mut AnyConnection, new: &NewAppropriation<'_>) -> Result<()> {
    let [line, economic, project, document_no, source] = new.words;
    diesel::insert_into(appropriations::table)
        .values((
            appropriations::public_id.eq(new.public_id),
            appropriations::year.eq(new.year),
            appropriations::bureau_id.eq(new.bureau_id),
            appropriations::line.eq(line),
            appropriations::economic.eq(economic),
            appropriations::project.eq(project),
            appropriations::document_no.eq(document_no),
            appropriations::source.eq(source),
            appropriations::search_key.eq(search_key(&[document_no, project, line, economic, source])),
            appropriations::amount_fen.eq(new.amount_fen),
            appropriations::state.eq(ProposalState::Proposed.as_str()),
            appropriations::proposed_by.eq(new.proposed_by),
            appropriations::proposed_for.eq(new.proposed_for.map(|id| id.0)),
            appropriations::proposed_at.eq(new.proposed_at),
        ))
        .execute(connection)?;
    Ok(())
}

/// Finds an appropriation by public identifier.
pub fn by_public_id(connection: &mut AnyConnection, public_id: &str) -> Result<Option<Appropriation>> {
    Ok(appropriations::table
        .inner_join(organisations::table)
        .filter(appropriations::public_id.eq(public_id))
        .select(columns!())
        .first(connection)
        .optional()?)
}

/// Finds the first appropriation of a bureau, unless refused, with a document number and project in any spelling.
pub fn of_document(
    connection: &mut AnyConnection,
    bureau: OrganisationId,
    (document_no, project): (&str, &str),
) -> Result<Option<Appropriation>> {
    let keys = keys_of_words(&[document_no, project]);
    Ok(appropriations::table
        .inner_join(organisations::table)
        .filter(appropriations::bureau_id.eq(bureau))
        .filter(appropriations::search_key.ge(keys.start))
        .filter(appropriations::search_key.lt(keys.end))
        .filter(appropriations::state.ne(ProposalState::Refused.as_str()))
        .order(appropriations::id)
        .select(columns!())
        .first(connection)
        .optional()?)
}

/// Finds the key of an appropriation by public identifier, from memory if the registers have not changed since.
pub fn remembered_key(
    connection: &mut AnyConnection,
    version: &RegisterVersion,
    public_id: &str,
) -> Result<Option<AppropriationId>> {
    static KEYS: Memory<String, AppropriationId> = Memory::new();
    KEYS.get_or_find(version, public_id.to_owned(), || {
        Ok(by_public_id(connection, public_id)?.map(|appropriation| appropriation.id))
    })
}

/// Returns the public identifier of an appropriation, from memory if the registers have not changed since.
pub fn remembered_public_id(
    connection: &mut AnyConnection,
    version: &RegisterVersion,
    id: AppropriationId,
) -> Result<Option<String>> {
    static NAMES: Memory<AppropriationId, String> = Memory::new();
    NAMES.get_or_find(version, id, || Ok(by_id(connection, id)?.map(|appropriation| appropriation.public_id)))
}

/// Returns appropriations by key.
pub fn by_ids(connection: &mut AnyConnection, ids: &[AppropriationId]) -> Result<Vec<Appropriation>> {
    Ok(appropriations::table
        .inner_join(organisations::table)
        .filter(appropriations::id.eq_any(ids.iter().map(|id| id.0)))
        .select(columns!())
        .load(connection)?)
}

/// Stores the amounts of an appropriation after a posting to it.
pub fn store_amounts(connection: &mut AnyConnection, of: &Appropriation) -> Result<()> {
    diesel::update(appropriations::table.find(of.id.0))
        .set((
            appropriations::amount_fen.eq(of.amount_fen),
            appropriations::reclaimed_fen.eq(of.reclaimed_fen),
            appropriations::reserved_fen.eq(of.reserved_fen),
        ))
        .execute(connection)?;
    Ok(())
}

/// Finds an appropriation by key.
pub fn by_id(connection: &mut AnyConnection, id: AppropriationId) -> Result<Option<Appropriation>> {
    let found =
        appropriations::table.inner_join(organisations::table).filter(appropriations::id.eq(id)).select(columns!());
    Ok(read_first!(connection, found).optional()?)
}

/// Locks an appropriation until the transaction ends, so that its free amount is used once, and returns it. Registers
/// do not change within a transaction that uses them, so the same statement may read it.
pub fn lock_appropriation(connection: &mut AnyConnection, id: AppropriationId) -> Result<Option<Appropriation>> {
    match connection {
        AnyConnection::Sqlite(_) => by_id(connection, id),
        AnyConnection::Postgres(connection) => {
            let lock = locks::lock_alone(locks::key_of_appropriation(id)).is_not_null();
            let found: Option<(bool, Appropriation)> = appropriations::table
                .inner_join(organisations::table)
                .filter(appropriations::id.eq(id))
                .select((lock, columns!()))
                .first(connection)
                .optional()?;
            Ok(found.map(|(_, appropriation)| appropriation))
        }
    }
}

/// Filter of a list of appropriations.
#[derive(Debug, Default)]
pub struct Filter<'a> {
    /// Bureaus whose appropriations are listed.
    pub bureaus: &'a [OrganisationId],
    /// Budget years; empty for all.
    pub years: &'a [i32],
    /// Patterns of `text_match`, all of which the descriptive columns must match.
    pub patterns: &'a [String],
    /// Restricts the list to approved appropriations.
    pub approved: bool,
}

/// The filtered query, within the index on bureau and year.
macro_rules! filtered {
    ($filter:expr, $limit:expr) => {{
        let filter: &Filter<'_> = $filter;
        let mut query = appropriations::table
            .inner_join(organisations::table)
            .filter(appropriations::bureau_id.eq_any(filter.bureaus.iter().map(|id| id.0)))
            .limit($limit)
            .select(columns!())
            .into_boxed();
        if !filter.years.is_empty() {
            query = query.filter(appropriations::year.eq_any(filter.years.to_vec()));
        }
        if filter.approved {
            query = query.filter(appropriations::state.eq(ProposalState::Approved.as_str()));
        }
        for pattern in filter.patterns {
            query = query.filter(appropriations::search_key.like(pattern.clone()).escape('\\'));
        }
        query
    }};
}

/// Lists appropriations by key, after a key.
pub fn list(connection: &mut AnyConnection, filter: &Filter<'_>, after: i64, limit: i64) -> Result<Vec<Appropriation>> {
    let query = filtered!(filter, limit).filter(appropriations::id.gt(after)).order(appropriations::id);
    Ok(query.load(connection)?)
}

/// Lists appropriations from the newest back, before a key.
pub fn list_newest(
    connection: &mut AnyConnection,
    filter: &Filter<'_>,
    before: i64,
    limit: i64,
) -> Result<Vec<Appropriation>> {
    let query = filtered!(filter, limit).filter(appropriations::id.lt(before)).order(appropriations::id.desc());
    Ok(query.load(connection)?)
}

/// Records the decision on a proposed appropriation, and posts an approved one in the ledger.
pub fn decide(
    connection: &mut AnyConnection,
    id: AppropriationId,
    state: ProposalState,
    by: PersonId,
    at: NaiveDateTime,
) -> Result<()> {
    store_decision(connection, id, (state, by, at))?;
    if state == ProposalState::Approved {
        let fen = appropriations::table.find(id.0).select(appropriations::amount_fen).first(connection)?;
        ledger::post_appropriation(connection, (id, fen), civil_day(at), ledger::APPROVAL)?;
    }
    Ok(())
}

/// Marks an appropriation as approved that is given its amount by a budget change.
pub fn mark_approved(
    connection: &mut AnyConnection,
    id: AppropriationId,
    by: PersonId,
    at: NaiveDateTime,
) -> Result<()> {
    store_decision(connection, id, (ProposalState::Approved, by, at))
}

fn store_decision(
    connection: &mut AnyConnection,
    id: AppropriationId,
    (state, by, at): (ProposalState, PersonId, NaiveDateTime),
) -> Result<()> {
    diesel::update(appropriations::table.find(id.0))
        .set((
            appropriations::state.eq(state.as_str()),
            appropriations::approved_by.eq(Some(by.0)),
            appropriations::approved_at.eq(Some(at)),
        ))
        .execute(connection)?;
    Ok(())
}

/// Sums the unreleased commitments of an appropriation to a contract, in fen; zero for `None`.
pub fn committed_to(
    connection: &mut AnyConnection,
    contract: ContractId,
    appropriation: Option<AppropriationId>,
) -> Result<i64> {
    let Some(appropriation) = appropriation else { return Ok(0) };
    let rows: Vec<i64> = commitments::table
        .filter(commitments::contract_id.eq(contract))
        .filter(commitments::appropriation_id.eq(appropriation))
        .filter(commitments::released_at.is_null())
        .select(commitments::amount_fen)
        .load(connection)?;
    Ok(rows.into_iter().fold(0, i64::saturating_add))
}

/// Commits an amount in fen to a contract, and returns the digests of the commitment.
pub fn commit(
    connection: &mut AnyConnection,
    appropriation: AppropriationId,
    contract: ContractId,
    amount_fen: i64,
    at: NaiveDateTime,
) -> Result<RowDigests> {
    let insert = diesel::insert_into(commitments::table)
        .values((
            commitments::appropriation_id.eq(appropriation.0),
            commitments::contract_id.eq(contract.0),
            commitments::amount_fen.eq(amount_fen),
            commitments::committed_at.eq(at),
        ))
        .returning(commitments::id);
    let id: i64 = on_engine!(connection, own => insert.get_result(own))?;
    digests_of_commitment(id, &Commitment { appropriation, contract, amount_fen, at })
}

/// A commitment of an appropriation to a contract.
#[derive(Debug, Clone)]
pub struct Commitment {
    /// Appropriation that bears the commitment.
    pub appropriation: AppropriationId,
    /// Contract to which the amount is committed.
    pub contract: ContractId,
    /// Amount in fen.
    pub amount_fen: i64,
    /// Time of the commitment in UTC.
    pub at: NaiveDateTime,
}

/// Inserts commitments.
pub fn insert_commitments(connection: &mut AnyConnection, rows: &[Commitment]) -> Result<()> {
    insert_rows!(connection, commitments::table, rows, |row| {
        (
            commitments::appropriation_id.eq(row.appropriation.0),
            commitments::contract_id.eq(row.contract.0),
            commitments::amount_fen.eq(row.amount_fen),
            commitments::committed_at.eq(row.at),
        )
    });
    Ok(())
}

/// Releases all commitments to a contract.
pub fn release(connection: &mut AnyConnection, contract: ContractId, at: NaiveDateTime) -> Result<()> {
    let held = commitments::table.filter(commitments::contract_id.eq(contract));
    let update =
        diesel::update(held.filter(commitments::released_at.is_null())).set(commitments::released_at.eq(Some(at)));
    change_kept!(connection, update)?;
    Ok(())
}

/// Lists the appropriations of bureaus, of one year, whose budget line begins with a text; sorted by key.
pub fn of_line(
    connection: &mut AnyConnection,
    bureaus: &[OrganisationId],
    year: i32,
    line: &str,
) -> Result<Vec<Appropriation>> {
    let query = appropriations::table
        .inner_join(organisations::table)
        .filter(appropriations::bureau_id.eq_any(bureaus.iter().map(|id| id.0)))
        .filter(appropriations::year.eq(year))
        .order(appropriations::id)
        .select(columns!());
    let mut found: Vec<Appropriation> = query.load(connection)?;
    found.retain(|appropriation| appropriation.line.starts_with(line));
    Ok(found)
}

/// An appropriation with the time of its approval, if it was approved.
pub type WithApproval = (Appropriation, Option<NaiveDateTime>);

/// Lists every appropriation.
pub fn all(connection: &mut AnyConnection) -> Result<Vec<WithApproval>> {
    Ok(appropriations::table
        .inner_join(organisations::table)
        .order(appropriations::id)
        .select((columns!(), appropriations::approved_at))
        .load(connection)?)
}
