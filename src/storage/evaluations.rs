//! Rows of evaluations and of the steps taken on them. The next step and its author are decided elsewhere.

use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;

use crate::domain::evaluations::{EvaluationState, EvaluationStepKind};
use crate::schema::{evaluation_steps, evaluations, regions};
use crate::storage::Result;
use crate::storage::backend::AnyConnection;
use crate::storage::contract_rows::contract_row_readers;
use crate::storage::ids::{ContractId, EvaluationId, OrganisationId, PersonId};
use crate::storage::statements::{lengthened, load_listed};
use crate::storage::write::Context;

/// An evaluation.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = evaluations)]
pub struct Evaluation {
    pub id: EvaluationId,
    /// Random identifier, used in addresses.
    pub public_id: String,
    pub contract_id: ContractId,
    pub contractor_id: OrganisationId,
    /// First day of the period.
    pub from_on: NaiveDate,
    /// Last day of the period.
    pub to_on: NaiveDate,
    /// Day of the standing from which the measures are.
    pub measured_on: NaiveDate,
    /// Measures, weights, counts and computed score, as JSON.
    pub inputs: String,
    /// Names of the contract's services, as a JSON list.
    pub services: String,
    #[diesel(deserialize_as = String)]
    pub state: EvaluationState,
    /// Last day for the contractor's self-assessment or, once proposed, its comments.
    pub answer_by: NaiveDate,
    /// The contractor's own scores by measure, as JSON.
    pub views: String,
    /// The officer's scores and reasons by measure, as JSON.
    pub adjustments: String,
    /// The frozen result with its formula, as JSON; `None` before it is final.
    pub outcome: Option<String>,
    /// Score of the final result; `None` without data.
    pub score: Option<String>,
}

contract_row_readers!(evaluations, Evaluation);

/// An evaluation to insert in the state `draft`.
#[derive(Debug, Insertable)]
#[diesel(table_name = evaluations)]
pub struct NewEvaluation<'a> {
    /// Random identifier, used in addresses.
    pub public_id: &'a str,
    pub contract_id: i64,
    pub contractor_id: i64,
    /// Region of the purchaser.
    pub region_id: i64,
    /// First day of the period.
    pub from_on: NaiveDate,
    /// Last day of the period.
    pub to_on: NaiveDate,
    /// Day of the standing from which the measures are.
    pub measured_on: NaiveDate,
    /// Measures, weights, counts and computed score, as JSON.
    pub inputs: &'a str,
    /// Names of the contract's services, as a JSON list.
    pub services: &'a str,
    /// Code of the state.
    pub state: &'static str,
    /// Last day for the self-assessment.
    pub answer_by: NaiveDate,
    /// An empty JSON object.
    pub views: &'static str,
    /// An empty JSON object.
    pub adjustments: &'static str,
}

/// A step taken on an evaluation.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = evaluation_steps)]
pub struct EvaluationStepRow {
    /// Position within the evaluation, from 1.
    pub seq: i64,
    #[diesel(deserialize_as = String)]
    pub action: EvaluationStepKind,
    pub person_id: PersonId,
    /// Person represented, if a deputy took the step.
    pub for_id: Option<i64>,
    /// Time of the step, in UTC.
    pub at: NaiveDateTime,
    /// Text given with the step: self-assessment, comments, reason.
    pub note: String,
}

/// Columns that a step changes; an absent column stays unchanged.
#[derive(Debug, Default, AsChangeset)]
#[diesel(table_name = evaluations)]
pub struct EvaluationChange {
    /// Code of the state.
    pub state: Option<&'static str>,
    pub answer_by: Option<NaiveDate>,
    pub views: Option<String>,
    pub adjustments: Option<String>,
    pub outcome: Option<String>,
    pub score: Option<String>,
}

/// Inserts an evaluation and returns its key.
pub fn insert(connection: &mut AnyConnection, new: &NewEvaluation<'_>) -> Result<EvaluationId> {
    Ok(diesel::insert_into(evaluations::table)
        .values(new)
        .returning(evaluations::id)
        .get_result(connection)
        .map(EvaluationId)?)
}

/// Loads the steps of several evaluations, ordered by evaluation and position.
pub fn load_steps(
    connection: &mut AnyConnection,
    ids: &[EvaluationId],
) -> Result<Vec<(EvaluationId, EvaluationStepRow)>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let ids = lengthened(ids.iter().map(|id| id.0));
    Ok(load_listed!(
        connection,
        ids,
        evaluation_steps::table
            .filter(evaluation_steps::evaluation_id.eq_any(&ids))
            .order((evaluation_steps::evaluation_id, evaluation_steps::seq))
            .select((evaluation_steps::evaluation_id, EvaluationStepRow::as_select()))
    )?)
}

/// Loads the evaluations of a contract that are neither final nor withdrawn, oldest first.
pub fn open_of_contract(connection: &mut AnyConnection, contract: ContractId) -> Result<Vec<Evaluation>> {
    let states = [EvaluationState::Draft.as_str(), EvaluationState::Proposed.as_str()];
    Ok(evaluations::table
        .filter(evaluations::contract_id.eq(contract.0))
        .filter(evaluations::state.eq_any(states))
        .order(evaluations::id)
        .select(Evaluation::as_select())
        .load(connection)?)
}

/// Inserts a step (position, kind, person, text).
pub fn insert_step(
    connection: &mut AnyConnection,
    context: &Context,
    evaluation: EvaluationId,
    (seq, kind, person, note): (i64, EvaluationStepKind, PersonId, &str),
) -> Result<()> {
    diesel::insert_into(evaluation_steps::table)
        .values((
            evaluation_steps::evaluation_id.eq(evaluation.0),
            evaluation_steps::seq.eq(seq),
            evaluation_steps::action.eq(kind.as_str()),
            evaluation_steps::person_id.eq(person),
            evaluation_steps::for_id.eq(context.on_behalf_of.map(|id| id.0)),
            evaluation_steps::at.eq(context.now),
            evaluation_steps::note.eq(note),
        ))
        .execute(connection)?;
    Ok(())
}

/// Stores the changes of a step in its evaluation; `change` must have at least one column.
pub fn update(connection: &mut AnyConnection, evaluation: EvaluationId, change: &EvaluationChange) -> Result<()> {
    diesel::update(evaluations::table.find(evaluation.0)).set(change).execute(connection)?;
    Ok(())
}

/// Loads up to `limit` final evaluations of a contractor, the last opened first, each with the name of its purchaser's
/// region.
pub fn final_of_contractor(
    connection: &mut AnyConnection,
    contractor: OrganisationId,
    limit: i64,
) -> Result<Vec<(Evaluation, String)>> {
    Ok(evaluations::table
        .inner_join(regions::table)
        .filter(evaluations::contractor_id.eq(contractor.0))
        .filter(evaluations::state.eq(EvaluationState::Final.as_str()))
        .order(evaluations::id.desc())
        .limit(limit)
        .select((Evaluation::as_select(), regions::name))
        .load(connection)?)
}
