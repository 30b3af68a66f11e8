//! Approval chains: the steps that the payment requests of a finance bureau pass. `services::payments::approval_chains`
//! decides.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::NaiveDate;
use diesel::prelude::*;

use crate::domain::approval_chains::{ApprovalChain, ChainStep, ChainSubject};
use crate::domain::codes::ProposalState;
use crate::error::Error;
use crate::schema::approval_chains;
use crate::storage::Result;
use crate::storage::backend::AnyConnection;
use crate::storage::ids::{OrganisationId, PersonId};
use crate::storage::register_rows::setting_rows;
use crate::storage::registry::version::{Memory, RegisterVersion};
use crate::storage::write::Context;

/// A stored chain.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = approval_chains)]
pub struct ChainRow {
    /// Random identifier, used in addresses.
    pub public_id: String,
    /// The finance bureau that has the chain.
    pub funder_id: OrganisationId,
    #[diesel(deserialize_as = String)]
    pub subject: ChainSubject,
    /// Steps in order, as JSON.
    pub steps: String,
    /// First day of what passes the chain.
    pub from_on: NaiveDate,
    pub document_no: String,
    #[diesel(deserialize_as = String)]
    pub state: ProposalState,
}

impl ChainRow {
    /// Reads the steps.
    ///
    /// # Errors
    /// `Internal` for steps that this program did not write.
    pub fn steps(&self) -> Result<Vec<ChainStep>> {
        serde_json::from_str(&self.steps).map_err(|error| Error::Internal(format!("steps of a chain: {error}")))
    }
}

setting_rows!(approval_chains, ChainRow);

/// A chain to insert, proposed by the acting person.
#[derive(Debug)]
pub struct NewApprovalChain<'a> {
    pub public_id: &'a str,
    pub funder: OrganisationId,
    pub subject: ChainSubject,
    /// Steps in order, as JSON.
    pub steps: &'a str,
    pub from_on: NaiveDate,
    pub document_no: &'a str,
}

/// Approved chains, by the finance bureau that has them.
#[derive(Debug, Default)]
pub struct ApprovalChains(BTreeMap<OrganisationId, Vec<ApprovalChain>>);

impl ApprovalChains {
    /// Returns the chains of a finance bureau, in the order of their proposals.
    pub fn of(&self, funder: OrganisationId) -> &[ApprovalChain] {
        self.0.get(&funder).map_or(&[], Vec::as_slice)
    }

    /// Returns the chains of all finance bureaus that have any.
    pub fn all(&self) -> impl Iterator<Item = (OrganisationId, &[ApprovalChain])> {
        self.0.iter().map(|(funder, own)| (*funder, own.as_slice()))
    }
}

/// Inserts a proposed chain.
pub fn insert(
    connection: &mut AnyConnection,
    context: &Context,
    new: &NewApprovalChain<'_>,
    by: PersonId,
) -> Result<()> {
    diesel::insert_into(approval_chains::table)
        .values((
            approval_chains::public_id.eq(new.public_id),
            approval_chains::funder_id.eq(new.funder.0),
            approval_chains::subject.eq(new.subject.as_str()),
            approval_chains::steps.eq(new.steps),
            approval_chains::from_on.eq(new.from_on),
            approval_chains::document_no.eq(new.document_no),
            approval_chains::state.eq(ProposalState::Proposed.as_str()),
            approval_chains::proposed_by.eq(by),
            approval_chains::proposed_for.eq(context.on_behalf_of.map(|id| id.0)),
            approval_chains::proposed_at.eq(context.now),
        ))
        .execute(connection)?;
    Ok(())
}

/// Returns the chains of a finance bureau that wait for their approval.
pub fn waiting(connection: &mut AnyConnection, funder: OrganisationId) -> Result<Vec<ChainRow>> {
    Ok(approval_chains::table
        .filter(approval_chains::funder_id.eq(funder.0))
        .filter(approval_chains::state.eq(ProposalState::Proposed.as_str()))
        .order(approval_chains::id)
        .select(ChainRow::as_select())
        .load(connection)?)
}

/// Returns the approved chains of all finance bureaus, from memory where the registers have not changed since. They are
/// few, so contracts of several bureaus need one query.
pub fn remembered(connection: &mut AnyConnection, version: &RegisterVersion) -> Result<Arc<ApprovalChains>> {
    static CHAINS: Memory<(), Arc<ApprovalChains>> = Memory::new();
    CHAINS.get_or_load(version, (), || {
        let found: Vec<ChainRow> = approval_chains::table
            .filter(approval_chains::state.eq(ProposalState::Approved.as_str()))
            .order(approval_chains::id)
            .select(ChainRow::as_select())
            .load(connection)?;
        let mut chains = ApprovalChains::default();
        for row in found {
            let chain = ApprovalChain { subject: row.subject, from_on: row.from_on, steps: row.steps()? };
            chains.0.entry(row.funder_id).or_default().push(chain);
        }
        Ok(Arc::new(chains))
    })
}
