//! Evaluations (绩效评价) of a contract over a period: opened by the officer with the measures of the standing, answered by
//! the contractor, proposed by the officer, made final by a leader who took no part in the proposal.
//!
//! An evaluation changes no figure. Its result is frozen with its inputs and formula, and offered to the leader as the
//! score of a milestone. The periods of one contract do not overlap. Once the contractor's time has passed, the
//! purchaser may proceed without an answer; until then, a late answer still counts.

pub mod record;
pub mod steps;
pub mod view;

use std::collections::BTreeSet;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::app::App;
use crate::clock::civil_day;
use crate::domain::evaluations::{
    EvaluationState, EvaluationStepKind, Inputs, OpenEvaluation, assess_by, comment_by, overlaps,
};
use crate::domain::policy::Action;
use crate::domain::shape::{date, optional_date};
use crate::domain::standing::Trails;
use crate::error::{Error, Message};
use crate::services::contracts::record::{ContractRecord, to_stored};
use crate::services::contracts::registration::append_event;
use crate::services::contracts::{acts, append, repeats};
use crate::services::identity::caller::Caller;
use crate::services::shared::faults::Faults;
use crate::storage::evaluations::{self as rows, Evaluation, EvaluationStepRow, NewEvaluation};
use crate::storage::write::Tx;

/// An evaluation to open.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EvaluationInput {
    /// First day of the period.
    #[serde(deserialize_with = "date")]
    pub from: NaiveDate,
    /// Last day of the period. The measures are those of this day, or of today if it is still to come.
    #[serde(deserialize_with = "date")]
    pub to: NaiveDate,
    /// Last day for the contractor's self-assessment. Defaults to seven days from today.
    #[serde(default, deserialize_with = "optional_date")]
    pub assess_by: Option<NaiveDate>,
}

/// An evaluation after an act.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct EvaluationSummary {
    /// Random identifier of the evaluation.
    pub id: String,
    pub state: EvaluationState,
    /// Number of steps taken, for `seen` of the final step.
    pub steps: i64,
    /// Version of the contract, used as the ETag.
    pub version: i64,
}

/// Opens an evaluation of a period with the measures of the standing.
///
/// # Errors
/// `Forbidden`; `NotFound`; `Conflict` in another state; `Refused` for a period that ends before it begins, begins
/// before the contract or in the future, or ends after the contract; `Duplicate` if it overlaps another evaluation.
pub fn open_evaluation(
    app: &App,
    caller: &Caller,
    contract: &str,
    input: &EvaluationInput,
) -> Result<EvaluationSummary, Error> {
    acts::write_contract(app, caller, contract, Action::OpenEvaluation, |tx, record, _| {
        let today = tx.context.today();
        check_period(record, input, today)?;
        refuse_overlap(tx, record, input)?;
        let measured_on = input.to.min(today);
        let terms = record.terms_on(measured_on);
        let performance = record.standing(measured_on, Trails::On)?.performance;
        let inputs = Inputs::of(&performance, &terms.scorecard.weights);
        let details = record.details_on(measured_on);
        let services: BTreeSet<&str> = terms.items.iter().map(|item| details.item(item.code.as_str())).collect();
        let answer_by = input.assess_by.unwrap_or_else(|| assess_by(today));
        let (id, by) = (tx.context.ids.uuid(), tx.person()?);
        let new = NewEvaluation {
            public_id: &id,
            contract_id: record.contract.id.0,
            contractor_id: record.contract.contractor_id.0,
            region_id: record.contract.region_id.0,
            from_on: input.from,
            to_on: input.to,
            measured_on,
            inputs: &to_stored(&inputs)?,
            services: &to_stored(&services)?,
            state: EvaluationState::Draft.as_str(),
            answer_by,
            views: "{}",
            adjustments: "{}",
        };
        let key = rows::insert(tx.connection, &new)?;
        rows::insert_step(tx.connection, tx.context, key, (1, EvaluationStepKind::Open, by, ""))?;
        let body = serde_json::json!({
            "evaluation": id, "from": input.from, "to": input.to, "measured_on": measured_on,
            "assess_by": answer_by, "measures": inputs.measures, "score": inputs.score,
        });
        append_event(tx, &record.contract, Action::OpenEvaluation, body)?;
        append::save_change(tx, record)?;
        Ok(EvaluationSummary { id, state: EvaluationState::Draft, steps: 1, version: record.contract.version })
    })
}

/// Checks the period and the last day for the self-assessment.
fn check_period(record: &ContractRecord, input: &EvaluationInput, today: NaiveDate) -> Result<(), Error> {
    let mut faults = Faults::new("evaluation-period");
    let (first, last) = (record.contract.starts_on, record.contract.ends_on);
    if input.from < first {
        faults.add("from", Message::new("evaluation-before-contract").with("first", first));
    } else if input.from > today {
        faults.add("from", Message::new("day-in-the-future").with("today", today));
    }
    if input.to < input.from {
        faults.add("to", Message::new("evaluation-ends-before").with("from", input.from));
    } else if input.to > last.max(today) {
        faults.add("to", Message::new("evaluation-after-contract").with("last", last.max(today)));
    }
    if input.assess_by.is_some_and(|day| day < today) {
        faults.add("assess_by", Message::new("evaluation-day-over").with("today", today));
    }
    faults.finish()
}

/// Refuses a period that overlaps another evaluation of the contract.
fn refuse_overlap(tx: &mut Tx<'_>, record: &ContractRecord, input: &EvaluationInput) -> Result<(), Error> {
    let is_same = |known: &Evaluation| {
        known.state != EvaluationState::Withdrawn && overlaps((known.from_on, known.to_on), (input.from, input.to))
    };
    let known = rows::of_contract(tx.connection, record.contract.id)?;
    let Some(first) = known.into_iter().find(is_same) else { return Ok(()) };
    let message = Message::new("evaluation-overlaps").with("from", first.from_on).with("to", first.to_on);
    Err(repeats::duplicate(&record.contract, None, format!("evaluation-{}", first.public_id), message, false))
}

/// Returns what an evaluation waits for, given its steps; `None` once it is final or withdrawn.
pub(in crate::services) fn awaited_by(evaluation: &Evaluation, steps: &[EvaluationStepRow]) -> Option<OpenEvaluation> {
    use EvaluationStepKind::{Assess, Comment, Open, Propose};
    let (is_proposed, asked, answer) = match evaluation.state {
        EvaluationState::Draft => (false, Open, Assess),
        EvaluationState::Proposed => (true, Propose, Comment),
        EvaluationState::Final | EvaluationState::Withdrawn => return None,
    };
    let since = steps.iter().rfind(|step| step.action == asked).map_or(0, |step| step.seq);
    let answered = steps.iter().find(|step| step.action == answer && step.seq > since);
    Some(OpenEvaluation {
        id: evaluation.public_id.clone(),
        is_proposed,
        answered_on: answered.map(|step| civil_day(step.at)),
        answer_by: evaluation.answer_by,
    })
}

/// Returns the last day to comment on a result that is proposed today.
fn last_day_to_comment(tx: &Tx<'_>) -> NaiveDate {
    comment_by(tx.context.today())
}
