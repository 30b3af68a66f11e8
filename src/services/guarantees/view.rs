//! Guarantees as lists and pages show them: with their claims, what can still be claimed, and the names of people.
//! Nothing is decided here.

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use crate::app::App;
use crate::domain::guarantees::{ClaimPurpose, ClaimState, GuaranteeKind, GuaranteeState};
use crate::domain::money::Sum;
use crate::error::Error;
use crate::services::contracts::parts;
use crate::services::guarantees::with_claims;
use crate::services::identity::caller::Caller;
use crate::services::shared::paging::{Page, Paged};
use crate::storage::AnyConnection;
use crate::storage::guarantees::{self as rows, Guarantee, GuaranteeClaim};
use crate::storage::identity::names::Names;
use crate::storage::registry::version::RegisterVersion;

/// A performance guarantee with the claims on it; amounts in yuan.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct GuaranteeView {
    /// Random identifier of the guarantee.
    pub id: String,
    pub kind: GuaranteeKind,
    pub state: GuaranteeState,
    #[schema(value_type = String)]
    pub amount: Sum,
    /// Amount that can still be claimed.
    #[schema(value_type = String)]
    pub outstanding: Sum,
    pub issuer: String,
    /// Number given by the issuer.
    pub number: String,
    pub valid_from: NaiveDate,
    /// Last day of validity.
    pub valid_until: NaiveDate,
    /// Day by which the guarantee is to be returned to the contractor.
    pub return_on: NaiveDate,
    /// Name of the person who recorded the guarantee.
    pub recorded_by: String,
    /// Name of the person represented, if a deputy recorded the guarantee.
    pub recorded_for: Option<String>,
    /// Time of recording, in UTC.
    pub recorded_at: DateTime<Utc>,
    /// Day of the return.
    pub returned_on: Option<NaiveDate>,
    /// Name of the person who returned the guarantee.
    pub returned_by: Option<String>,
    /// Name of the person represented, if a deputy returned the guarantee.
    pub returned_for: Option<String>,
    /// Reason of the return; empty if none was given.
    pub reason: String,
    /// Claims, oldest first.
    pub claims: Vec<GuaranteeClaimView>,
}

impl GuaranteeView {
    /// Returns the open claim, which waits for the leader.
    pub fn open_claim(&self) -> Option<&GuaranteeClaimView> {
        self.claims.iter().find(|claim| claim.state == ClaimState::Proposed)
    }

    /// Returns whether the guarantee has not been returned.
    pub fn is_held(&self) -> bool {
        self.state == GuaranteeState::Held
    }
}

/// A claim on a guarantee.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct GuaranteeClaimView {
    #[schema(value_type = String)]
    pub amount: Sum,
    pub purpose: ClaimPurpose,
    pub state: ClaimState,
    /// Reason of the claim.
    pub reason: String,
    /// Name of the person who proposed the claim.
    pub proposed_by: String,
    /// Name of the person represented, if a deputy proposed the claim.
    pub proposed_for: Option<String>,
    /// Time of the proposal, in UTC.
    pub proposed_at: DateTime<Utc>,
    /// Name of the person who decided.
    pub decided_by: Option<String>,
    /// Name of the person represented, if a deputy decided.
    pub decided_for: Option<String>,
    /// Time of the decision, in UTC.
    pub decided_at: Option<DateTime<Utc>>,
    /// Reason of the decision; empty if none was given.
    pub decision_note: String,
}

/// Lists the guarantees of a contract, oldest first.
///
/// # Errors
/// `NotFound` for a contract that the caller may not see; `Malformed` for an unknown cursor.
pub fn list(app: &App, caller: &Caller, contract: &str, page: &Page) -> Result<Paged<GuaranteeView>, Error> {
    parts::list(app, caller, contract, page, |connection, _, found| {
        let claims = rows::claims_of(connection, &found.iter().map(|one: &Guarantee| one.id).collect::<Vec<_>>())?;
        views(connection, &RegisterVersion::default(), (found, &claims))
    })
}

/// Builds the views of guarantees with their claims and the names of the people involved.
pub(in crate::services) fn views(
    connection: &mut AnyConnection,
    registers: &RegisterVersion,
    (guarantees, claims): (Vec<Guarantee>, &[GuaranteeClaim]),
) -> Result<Vec<GuaranteeView>, Error> {
    let of_guarantees = guarantees
        .iter()
        .flat_map(|one| [Some(one.recorded_by.0), one.recorded_for, one.returned_by, one.returned_for]);
    let of_claims =
        claims.iter().flat_map(|one| [Some(one.proposed_by.0), one.proposed_for, one.decided_by, one.decided_for]);
    let names = Names::remembered(connection, registers, of_guarantees.chain(of_claims))?;
    let view = |one: Guarantee| {
        let own = claims.iter().filter(|claim| claim.guarantee_id == one.id);
        let claimed = own.map(|claim| claim_view(claim, &names)).collect();
        let outstanding_fen = with_claims(one.clone(), claims).outstanding_fen();
        GuaranteeView {
            kind: one.kind,
            state: one.state,
            amount: Sum::from_fen(one.amount_fen.into()),
            outstanding: Sum::from_fen(outstanding_fen.into()),
            issuer: one.issuer,
            number: one.number,
            valid_from: one.valid_from,
            valid_until: one.valid_until,
            return_on: one.return_on,
            recorded_by: names.of(one.recorded_by),
            recorded_for: names.find(one.recorded_for),
            recorded_at: one.recorded_at.and_utc(),
            returned_on: one.returned_on,
            returned_by: names.find(one.returned_by),
            returned_for: names.find(one.returned_for),
            reason: one.return_note,
            claims: claimed,
            id: one.public_id,
        }
    };
    Ok(guarantees.into_iter().map(view).collect())
}

fn claim_view(claim: &GuaranteeClaim, names: &Names) -> GuaranteeClaimView {
    GuaranteeClaimView {
        amount: Sum::from_fen(claim.amount_fen.into()),
        purpose: claim.purpose,
        state: claim.state,
        reason: claim.reason.clone(),
        proposed_by: names.of(claim.proposed_by),
        proposed_for: names.find(claim.proposed_for),
        proposed_at: claim.proposed_at.and_utc(),
        decided_by: names.find(claim.decided_by),
        decided_for: names.find(claim.decided_for),
        decided_at: claim.decided_at.map(|at| at.and_utc()),
        decision_note: claim.decision_note.clone(),
    }
}
