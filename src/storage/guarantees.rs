//! Rows of performance guarantees and of the claims on them. Their limits are checked elsewhere.

use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;

use crate::domain::guarantees::{ClaimPurpose, ClaimState, GuaranteeKind, GuaranteeState};
use crate::schema::{guarantee_claims, guarantees};
use crate::storage::Result;
use crate::storage::backend::AnyConnection;
use crate::storage::contract_rows::contract_row_readers;
use crate::storage::ids::{ContractId, GuaranteeClaimId, GuaranteeId, PersonId};
use crate::storage::statements::{lengthened, load_listed};
use crate::storage::unique::or_again;
use crate::storage::write::Context;

/// A performance guarantee.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = guarantees)]
pub struct Guarantee {
    pub id: GuaranteeId,
    /// Random identifier, used in addresses.
    pub public_id: String,
    pub contract_id: ContractId,
    #[diesel(deserialize_as = String)]
    pub kind: GuaranteeKind,
    pub amount_fen: i64,
    pub issuer: String,
    /// Number given by the issuer.
    pub number: String,
    pub valid_from: NaiveDate,
    /// Last day of validity.
    pub valid_until: NaiveDate,
    /// Day by which the guarantee is to be returned.
    pub return_on: NaiveDate,
    #[diesel(deserialize_as = String)]
    pub state: GuaranteeState,
    pub recorded_by: PersonId,
    /// Person represented, if a deputy recorded the guarantee.
    pub recorded_for: Option<i64>,
    /// Time of recording, in UTC.
    pub recorded_at: NaiveDateTime,
    /// Day of the return.
    pub returned_on: Option<NaiveDate>,
    pub returned_by: Option<i64>,
    /// Person represented, if a deputy returned the guarantee.
    pub returned_for: Option<i64>,
    /// Reason of the return; empty before, and if none was given.
    pub return_note: String,
}

contract_row_readers!(guarantees, Guarantee);

/// A guarantee to insert in the state `held`.
#[derive(Debug, Clone)]
pub struct NewGuarantee<'a> {
    /// Random identifier, used in addresses.
    pub public_id: &'a str,
    pub contract_id: ContractId,
    pub kind: GuaranteeKind,
    pub amount_fen: i64,
    /// Issuer, and the issuer's key, within which numbers are unique.
    pub issuer: (&'a str, &'a str),
    /// Number, and its key.
    pub number: (&'a str, &'a str),
    pub valid: (NaiveDate, NaiveDate),
    pub return_on: NaiveDate,
}

/// Inserts a guarantee. Called after [`held_by_number`] found none, so that the loser of a race is retried and then
/// finds it.
pub fn insert(connection: &mut AnyConnection, context: &Context, new: &NewGuarantee<'_>, by: PersonId) -> Result<()> {
    diesel::insert_into(guarantees::table)
        .values((
            guarantees::public_id.eq(new.public_id),
            guarantees::contract_id.eq(new.contract_id),
            guarantees::kind.eq(new.kind.as_str()),
            guarantees::amount_fen.eq(new.amount_fen),
            guarantees::issuer.eq(new.issuer.0),
            guarantees::issuer_key.eq(new.issuer.1),
            guarantees::number.eq(new.number.0),
            guarantees::number_key.eq(new.number.1),
            guarantees::valid_from.eq(new.valid.0),
            guarantees::valid_until.eq(new.valid.1),
            guarantees::return_on.eq(new.return_on),
            guarantees::state.eq(GuaranteeState::Held.as_str()),
            guarantees::recorded_by.eq(by),
            guarantees::recorded_for.eq(context.on_behalf_of.map(|id| id.0)),
            guarantees::recorded_at.eq(context.now),
            guarantees::return_note.eq(""),
        ))
        .execute(connection)
        .map_err(or_again)?;
    Ok(())
}

/// Finds the held guarantee of an issuer and number, by their keys.
pub fn held_by_number(connection: &mut AnyConnection, issuer_key: &str, number_key: &str) -> Result<Option<Guarantee>> {
    Ok(guarantees::table
        .filter(guarantees::issuer_key.eq(issuer_key))
        .filter(guarantees::number_key.eq(number_key))
        .filter(guarantees::state.eq(GuaranteeState::Held.as_str()))
        .select(Guarantee::as_select())
        .first(connection)
        .optional()?)
}

/// Finds the oldest held guarantee with a number, by its key, of any issuer.
pub fn held_with_number(connection: &mut AnyConnection, number_key: &str) -> Result<Option<Guarantee>> {
    Ok(guarantees::table
        .filter(guarantees::number_key.eq(number_key))
        .filter(guarantees::state.eq(GuaranteeState::Held.as_str()))
        .order(guarantees::id)
        .select(Guarantee::as_select())
        .first(connection)
        .optional()?)
}

/// Stores the return of a guarantee, with its day and reason.
pub fn record_return(
    connection: &mut AnyConnection,
    context: &Context,
    guarantee: GuaranteeId,
    (on, by, note): (NaiveDate, PersonId, &str),
) -> Result<()> {
    diesel::update(guarantees::table.find(guarantee.0))
        .set((
            guarantees::state.eq(GuaranteeState::Returned.as_str()),
            guarantees::returned_on.eq(Some(on)),
            guarantees::returned_by.eq(Some(by.0)),
            guarantees::returned_for.eq(context.on_behalf_of.map(|id| id.0)),
            guarantees::returned_at.eq(Some(context.now)),
            guarantees::return_note.eq(note),
        ))
        .execute(connection)?;
    Ok(())
}

/// A claim on a guarantee.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = guarantee_claims)]
pub struct GuaranteeClaim {
    pub id: GuaranteeClaimId,
    pub guarantee_id: GuaranteeId,
    pub amount_fen: i64,
    #[diesel(deserialize_as = String)]
    pub purpose: ClaimPurpose,
    pub reason: String,
    #[diesel(deserialize_as = String)]
    pub state: ClaimState,
    pub proposed_by: PersonId,
    /// Person represented, if a deputy proposed the claim.
    pub proposed_for: Option<i64>,
    /// Time of the proposal, in UTC.
    pub proposed_at: NaiveDateTime,
    pub decided_by: Option<i64>,
    /// Person represented, if a deputy decided.
    pub decided_for: Option<i64>,
    /// Time of the decision, in UTC.
    pub decided_at: Option<NaiveDateTime>,
    /// Reason of the decision; empty before the decision, and if none was given.
    pub decision_note: String,
}

/// Loads the claims on guarantees, oldest first.
pub fn claims_of(connection: &mut AnyConnection, of: &[GuaranteeId]) -> Result<Vec<GuaranteeClaim>> {
    if of.is_empty() {
        return Ok(Vec::new());
    }
    let of = lengthened(of.iter().map(|id| id.0));
    Ok(load_listed!(
        connection,
        of,
        guarantee_claims::table
            .filter(guarantee_claims::guarantee_id.eq_any(&of))
            .order(guarantee_claims::id)
            .select(GuaranteeClaim::as_select())
    )?)
}

/// Inserts a claim that waits for a leader.
pub fn insert_claim(
    connection: &mut AnyConnection,
    context: &Context,
    guarantee: GuaranteeId,
    (amount_fen, purpose, reason, by): (i64, ClaimPurpose, &str, PersonId),
) -> Result<()> {
    diesel::insert_into(guarantee_claims::table)
        .values((
            guarantee_claims::guarantee_id.eq(guarantee),
            guarantee_claims::amount_fen.eq(amount_fen),
            guarantee_claims::purpose.eq(purpose.as_str()),
            guarantee_claims::reason.eq(reason),
            guarantee_claims::state.eq(ClaimState::Proposed.as_str()),
            guarantee_claims::proposed_by.eq(by),
            guarantee_claims::proposed_for.eq(context.on_behalf_of.map(|id| id.0)),
            guarantee_claims::proposed_at.eq(context.now),
            guarantee_claims::decision_note.eq(""),
        ))
        .execute(connection)?;
    Ok(())
}

/// Stores the decision on a claim.
pub fn record_claim_decision(
    connection: &mut AnyConnection,
    context: &Context,
    claim: GuaranteeClaimId,
    (state, by, note): (ClaimState, PersonId, &str),
) -> Result<()> {
    diesel::update(guarantee_claims::table.find(claim.0))
        .set((
            guarantee_claims::state.eq(state.as_str()),
            guarantee_claims::decided_by.eq(Some(by.0)),
            guarantee_claims::decided_for.eq(context.on_behalf_of.map(|id| id.0)),
            guarantee_claims::decided_at.eq(Some(context.now)),
            guarantee_claims::decision_note.eq(note),
        ))
        .execute(connection)?;
    Ok(())
}
