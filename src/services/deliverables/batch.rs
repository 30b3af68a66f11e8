//! Decisions on many submissions of one contract. Each line is decided in a transaction of its own, by the same rules
//! as a single decision, so a refused line does not stop the others.

use std::collections::BTreeSet;

use serde::Deserialize;
use utoipa::ToSchema;

use crate::app::App;
use crate::domain::policy::Action;
use crate::error::{Error, Message};
use crate::services::contracts::effects::Proposal;
use crate::services::deliverables::{DeliverableStatus, SubmissionDecisionInput, decide};
use crate::services::identity::caller::{Caller, in_state};
use crate::services::payments::batch::{MOST_LINES, caller_of_line, reserve_key};

/// Decisions on several submissions of a contract.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DecisionBatchInput {
    /// The decisions, 1 to 200, on each submission once. They are made in this order.
    pub lines: Vec<DecisionLineInput>,
}

/// A decision on one submission of a batch.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DecisionLineInput {
    /// Code of the deliverable.
    pub deliverable: String,
    /// Number of the submission.
    pub no: u64,
    /// The decision.
    pub decision: SubmissionDecisionInput,
}

/// Outcome of one line of a batch.
#[derive(Debug)]
pub struct DecisionOutcome {
    /// Code of the deliverable.
    pub deliverable: String,
    /// Number of the submission.
    pub no: u64,
    pub result: Result<DeliverableStatus, Error>,
}

/// Checks the number of lines.
///
/// # Errors
/// `Refused` for none or too many.
pub fn check_number(lines: &[DecisionLineInput]) -> Result<(), Error> {
    if lines.is_empty() || lines.len() > MOST_LINES {
        return Err(Error::refused_at("batch", "lines", Message::new("decision-batch-lines").with("most", MOST_LINES)));
    }
    Ok(())
}

/// Returns the lines as proposals, to compute their effects.
pub fn proposals(lines: &[DecisionLineInput]) -> Vec<Proposal> {
    let of = |line: &DecisionLineInput| Proposal::Decision {
        deliverable: line.deliverable.clone(),
        no: line.no,
        input: line.decision.clone(),
    };
    lines.iter().map(of).collect()
}

/// Decides on submissions of a contract, each in its own transaction. A repeated request gets the stored answer of each
/// line that took effect.
///
/// # Errors
/// `NotFound`, `Forbidden` and `Conflict` as for a single decision; `Malformed` for a submission that is given twice;
/// `Refused` for no or too many lines, or if the idempotency key was used for another request. Any other error refuses
/// only its line.
pub fn decide_many(
    app: &App,
    caller: &Caller,
    id: &str,
    input: &DecisionBatchInput,
) -> Result<Vec<DecisionOutcome>, Error> {
    let action = Action::DecideDeliverable;
    caller.may(action)?;
    let contract = app.pool.read(|connection| Ok(caller.contract(connection, id, action)?.0))?;
    in_state(&contract, action)?;
    check_number(&input.lines)?;
    let mut known = BTreeSet::new();
    let is_new = |line: &DecisionLineInput| known.insert((line.deliverable.clone(), line.no));
    if let Some(twice) = input.lines.iter().map(is_new).position(|is_new| !is_new) {
        return Err(Error::malformed(format!("lines[{twice}]"), Message::new("decision-batch-twice")));
    }
    reserve_key(app, caller, action)?;
    let mut outcomes: Vec<DecisionOutcome> = Vec::new();
    for line in &input.lines {
        let DecisionLineInput { deliverable, no, decision } = line;
        let is_down = outcomes.last().is_some_and(|last| matches!(last.result, Err(Error::Unavailable(_))));
        let result = if is_down {
            // The other lines would only wait for the same database.
            Err(Error::Unavailable("the database did not answer for an earlier line".to_owned()))
        } else {
            let caller = caller_of_line(caller, &format!("{deliverable}/{no}"));
            decide(app, &caller, id, (deliverable, *no), decision)
        };
        if let Err(Error::Internal(reason) | Error::Unavailable(reason)) = &result {
            tracing::error!(?deliverable, no, %reason, "a line of a batch of decisions failed");
        }
        outcomes.push(DecisionOutcome { deliverable: deliverable.clone(), no: *no, result });
    }
    Ok(outcomes)
}
