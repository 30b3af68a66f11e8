//! The audience of a task: the people who can take it now.
//!
//! These are the holders and deputies of the task's role, except those barred by an earlier step: no one takes two
//! steps of one payment request or amendment, endorses or decides on their own change request, decides on their own
//! publication, suspension, claim or write-off, decides at finance on the reversal of their own record, makes their own evaluation final, or
//! answers an objection to their own decision. If
//! no one remains, all of them are notified of the task, so that they can delegate it.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use crate::domain::codes::{ObjectionState, Role};
use crate::domain::evaluations::EvaluationState;
use crate::domain::guarantees::ClaimState;
use crate::domain::payments::{Actor, is_open, may_follow};
use crate::error::Error;
use crate::services::change_requests::{actors, recorders};
use crate::services::evaluations::steps::authors;
use crate::services::guarantees;
use crate::services::objections::subject::deciders;
use crate::services::payments::barred_by;
use crate::services::recoveries;
use crate::storage::ids::{OrganisationId, PersonId};
use crate::storage::notifications::recipients::{self, Recipient, RoleHolder};
use crate::storage::payments::Requested;
use crate::storage::{
    AnyConnection, amendments, change_requests, evaluations, guarantees as stored_guarantees, objections, payments,
    publications, recoveries as stored_recoveries, suspensions,
};

/// The holders and deputies of roles, and the people who took earlier steps on payment requests and change requests.
pub struct Audience {
    holders: Vec<RoleHolder>,
    acted: BTreeMap<String, Vec<Actor<i64>>>,
}

impl Audience {
    /// Loads the audience of roles of organisations on a day, with a fixed number of queries. `payment_ids` and
    /// `request_ids` are the random identifiers of the payment requests, and of the change requests, amendments,
    /// objections, publications, suspensions, guarantees, write-offs and evaluations, that tasks are about.
    ///
    /// # Errors
    /// Database errors.
    pub fn load(
        connection: &mut AnyConnection,
        organisations: &[OrganisationId],
        roles: &[Role],
        (payment_ids, request_ids): (&[&str], &[&str]),
        day: NaiveDate,
    ) -> Result<Self, Error> {
        let holders = recipients::recipients(connection, organisations, roles, day)?;
        let requested = payments::with_steps(connection, payment_ids)?;
        Self::of_requests(connection, holders, &requested, request_ids)
    }

    /// Loads the audience among given holders of roles, given payment requests with their steps.
    ///
    /// # Errors
    /// Database errors.
    pub fn of_requests(
        connection: &mut AnyConnection,
        holders: Vec<RoleHolder>,
        requested: &[Requested],
        request_ids: &[&str],
    ) -> Result<Self, Error> {
        let mut acted: BTreeMap<String, Vec<Actor<i64>>> = BTreeMap::new();
        for Requested { request, steps } in requested {
            if is_open(request.state) {
                acted.insert(request.public_id.clone(), barred_by(steps.clone(), request.state));
            }
        }
        if !request_ids.is_empty() {
            add_actors(connection, request_ids, &mut acted)?;
        }
        Ok(Self { holders, acted })
    }

    /// Returns the people who act in a role of an organisation and may act on `about`, which is an identifier or a
    /// code.
    pub fn of(&self, organisation: OrganisationId, role: Role, about: &str) -> Vec<&Recipient> {
        let before = self.acted.get(about).map(Vec::as_slice).unwrap_or_default();
        let is_free = |holder: &&RoleHolder| {
            let person = holder.person.person_id;
            let holder = holder.holder;
            may_follow(before, &Actor { person: person.0, on_behalf_of: (holder != person).then_some(holder.0) })
        };
        let all = || self.holders.iter().filter(|holder| (holder.organisation, holder.role) == (organisation, role));
        let free: Vec<&Recipient> = all().filter(is_free).map(|holder| &holder.person).collect();
        if free.is_empty() { all().map(|holder| &holder.person).collect() } else { free }
    }

    /// Returns whether a person is in the audience of a task.
    pub fn includes(&self, person: PersonId, organisation: OrganisationId, role: Role, about: &str) -> bool {
        self.of(organisation, role, about).iter().any(|recipient| recipient.person_id == person)
    }
}

/// Adds the people who are barred by an earlier step on change requests, amendments, objections, publications,
/// suspensions, guarantees, write-offs and evaluations, by identifier.
fn add_actors(
    connection: &mut AnyConnection,
    request_ids: &[&str],
    acted: &mut BTreeMap<String, Vec<Actor<i64>>>,
) -> Result<(), Error> {
    let amended = amendments::by_public_ids(connection, request_ids)?;
    let keys: Vec<_> = amended.iter().map(|amendment| amendment.id).collect();
    for (key, step) in amendments::load_steps(connection, &keys)? {
        if let Some(amendment) = amended.iter().find(|amendment| amendment.id == key) {
            let actor = Actor { person: step.person_id.0, on_behalf_of: step.for_id };
            acted.entry(amendment.public_id.clone()).or_default().push(actor);
        }
    }
    let requests = change_requests::by_public_ids(connection, request_ids)?;
    for (request, recorder) in recorders(connection, &requests)? {
        acted.entry(request).or_default().push(recorder);
    }
    for request in requests {
        let barred = actors(&request);
        acted.entry(request.public_id).or_default().extend(barred);
    }
    for publication in publications::by_public_ids(connection, request_ids)? {
        let actor = Actor { person: publication.proposed_by.0, on_behalf_of: publication.proposed_for };
        acted.insert(publication.public_id, vec![actor]);
    }
    for step in suspensions::by_public_ids(connection, request_ids)? {
        let actor = Actor { person: step.proposed_by.0, on_behalf_of: step.proposed_for };
        acted.insert(step.public_id, vec![actor]);
    }
    let held = stored_guarantees::by_public_ids(connection, request_ids)?;
    let keys: Vec<_> = held.iter().map(|guarantee| guarantee.id).collect();
    for claim in stored_guarantees::claims_of(connection, &keys)? {
        let guarantee = held.iter().find(|guarantee| guarantee.id == claim.guarantee_id);
        if let Some(guarantee) = guarantee.filter(|_| claim.state == ClaimState::Proposed) {
            acted.insert(guarantee.public_id.clone(), vec![guarantees::proposer(&claim)]);
        }
    }
    for recovery in stored_recoveries::by_public_ids(connection, request_ids)? {
        let actor = recoveries::proposer(&recovery);
        acted.insert(recovery.public_id, vec![actor]);
    }
    let mut evaluated = evaluations::by_public_ids(connection, request_ids)?;
    evaluated.retain(|evaluation| evaluation.state == EvaluationState::Proposed);
    let keys: Vec<_> = evaluated.iter().map(|evaluation| evaluation.id).collect();
    let steps = evaluations::load_steps(connection, &keys)?;
    for evaluation in evaluated {
        let own = steps.iter().filter(|(key, _)| *key == evaluation.id);
        let own: Vec<_> = own.map(|(_, step)| step.clone()).collect();
        acted.insert(evaluation.public_id, authors(&own).collect());
    }
    for objection in objections::by_public_ids(connection, request_ids)? {
        if objection.state == ObjectionState::Open {
            let barred = deciders(&objection)?;
            acted.insert(objection.public_id, barred);
        }
    }
    Ok(())
}
