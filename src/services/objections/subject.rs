//! The thing that an objection is about: whether the contract has it, who decided, and which act would correct it.

use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::clock::civil_day;
use crate::domain::codes::{FactKind, ObjectionState, Role};
use crate::domain::objections::{self, Objected, OpenObjection};
use crate::domain::payments::Actor;
use crate::domain::standing::{BreachStanding, MilestoneState, Standing};
use crate::domain::subject::BreachKey;
use crate::error::{Error, Message};
use crate::services::contracts::record::{ContractRecord, stored};
use crate::storage::contracts::facts::FactRow;
use crate::storage::objections::Objection;

/// Kinds of fact that decide on something to which a contractor may object.
const DECIDING: &[FactKind] =
    &[FactKind::Decision, FactKind::Score, FactKind::Incident, FactKind::Headcount, FactKind::Survey];

/// The thing objected to, as found in the contract.
pub(super) struct Found {
    /// People who decided, according to the facts.
    pub deciders: Vec<Actor<i64>>,
    /// Identifiers of the change requests whose grant recorded these facts.
    pub requests: Vec<String>,
    /// Number of the decision or score.
    pub fact_seq: Option<i64>,
}

/// The act that would correct the matter of an upheld objection.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Correction {
    /// `waiver` or `reversal`.
    pub act: String,
    /// The subject of the act: the breach, or the number of the fact.
    pub subject: String,
}

/// Returns the refusal for a thing that the contract does not have.
pub(super) fn unknown() -> Error {
    Error::refused_at("objection-subject", "subject", Message::new("objection-subject-unknown"))
}

/// Finds a thing in the contract's facts and standing.
///
/// # Errors
/// `Refused` if the contract does not have the thing, or the breach is waived.
pub(super) fn find(record: &ContractRecord, standing: &Standing, objected: &Objected) -> Result<Found, Error> {
    let (codes, fact_seq) = match objected {
        Objected::Breach(key) => {
            let breach = find_breach(standing, key).ok_or_else(unknown)?;
            if breach.waived {
                let message = Message::new("objection-breach-waived");
                return Err(Error::refused_at("objection-subject", "subject", message));
            }
            (vec![key.subject.clone()], None)
        }
        Objected::Decision { .. } | Objected::Score(_) => {
            let fact = live_fact(record, objected)?.ok_or_else(unknown)?;
            return Ok(Found { deciders: vec![actor(fact)], requests: Vec::new(), fact_seq: Some(fact.seq) });
        }
        Objected::Deduction(code) => {
            let deducts = standing.milestones.iter().any(|m| m.code.as_str() == code && m.deductions.fen() != 0);
            if !deducts {
                return Err(unknown());
            }
            (settled_in(standing, code).map(|breach| breach.subject.clone()).collect(), None)
        }
    };
    let (mut deciders, mut requests) = (Vec::new(), Vec::new());
    for row in record.rows.iter().filter(|row| DECIDING.contains(&row.kind)) {
        let body: Value = stored(&row.body)?;
        let names = ["deliverable", "milestone", "id", "month"];
        let is_about =
            names.iter().any(|name| body[*name].as_str().is_some_and(|code| codes.iter().any(|c| c == code)));
        if is_about {
            requests.extend(request_of(row)?);
        }
        if is_about && !deciders.contains(&actor(row)) {
            deciders.push(actor(row));
        }
    }
    Ok(Found { deciders, requests, fact_seq })
}

fn find_breach<'a>(standing: &'a Standing, key: &BreachKey) -> Option<&'a BreachStanding> {
    standing.breaches.iter().find(|breach| breach.clause.as_str() == key.clause && breach.subject == key.subject)
}

fn settled_in<'a>(standing: &'a Standing, milestone: &'a str) -> impl Iterator<Item = &'a BreachStanding> {
    let is_settled = move |breach: &&BreachStanding| {
        breach.settled_in.as_ref().is_some_and(|code| code.as_str() == milestone) && !breach.waived
    };
    standing.breaches.iter().filter(is_settled)
}

/// Returns the fact of the last decision on a submission, or of the score of a milestone, that was not reversed.
fn live_fact<'a>(record: &'a ContractRecord, objected: &Objected) -> Result<Option<&'a FactRow>, Error> {
    let kind = match objected {
        Objected::Decision { .. } => FactKind::Decision,
        Objected::Score(_) => FactKind::Score,
        Objected::Breach(_) | Objected::Deduction(_) => return Ok(None),
    };
    let wanted = objected.codes();
    let is_same =
        |body: &Value| wanted.as_object().is_some_and(|codes| codes.iter().all(|(name, code)| body[name] == *code));
    Ok(record.live::<Value>(kind)?.into_iter().rfind(|(body, _)| is_same(body)).map(|(_, row)| row))
}

fn actor(row: &FactRow) -> Actor<i64> {
    Actor { person: row.actor_id.0, on_behalf_of: row.for_id }
}

/// Returns the change request whose grant recorded a fact; `None` for a fact that was recorded directly.
fn request_of(row: &FactRow) -> Result<Option<String>, Error> {
    let words: Value = stored(&row.words)?;
    Ok(words["ask"].as_str().map(str::to_owned))
}

/// Returns the role whose task the answer to an objection is.
///
/// # Errors
/// `Internal` for a row that this program did not write.
pub fn answering_role(record: &ContractRecord, objection: &Objection) -> Result<Role, Error> {
    let deciders = deciders(objection)?;
    let mut is_of_leader = false;
    for row in record.rows.iter().filter(|row| row.kind == FactKind::Incident && deciders.contains(&actor(row))) {
        is_of_leader |= request_of(row)?.is_some();
    }
    Ok(objections::answering_role(objection.against, is_of_leader))
}

/// Writes the people who decided in the form stored with an objection.
pub(super) fn write_deciders(deciders: &[Actor<i64>]) -> Result<String, Error> {
    let pairs: Vec<(i64, Option<i64>)> = deciders.iter().map(|actor| (actor.person, actor.on_behalf_of)).collect();
    serde_json::to_string(&pairs).map_err(|error| Error::Internal(error.to_string()))
}

/// Returns the people who took the decision objected to; they may not answer the objection.
///
/// # Errors
/// `Internal` for a row that this program did not write.
pub fn deciders(objection: &Objection) -> Result<Vec<Actor<i64>>, Error> {
    let pairs: Vec<(i64, Option<i64>)> = stored(&objection.deciders)?;
    Ok(pairs.into_iter().map(|(person, on_behalf_of)| Actor { person, on_behalf_of }).collect())
}

/// Returns what an objection is about.
///
/// # Errors
/// `Internal` for a row that this program did not write.
pub fn of(objection: &Objection) -> Result<Objected, Error> {
    Objected::parse(objection.against, &objection.subject)
        .ok_or_else(|| Error::Internal(format!("the subject of objection {}", objection.public_id)))
}

/// Returns the act that would correct the matter of an upheld objection; `None` for other objections, and once the act
/// was taken or everything is paid.
///
/// # Errors
/// `Internal` for a row that this program did not write.
pub fn correction(
    record: &ContractRecord,
    standing: &Standing,
    objection: &Objection,
) -> Result<Option<Correction>, Error> {
    if objection.state != ObjectionState::Upheld {
        return Ok(None);
    }
    let waiver = |breach: &BreachStanding| Correction {
        act: "waiver".to_owned(),
        subject: BreachKey::new(&breach.clause, &breach.subject).to_string(),
    };
    let objected = of(objection)?;
    Ok(match &objected {
        Objected::Breach(key) => find_breach(standing, key).filter(|breach| !breach.waived).map(waiver),
        Objected::Deduction(code) => settled_in(standing, code).next().map(waiver),
        Objected::Decision { .. } | Objected::Score(_) => {
            let fact = live_fact(record, &objected)?.filter(|fact| Some(fact.seq) == objection.fact_seq);
            let fact = fact.filter(|_| !is_paid(record, standing, &objected));
            fact.map(|fact| Correction { act: "reversal".to_owned(), subject: fact.seq.to_string() })
        }
    })
}

/// Returns true if all milestones that a decision or score affects are paid, so that it can no longer be reversed.
fn is_paid(record: &ContractRecord, standing: &Standing, objected: &Objected) -> bool {
    let agreed = &record.terms_on(standing.as_of).milestones;
    let is_touched = |code: &str| match objected {
        Objected::Decision { deliverable, .. } => agreed
            .iter()
            .any(|m| m.code.as_str() == code && m.requires.iter().any(|required| required.as_str() == deliverable)),
        Objected::Score(milestone) => milestone == code,
        Objected::Breach(_) | Objected::Deduction(_) => false,
    };
    let mut touched = standing.milestones.iter().filter(|m| is_touched(m.code.as_str())).peekable();
    touched.peek().is_some() && touched.all(|m| m.state == MilestoneState::Paid)
}

/// Returns the objections that are still a task: those that wait for an answer, and upheld ones that are not yet
/// corrected.
///
/// # Errors
/// `Internal` for a row that this program did not write.
pub fn open_objections(
    record: &ContractRecord,
    standing: &Standing,
    objections: Vec<Objection>,
) -> Result<Vec<OpenObjection>, Error> {
    let mut open = Vec::new();
    for objection in objections {
        let since = match objection.state {
            ObjectionState::Open => objection.raised_at,
            ObjectionState::Rejected => continue,
            ObjectionState::Upheld if correction(record, standing, &objection)?.is_none() => continue,
            ObjectionState::Upheld => objection.answered_at.unwrap_or(objection.raised_at),
        };
        open.push(OpenObjection {
            about: of(&objection)?,
            answering: answering_role(record, &objection)?,
            since: civil_day(since),
            is_upheld: objection.state == ObjectionState::Upheld,
            id: objection.public_id,
        });
    }
    Ok(open)
}
