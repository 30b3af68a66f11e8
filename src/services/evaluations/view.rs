//! Evaluations as lists and pages show them: with measures, steps and the names of people. Scores come from
//! `domain::evaluations`.

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use crate::app::App;
use crate::domain::evaluations::{
    Adjustments, EvaluationState, EvaluationStepKind, Inputs, Measure, Measurement, Outcome, Views,
};
use crate::domain::numbers::{Score, Whole};
use crate::domain::policy::Action;
use crate::domain::standing::Rating;
use crate::error::Error;
use crate::services::contracts::parts;
use crate::services::contracts::record::stored;
use crate::services::evaluations::awaited_by;
use crate::services::identity::caller::Caller;
use crate::services::shared::paging::{Page, Paged};
use crate::storage::AnyConnection;
use crate::storage::evaluations::{self as rows, Evaluation, EvaluationStepRow};
use crate::storage::identity::names::Names;
use crate::storage::ids::{ContractId, OrganisationId};
use crate::storage::registry::organisations;
use crate::storage::registry::version::RegisterVersion;

/// An evaluation.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct EvaluationView {
    /// Random identifier of the evaluation.
    pub id: String,
    pub state: EvaluationState,
    /// First day of the period.
    pub from: NaiveDate,
    /// Last day of the period.
    pub to: NaiveDate,
    /// Day of the standing that the measures come from.
    pub measured_on: NaiveDate,
    /// Last day for the contractor's self-assessment or, once proposed, its comments.
    pub answer_by: NaiveDate,
    /// Measures with data; others are left out.
    pub measures: Vec<MeasureView>,
    /// Score that the standing computed; null without data.
    #[schema(value_type = Option<String>)]
    pub computed: Option<Score>,
    /// Score with the officer's adjustments; null without data.
    #[schema(value_type = Option<String>)]
    pub score: Option<Score>,
    /// Rating of `score` by 财预〔2020〕10号; null without data.
    #[schema(value_type = Option<String>)]
    pub rating: Option<Rating>,
    /// Steps taken, in their order.
    pub steps: Vec<EvaluationStepView>,
    /// The frozen result with its inputs and formula; null before it is final.
    pub outcome: Option<Outcome>,
    /// True if the purchaser's next step can be taken: the contractor has answered, or its time has passed.
    #[serde(skip)]
    pub is_heard: bool,
    /// Unified social credit code of the contractor, for the address of its record; null for a caller who may not read
    /// the record.
    #[serde(skip)]
    pub contractor: Option<String>,
}

/// A measure of an evaluation.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct MeasureView {
    pub measure: Measure,
    /// Score that the standing computed, 0 to 100.
    #[schema(value_type = String)]
    pub computed: Score,
    /// Weight in the contract's scorecard.
    #[schema(value_type = u64)]
    pub weight: Whole,
    /// Number of deliverables counted; of breaches for compliance, of surveys for satisfaction.
    pub count: u64,
    /// The contractor's own score.
    #[schema(value_type = Option<String>)]
    pub own: Option<Score>,
    /// The officer's score in place of the computed one.
    #[schema(value_type = Option<String>)]
    pub adjusted: Option<Score>,
    /// Reason for the officer's score; empty without one.
    pub reason: String,
}

/// A step of an evaluation.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct EvaluationStepView {
    pub step: EvaluationStepKind,
    /// Name of the person.
    pub by: String,
    /// Name of the person represented, if a deputy took the step.
    pub on_behalf_of: Option<String>,
    /// Time of the step, in UTC.
    pub at: DateTime<Utc>,
    /// Text of the step: self-assessment, comments or reason; empty without one.
    pub note: String,
}

/// Lists the evaluations of a contract, oldest first.
///
/// # Errors
/// `NotFound` for a contract that the caller may not see; `Malformed` for an unknown cursor.
pub fn list(app: &App, caller: &Caller, contract: &str, page: &Page) -> Result<Paged<EvaluationView>, Error> {
    parts::list(app, caller, contract, page, |connection, _, found| {
        views(connection, caller, &RegisterVersion::default(), found)
    })
}

/// Returns an evaluation of a contract.
///
/// # Errors
/// `NotFound` for a contract that the caller may not see, or an evaluation of another contract.
pub fn find(app: &App, caller: &Caller, contract: &str, id: &str) -> Result<EvaluationView, Error> {
    parts::find(app, caller, (contract, id), |connection, _, found| {
        views(connection, caller, &RegisterVersion::default(), found)
    })
}

/// Builds the views of evaluations, with their steps and the names of the people who took them.
pub(in crate::services) fn views(
    connection: &mut AnyConnection,
    caller: &Caller,
    registers: &RegisterVersion,
    evaluations: Vec<Evaluation>,
) -> Result<Vec<EvaluationView>, Error> {
    let ids: Vec<_> = evaluations.iter().map(|evaluation| evaluation.id).collect();
    let steps = rows::load_steps(connection, &ids)?;
    let people = steps.iter().flat_map(|(_, step)| [Some(step.person_id.0), step.for_id]);
    let names = Names::remembered(connection, registers, people)?;
    let contractors: Vec<OrganisationId> = match caller.may(Action::ReadContractorRecord) {
        Ok(_) => evaluations.iter().map(|evaluation| evaluation.contractor_id).collect(),
        Err(_) => Vec::new(),
    };
    let contractors = organisations::remembered(connection, registers, &contractors)?;
    let view = |evaluation: Evaluation| {
        let own = steps.iter().filter(|(of, _)| *of == evaluation.id);
        let own: Vec<EvaluationStepRow> = own.map(|(_, step)| step.clone()).collect();
        let shown = own.iter().map(|step| EvaluationStepView {
            step: step.action,
            by: names.of(step.person_id),
            on_behalf_of: names.find(step.for_id),
            at: step.at.and_utc(),
            note: step.note.clone(),
        });
        let contractor = contractors.iter().find(|known| known.id == evaluation.contractor_id);
        let contractor = contractor.map(|known| known.code.clone());
        build(caller, &evaluation, &own, (shown.collect(), contractor))
    };
    evaluations.into_iter().map(view).collect()
}

fn build(
    caller: &Caller,
    evaluation: &Evaluation,
    own: &[EvaluationStepRow],
    (steps, contractor): (Vec<EvaluationStepView>, Option<String>),
) -> Result<EvaluationView, Error> {
    let inputs: Inputs = stored(&evaluation.inputs)?;
    let (adjustments, views): (Adjustments, Views) = (stored(&evaluation.adjustments)?, stored(&evaluation.views)?);
    let result = inputs.outcome(&adjustments, &views);
    let measure = |known: &Measurement| {
        let adjusted = adjustments.get(&known.measure);
        MeasureView {
            measure: known.measure,
            computed: known.score,
            weight: known.weight,
            count: known.count,
            own: views.get(&known.measure).copied(),
            adjusted: adjusted.map(|adjustment| adjustment.score),
            reason: adjusted.map(|adjustment| adjustment.reason.clone()).unwrap_or_default(),
        }
    };
    Ok(EvaluationView {
        id: evaluation.public_id.clone(),
        state: evaluation.state,
        from: evaluation.from_on,
        to: evaluation.to_on,
        measured_on: evaluation.measured_on,
        answer_by: evaluation.answer_by,
        measures: inputs.measures.iter().map(measure).collect(),
        computed: inputs.score,
        score: result.score,
        rating: result.rating,
        outcome: evaluation.outcome.as_deref().map(stored).transpose()?,
        is_heard: awaited_by(evaluation, own).is_some_and(|open| open.is_heard(caller.today())),
        steps,
        contractor,
    })
}

/// A final result that the leader may take as the score of a milestone.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct EvaluatedScore {
    /// Random identifier of the evaluation.
    pub id: String,
    /// First day of the period.
    pub from: NaiveDate,
    /// Last day of the period.
    pub to: NaiveDate,
    /// Score, 0 to 100.
    #[schema(value_type = String)]
    pub score: Score,
}

/// Loads the final result of a contract whose period ends last; `None` if no final evaluation has a score.
pub(in crate::services) fn last_score(
    connection: &mut AnyConnection,
    contract: ContractId,
) -> Result<Option<EvaluatedScore>, Error> {
    let mut found: Vec<Evaluation> = rows::of_contract(connection, contract)?;
    found.retain(|evaluation| evaluation.state == EvaluationState::Final && evaluation.score.is_some());
    let Some(last) = found.into_iter().max_by_key(|evaluation| evaluation.to_on) else { return Ok(None) };
    let score = last.score.as_deref().and_then(|score| score.parse().ok());
    Ok(score.map(|score| EvaluatedScore { id: last.public_id, from: last.from_on, to: last.to_on, score }))
}
