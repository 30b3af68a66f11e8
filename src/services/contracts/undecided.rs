//! Undecided matters of a contract: requests, consents, claims and records that wait for someone. Together with terms,
//! facts and payment requests they are what tasks are derived from (`projections`).

use crate::clock::civil_day;
use crate::domain::amendments::{self as rules, OpenAmendment};
use crate::domain::codes::{ContractState, FactKind, ProposalState, PublicationState, Role};
use crate::domain::evaluations::OpenEvaluation;
use crate::domain::guarantees::Guarantee;
use crate::domain::publications::OpenPublication;
use crate::domain::recoveries::{Recovery, has_ended};
use crate::domain::service_records::WaitingRecords;
use crate::domain::suspensions::OpenSuspension;
use crate::error::Error;
use crate::services::contracts::record::ContractRecord;
use crate::services::evaluations::awaited_by;
use crate::services::guarantees;
use crate::services::recoveries;
use crate::storage::change_requests::{self, ChangeRequest};
use crate::storage::ids::OrganisationId;
use crate::storage::objections::{self, Objection};
use crate::storage::registry::organisations;
use crate::storage::{AnyConnection, amendments, evaluations, publications, records, suspensions};

/// Service records that wait for a justice station, with the key of the station.
pub type Awaited = (OrganisationId, WaitingRecords);

/// Everything of a contract that may wait for someone, except its payment requests.
#[derive(Debug, Default)]
pub struct Undecided {
    pub change_requests: Vec<ChangeRequest>,
    pub amendments: Vec<OpenAmendment>,
    pub objections: Vec<Objection>,
    pub records: Vec<Awaited>,
    pub publication: Option<OpenPublication>,
    pub suspension: Option<OpenSuspension>,
    pub guarantees: Vec<Guarantee>,
    pub recoveries: Vec<Recovery>,
    pub evaluations: Vec<OpenEvaluation>,
    /// Role whose sign-off a submitted contract waits for.
    pub sign_off: Option<Role>,
}

impl Undecided {
    /// Loads all of it.
    ///
    /// # Errors
    /// Database errors.
    pub fn load(connection: &mut AnyConnection, record: &ContractRecord) -> Result<Self, Error> {
        let (guarantees, recoveries) = guarantees_and_recoveries(connection, record)?;
        Ok(Self {
            change_requests: change_requests::of_contract(connection, record.contract.id)?,
            amendments: open_amendments(connection, record)?,
            objections: objections::of_contract(connection, record.contract.id)?,
            records: waiting_records(connection, record)?,
            publication: open_publication(connection, record)?,
            suspension: open_suspension(connection, record)?,
            guarantees,
            recoveries,
            evaluations: open_evaluations(connection, record)?,
            sign_off: None,
        })
    }
}

/// Loads the stations for which service records of a contract wait.
fn waiting_records(connection: &mut AnyConnection, record: &ContractRecord) -> Result<Vec<Awaited>, Error> {
    let waiting = records::waiting(connection, record.contract.id)?;
    if waiting.is_empty() {
        return Ok(Vec::new());
    }
    let batches = records::batches_by_ids(connection, &waiting.iter().map(|(_, batch)| *batch).collect::<Vec<_>>())?;
    let stations = organisations::by_ids(connection, &waiting.iter().map(|(id, _)| *id).collect::<Vec<_>>())?;
    let found = stations.into_iter().filter_map(|station| {
        let own = waiting.iter().filter(|(id, _)| *id == station.id);
        let own = own.flat_map(|(_, of)| batches.iter().filter(move |batch| batch.id == *of));
        let since = civil_day(own.map(|batch| batch.recorded_at).min()?);
        Some((station.id, WaitingRecords { station: station.code, since }))
    });
    Ok(found.collect())
}

/// Loads the guarantees of a contract, and the steps of the recovery once the contract was ended.
fn guarantees_and_recoveries(
    connection: &mut AnyConnection,
    record: &ContractRecord,
) -> Result<(Vec<Guarantee>, Vec<Recovery>), Error> {
    let id = record.contract.id;
    // Amounts stay received when the end of a contract is reversed.
    let was_ended = has_ended(record.contract.state) || record.rows.iter().any(|row| row.kind == FactKind::End);
    let recoveries = if was_ended { recoveries::load(connection, id)? } else { Vec::new() };
    Ok((guarantees::load(connection, id)?, recoveries))
}

/// Loads the publication of a contract that waits for a leader.
fn open_publication(connection: &mut AnyConnection, record: &ContractRecord) -> Result<Option<OpenPublication>, Error> {
    let current = publications::current_of(connection, record.contract.id)?;
    let proposed = current.filter(|publication| publication.state == PublicationState::Proposed);
    Ok(proposed.map(|publication| OpenPublication {
        proposed_on: civil_day(publication.proposed_at),
        id: publication.public_id,
    }))
}

/// Loads the suspension or resumption of a contract in force that waits for a leader.
fn open_suspension(connection: &mut AnyConnection, record: &ContractRecord) -> Result<Option<OpenSuspension>, Error> {
    if record.contract.state != ContractState::Active {
        return Ok(None);
    }
    let last = suspensions::of_contract(connection, record.contract.id)?.pop();
    let proposed = last.filter(|step| step.state == ProposalState::Proposed);
    Ok(proposed.map(|step| OpenSuspension { proposed_on: civil_day(step.proposed_at), id: step.public_id }))
}

/// Loads the evaluations of a contract that wait for a step.
fn open_evaluations(connection: &mut AnyConnection, record: &ContractRecord) -> Result<Vec<OpenEvaluation>, Error> {
    let open = evaluations::open_of_contract(connection, record.contract.id)?;
    let steps = evaluations::load_steps(connection, &open.iter().map(|evaluation| evaluation.id).collect::<Vec<_>>())?;
    let waiting = open.iter().filter_map(|evaluation| {
        let own = steps.iter().filter(|(key, _)| *key == evaluation.id);
        awaited_by(evaluation, &own.map(|(_, step)| step.clone()).collect::<Vec<_>>())
    });
    Ok(waiting.collect())
}

/// Loads the amendments of a contract in force that wait for a consent, each with the day of its last step.
fn open_amendments(connection: &mut AnyConnection, record: &ContractRecord) -> Result<Vec<OpenAmendment>, Error> {
    if record.contract.state != ContractState::Active {
        return Ok(Vec::new());
    }
    let mut open = amendments::of_contract(connection, record.contract.id)?;
    open.retain(|amendment| rules::is_open(amendment.state));
    let steps = amendments::load_steps(connection, &open.iter().map(|amendment| amendment.id).collect::<Vec<_>>())?;
    let since = |id| steps.iter().rfind(|(of, _)| *of == id).map(|(_, step)| civil_day(step.at));
    let opened = open.into_iter().map(|amendment| OpenAmendment {
        since: since(amendment.id).unwrap_or(amendment.effective_on),
        id: amendment.public_id,
        state: amendment.state,
        effective_on: amendment.effective_on,
    });
    Ok(opened.collect())
}
