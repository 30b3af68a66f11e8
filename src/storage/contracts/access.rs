//! Access to contracts: one row of `contract_access` for each organisation that may see a contract.
//!
//! `domain::visibility` decides who may see a contract. Each row repeats the columns that lists filter by, so every
//! list of an organisation walks one index. `luyue check` derives the rows again and compares.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use diesel::prelude::*;

use crate::domain::codes::Function;
use crate::domain::visibility::{Jurisdiction, Reach, may_see, reach};
use crate::schema::{contract_access, contracts, organisations, regions};
use crate::storage::Result;
use crate::storage::backend::AnyConnection;
use crate::storage::contracts::Contract;
use crate::storage::ids::{ContractId, OrganisationId, RegionId};
use crate::storage::registry::version::{Memory, RegisterVersion};
use crate::storage::statements::insert_few;

/// The part of an organisation that decides which contracts it may see.
#[derive(Debug, Clone, Queryable)]
pub struct Bureau {
    pub id: OrganisationId,
    #[diesel(deserialize_as = String)]
    pub function: Function,
    /// Path of the organisation's region; `None` without a region.
    pub path: Option<String>,
}

impl Bureau {
    fn jurisdiction(&self) -> Jurisdiction<'_> {
        Jurisdiction { function: self.function, path: self.path.as_deref() }
    }
}

/// Columns that an access row repeats from its contract.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = contracts)]
pub struct Repeated {
    /// Stored text of the contract's state.
    pub state: String,
    /// Calendar year in which the term starts.
    pub year: i32,
    /// First day on which a task of either side is due.
    pub next_task_on: NaiveDate,
}

/// Keys of purchaser, funder and contractor.
pub type Parties = (OrganisationId, OrganisationId, OrganisationId);

/// Contracts per batch: with three bound values each, well below SQLite's limit for one statement.
const BATCH: i64 = 1000;

/// Returns all bureaus and the one named contractor.
pub fn bureaus(connection: &mut AnyConnection, contractor: OrganisationId) -> Result<Vec<Bureau>> {
    Ok(organisations::table
        .left_join(regions::table)
        .filter(organisations::function.ne(Function::Contractor.as_str()).or(organisations::id.eq(contractor)))
        .order(organisations::id)
        .select((organisations::id, organisations::function, regions::path.nullable()))
        .load(connection)?)
}

/// The contracts that some bureaus may see, by purchaser and funder; for sums over many contracts, which read no access
/// rows.
#[derive(Debug)]
pub struct Sight {
    bureaus: BTreeMap<OrganisationId, Bureau>,
    seeing: Vec<OrganisationId>,
}

impl Sight {
    /// Loads the bureaus and their regions. A contractor sees nothing this way.
    pub fn load(connection: &mut AnyConnection, seeing: &[OrganisationId]) -> Result<Self> {
        let bureaus = bureaus(connection, OrganisationId(0))?.into_iter().map(|bureau| (bureau.id, bureau)).collect();
        Ok(Self { bureaus, seeing: seeing.to_vec() })
    }

    /// Returns whether one of the bureaus may see the contracts between a purchaser and a funder.
    pub fn has(&self, purchaser: OrganisationId, funder: OrganisationId) -> bool {
        let find = |id: OrganisationId| self.bureaus.get(&id).map(Bureau::jurisdiction);
        let sees = |id: &OrganisationId| {
            find(*id).is_some_and(|own| may_see((*id, own), (purchaser, funder, OrganisationId(0)), find))
        };
        self.seeing.iter().any(sees)
    }

    /// Returns the purchasers of whose contracts the bureaus may see some: of a finance bureau any, since it may fund
    /// them; of another bureau those of regions around or within its own.
    pub fn purchasers(&self) -> Vec<i64> {
        let seeing: Vec<&Bureau> = self.seeing.iter().filter_map(|id| self.bureaus.get(id)).collect();
        let may = |purchaser: &&Bureau| {
            let near = |own: &&Bureau| match (&own.path, &purchaser.path) {
                (Some(own), Some(other)) => own.starts_with(other.as_str()) || other.starts_with(own.as_str()),
                _ => false,
            };
            seeing.iter().any(|own| own.id == purchaser.id || own.function == Function::Finance || near(own))
        };
        self.bureaus.values().filter(may).map(|bureau| bureau.id.0).collect()
    }
}

/// Returns the organisations that may see a contract.
pub fn viewers(connection: &mut AnyConnection, contract: &Contract) -> Result<Vec<OrganisationId>> {
    let bureaus = bureaus(connection, contract.contractor_id)?;
    Ok(viewers_among(&bureaus, (contract.purchaser_id, contract.funder_id, contract.contractor_id)))
}

/// Returns those of `bureaus` that may see a contract between these parties.
pub fn viewers_among(bureaus: &[Bureau], parties: Parties) -> Vec<OrganisationId> {
    let find = |id: OrganisationId| bureaus.iter().find(|bureau| bureau.id == id).map(Bureau::jurisdiction);
    let seeing = bureaus.iter().filter(|bureau| may_see((bureau.id, bureau.jurisdiction()), parties, find));
    seeing.map(|bureau| bureau.id).collect()
}

/// Returns the organisations that may see a contract between these parties, from memory if the registers have not
/// changed since.
pub fn remembered_viewers(
    connection: &mut AnyConnection,
    version: &RegisterVersion,
    parties: Parties,
) -> Result<Vec<OrganisationId>> {
    static VIEWERS: Memory<Parties, Vec<OrganisationId>> = Memory::new();
    VIEWERS.get_or_load(version, parties, || Ok(viewers_among(&bureaus(connection, parties.2)?, parties)))
}

/// Replaces the access rows of a contract.
pub fn replace(connection: &mut AnyConnection, contract: &Contract) -> Result<()> {
    let repeated = load_repeated(connection, contract.id)?;
    let viewers = viewers(connection, contract)?;
    let rows: Vec<_> = viewers.into_iter().map(|organisation| (organisation, contract.id, repeated.clone())).collect();
    diesel::delete(contract_access::table.filter(contract_access::contract_id.eq(contract.id.0)))
        .execute(connection)?;
    insert(connection, &rows)
}

/// Inserts access rows.
pub fn insert(connection: &mut AnyConnection, rows: &[(OrganisationId, ContractId, Repeated)]) -> Result<()> {
    insert_few!(connection, contract_access::table, rows, |(organisation, contract, repeated)| {
        (
            contract_access::organisation_id.eq(organisation.0),
            contract_access::contract_id.eq(contract.0),
            contract_access::state.eq(&repeated.state),
            contract_access::year.eq(repeated.year),
            contract_access::next_task_on.eq(repeated.next_task_on),
        )
    });
    Ok(())
}

/// Replaces the access rows of an organisation after it was added or its function or region changed. Reads, in batches
/// by key, the contracts of the regions within its reach and those to which it is a party.
pub fn replace_for_organisation(connection: &mut AnyConnection, organisation: OrganisationId) -> Result<()> {
    diesel::delete(contract_access::table.filter(contract_access::organisation_id.eq(organisation.0)))
        .execute(connection)?;
    let bureaus: BTreeMap<OrganisationId, Bureau> =
        bureaus(connection, organisation)?.into_iter().map(|bureau| (bureau.id, bureau)).collect();
    let Some(own) = bureaus.get(&organisation) else { return Ok(()) };
    let find = |id: OrganisationId| bureaus.get(&id).map(Bureau::jurisdiction);
    let regions = load_regions_in_reach(connection, own.jurisdiction())?;
    let mut after = 0;
    loop {
        let batch: Vec<(ContractId, Repeated, Parties)> = contracts::table
            .filter(contracts::id.gt(after))
            .filter(
                contracts::region_id
                    .eq_any(regions.iter().map(|id| id.0))
                    .or(contracts::purchaser_id.eq(organisation.0))
                    .or(contracts::funder_id.eq(organisation.0))
                    .or(contracts::contractor_id.eq(organisation.0)),
            )
            .order(contracts::id)
            .limit(BATCH)
            .select((
                contracts::id,
                Repeated::as_select(),
                (contracts::purchaser_id, contracts::funder_id, contracts::contractor_id),
            ))
            .load(connection)?;
        let Some((last, _, _)) = batch.last() else { return Ok(()) };
        after = last.0;
        let rows: Vec<_> = batch
            .into_iter()
            .filter(|(_, _, parties)| may_see((organisation, own.jurisdiction()), *parties, find))
            .map(|(id, repeated, _)| (organisation, id, repeated))
            .collect();
        insert(connection, &rows)?;
    }
}

/// Loads the regions whose purchasers a bureau can see.
fn load_regions_in_reach(connection: &mut AnyConnection, own: Jurisdiction<'_>) -> Result<Vec<RegionId>> {
    let Some(path) = own.path else { return Ok(Vec::new()) };
    let query = regions::table.select(regions::id).into_boxed();
    let query = match reach(own.function) {
        Reach::RegionsAbove => {
            let above: Vec<String> = path.match_indices('/').map(|(at, _)| path[..=at].to_owned()).collect();
            query.filter(regions::path.eq_any(above))
        }
        Reach::RegionsBelow => {
            query.filter(regions::path.ge(path.to_owned())).filter(regions::path.lt(format!("{path}\u{10FFFF}")))
        }
    };
    Ok(query.load(connection)?)
}

/// Returns the access rows of a contract.
pub fn of_contract(connection: &mut AnyConnection, contract: ContractId) -> Result<Vec<(OrganisationId, Repeated)>> {
    Ok(contract_access::table
        .filter(contract_access::contract_id.eq(contract.0))
        .order(contract_access::organisation_id)
        .select((
            contract_access::organisation_id,
            (contract_access::state, contract_access::year, contract_access::next_task_on),
        ))
        .load(connection)?)
}

/// Returns the columns that the access rows of a contract must repeat.
pub fn load_repeated(connection: &mut AnyConnection, contract: ContractId) -> Result<Repeated> {
    Ok(contracts::table.find(contract.0).select(Repeated::as_select()).first(connection)?)
}
