//! Ledgers of running contracts that an officer proposed for import, each with its workbook. The workbook is text, so
//! that every tool that copies rows copies it, and goes once the proposal is refused or recalled.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use crate::domain::codes::ProposalState;
use crate::schema::ledger_imports;
use crate::storage::Result;
use crate::storage::backend::AnyConnection;
use crate::storage::ids::{LedgerImportId, OrganisationId, PersonId};
use crate::storage::register_rows::{decision_writer, reader_by_public_id};
use crate::storage::write::Context;

/// A ledger that was proposed, without its workbook.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = ledger_imports)]
pub struct LedgerImport {
    pub id: LedgerImportId,
    /// Random identifier, used in addresses.
    pub public_id: String,
    /// Purchaser of all its contracts, whose officer proposed it.
    pub organisation_id: OrganisationId,
    /// Funder of all its contracts.
    pub funder_id: OrganisationId,
    /// Name of the file.
    pub name: String,
    /// Digest of the file, in hexadecimal.
    pub sha256: String,
    /// Number of contracts.
    pub contracts: i64,
    /// Number of facts.
    pub facts: i64,
    /// Sum of the contracts' amounts in fen.
    pub amount_fen: i64,
    #[diesel(deserialize_as = String)]
    pub state: ProposalState,
    pub proposed_by: PersonId,
    /// Holder on whose behalf, if a deputy proposed it.
    pub proposed_for: Option<i64>,
    /// Time of the proposal in UTC.
    pub proposed_at: NaiveDateTime,
}

reader_by_public_id!(ledger_imports, LedgerImport);
decision_writer!(ledger_imports, LedgerImportId);

/// A ledger to insert, proposed by the acting person.
#[derive(Debug)]
pub struct NewLedgerImport<'a> {
    pub public_id: &'a str,
    pub organisation: OrganisationId,
    pub funder: OrganisationId,
    /// Name, digest and base64 of the file.
    pub file: (&'a str, &'a str, &'a str),
    /// Numbers of contracts and facts, and the sum of the contracts' amounts in fen.
    pub counts: (i64, i64, i64),
}

/// Inserts a proposed ledger.
pub fn propose(
    connection: &mut AnyConnection,
    context: &Context,
    new: &NewLedgerImport<'_>,
    by: PersonId,
) -> Result<()> {
    let ((name, sha256, content), (contracts, facts, amount_fen)) = (new.file, new.counts);
    diesel::insert_into(ledger_imports::table)
        .values((
            ledger_imports::public_id.eq(new.public_id),
            ledger_imports::organisation_id.eq(new.organisation.0),
            ledger_imports::funder_id.eq(new.funder.0),
            ledger_imports::name.eq(name),
            ledger_imports::sha256.eq(sha256),
            ledger_imports::content.eq(Some(content)),
            ledger_imports::contracts.eq(contracts),
            ledger_imports::facts.eq(facts),
            ledger_imports::amount_fen.eq(amount_fen),
            ledger_imports::state.eq(ProposalState::Proposed.as_str()),
            ledger_imports::proposed_by.eq(by),
            ledger_imports::proposed_for.eq(context.on_behalf_of.map(|id| id.0)),
            ledger_imports::proposed_at.eq(context.now),
        ))
        .execute(connection)?;
    Ok(())
}

/// Returns the random identifier of the ledger of a purchaser that waits for its approval.
pub fn waiting(connection: &mut AnyConnection, purchaser: OrganisationId) -> Result<Option<String>> {
    Ok(ledger_imports::table
        .filter(ledger_imports::organisation_id.eq(purchaser.0))
        .filter(ledger_imports::state.eq(ProposalState::Proposed.as_str()))
        .select(ledger_imports::public_id)
        .first(connection)
        .optional()?)
}

/// Returns the workbook of a ledger in base64; `None` once it is gone.
pub fn content(connection: &mut AnyConnection, id: LedgerImportId) -> Result<Option<String>> {
    Ok(ledger_imports::table.filter(ledger_imports::id.eq(id)).select(ledger_imports::content).first(connection)?)
}

/// Removes the workbook of a ledger.
pub fn drop_content(connection: &mut AnyConnection, id: LedgerImportId) -> Result<()> {
    let none: Option<&str> = None;
    diesel::update(ledger_imports::table.filter(ledger_imports::id.eq(id)))
        .set(ledger_imports::content.eq(none))
        .execute(connection)?;
    Ok(())
}

/// Lists the ledgers that organisations proposed or fund, after a key.
pub fn list(
    connection: &mut AnyConnection,
    organisations: &[OrganisationId],
    after: i64,
    limit: i64,
) -> Result<Vec<LedgerImport>> {
    let own = || organisations.iter().map(|id| id.0);
    Ok(ledger_imports::table
        .filter(ledger_imports::organisation_id.eq_any(own()).or(ledger_imports::funder_id.eq_any(own())))
        .filter(ledger_imports::id.gt(after))
        .order(ledger_imports::id)
        .limit(limit)
        .select(LedgerImport::as_select())
        .load(connection)?)
}
