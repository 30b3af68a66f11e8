//! Rows of publications, by which contracts become public, and the list of published contracts. The public view is
//! built elsewhere.

use chrono::{NaiveDate, NaiveDateTime};
use diesel::dsl::exists;
use diesel::prelude::*;

use crate::domain::codes::PublicationState;
use crate::schema::{contract_pairs, contracts, publications};
use crate::storage::Result;
use crate::storage::backend::AnyConnection;
use crate::storage::contract_rows::contract_row_readers;
use crate::storage::contracts::Contract;
use crate::storage::ids::{ContractId, OrganisationId, PersonId, PublicationId};
use crate::storage::write::Context;

/// A publication.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = publications)]
pub struct Publication {
    pub id: PublicationId,
    /// Random identifier, used in addresses.
    pub public_id: String,
    pub contract_id: ContractId,
    /// Address of the official notice.
    pub notice_url: String,
    /// Day of the official notice.
    pub notice_on: NaiveDate,
    /// Outcome of the secrecy review; never shown to the public.
    pub review: String,
    #[diesel(deserialize_as = String)]
    pub state: PublicationState,
    pub proposed_by: PersonId,
    /// Person represented, if a deputy made the proposal.
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
    pub withdrawn_by: Option<i64>,
    /// Person represented, if a deputy withdrew the publication.
    pub withdrawn_for: Option<i64>,
    /// Time of the withdrawal, in UTC.
    pub withdrawn_at: Option<NaiveDateTime>,
    /// Reason of the withdrawal; empty before.
    pub withdrawal_note: String,
}

contract_row_readers!(publications, Publication);

/// A publication to insert in the state `proposed`.
#[derive(Debug, Clone)]
pub struct NewPublication<'a> {
    /// Random identifier, used in addresses.
    pub public_id: &'a str,
    pub contract_id: ContractId,
    /// Address of the official notice.
    pub notice_url: &'a str,
    /// Day of the official notice.
    pub notice_on: NaiveDate,
    /// Outcome of the secrecy review.
    pub review: &'a str,
}

/// Inserts a publication that waits for a leader.
pub fn insert(connection: &mut AnyConnection, context: &Context, new: &NewPublication<'_>, by: PersonId) -> Result<()> {
    diesel::insert_into(publications::table)
        .values((
            publications::public_id.eq(new.public_id),
            publications::contract_id.eq(new.contract_id),
            publications::notice_url.eq(new.notice_url),
            publications::notice_on.eq(new.notice_on),
            publications::review.eq(new.review),
            publications::state.eq(PublicationState::Proposed.as_str()),
            publications::proposed_by.eq(by),
            publications::proposed_for.eq(context.on_behalf_of.map(|id| id.0)),
            publications::proposed_at.eq(context.now),
            publications::decision_note.eq(""),
            publications::withdrawal_note.eq(""),
        ))
        .execute(connection)?;
    Ok(())
}

/// Stores the decision on a publication.
pub fn record_decision(
    connection: &mut AnyConnection,
    context: &Context,
    publication: PublicationId,
    (state, by, note): (PublicationState, PersonId, &str),
) -> Result<()> {
    diesel::update(publications::table.find(publication.0))
        .set((
            publications::state.eq(state.as_str()),
            publications::decided_by.eq(Some(by.0)),
            publications::decided_for.eq(context.on_behalf_of.map(|id| id.0)),
            publications::decided_at.eq(Some(context.now)),
            publications::decision_note.eq(note),
        ))
        .execute(connection)?;
    Ok(())
}

/// Stores the withdrawal of a publication, with its reason.
pub fn record_withdrawal(
    connection: &mut AnyConnection,
    context: &Context,
    publication: PublicationId,
    (by, reason): (PersonId, &str),
) -> Result<()> {
    diesel::update(publications::table.find(publication.0))
        .set((
            publications::state.eq(PublicationState::Withdrawn.as_str()),
            publications::withdrawn_by.eq(Some(by.0)),
            publications::withdrawn_for.eq(context.on_behalf_of.map(|id| id.0)),
            publications::withdrawn_at.eq(Some(context.now)),
            publications::withdrawal_note.eq(reason),
        ))
        .execute(connection)?;
    Ok(())
}

/// Loads the publication of a contract that is proposed or in effect.
pub fn current_of(connection: &mut AnyConnection, contract: ContractId) -> Result<Option<Publication>> {
    let states = [PublicationState::Proposed.as_str(), PublicationState::Published.as_str()];
    Ok(publications::table
        .filter(publications::contract_id.eq(contract.0))
        .filter(publications::state.eq_any(states))
        .order(publications::id.desc())
        .select(Publication::as_select())
        .first(connection)
        .optional()?)
}

/// Filters of the list of published contracts; absent filters do not narrow the list.
#[derive(Debug, Default, Clone)]
pub struct Filter {
    /// Only contracts that have all these search words (`contracts::search`).
    pub pairs: Vec<String>,
    /// Only contracts of this contractor.
    pub contractor: Option<OrganisationId>,
    /// Only contracts of purchasers in these regions.
    pub regions: Option<Vec<i64>>,
    /// Only contracts that start in this year.
    pub year: Option<i32>,
}

/// Returns the contracts that are published, newest publication first, from below a key of `publications`.
pub fn published(
    connection: &mut AnyConnection,
    filter: &Filter,
    before: i64,
    limit: i64,
) -> Result<Vec<(Publication, Contract)>> {
    let mut query = publications::table
        .inner_join(contracts::table)
        .filter(publications::state.eq(PublicationState::Published.as_str()))
        .filter(publications::id.lt(before))
        .order(publications::id.desc())
        .limit(limit)
        .select((Publication::as_select(), Contract::as_select()))
        .into_boxed();
    if let Some(contractor) = filter.contractor {
        query = query.filter(contracts::contractor_id.eq(contractor.0));
    }
    if let Some(regions) = &filter.regions {
        query = query.filter(contracts::region_id.eq_any(regions.clone()));
    }
    if let Some(year) = filter.year {
        query = query.filter(contracts::year.eq(year));
    }
    for pair in &filter.pairs {
        let has = contract_pairs::table
            .filter(contract_pairs::pair.eq(pair.clone()))
            .filter(contract_pairs::contract_id.eq(contracts::id));
        query = query.filter(exists(has));
    }
    Ok(query.load(connection)?)
}

/// Loads a published contract by the contract's random identifier.
pub fn published_contract(connection: &mut AnyConnection, contract: &str) -> Result<Option<(Publication, Contract)>> {
    Ok(publications::table
        .inner_join(contracts::table)
        .filter(contracts::public_id.eq(contract))
        .filter(publications::state.eq(PublicationState::Published.as_str()))
        .select((Publication::as_select(), Contract::as_select()))
        .first(connection)
        .optional()?)
}
