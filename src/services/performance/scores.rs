//! Scores of milestones: `domain::standing` proposes one from its measures, and the leader decides. The leader may
//! deviate from the proposal; the fact contains both.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::app::App;
use crate::domain::codes::{AlertKind, FactKind};
use crate::domain::facts::MilestoneScore;
use crate::domain::numbers::{Code, Score};
use crate::domain::policy::Action;
use crate::domain::shape::optional_date;
use crate::domain::standing::{Measures, Points, Rating, Trails};
use crate::domain::subject::Subject;
use crate::error::Error;
use crate::services::contracts::append::{self, append_fact};
use crate::services::contracts::record::ContractRecord;
use crate::services::contracts::transitions::to_value;
use crate::services::contracts::{acts, repeats};
use crate::services::evaluations::view::{EvaluatedScore, last_score};
use crate::services::identity::caller::Caller;
use crate::services::notifications::alerts::{self, Alert};
use crate::services::performance::confirm_score;
use crate::services::performance::observations::FactReceipt;
use crate::services::shared::inputs;
use crate::storage::contracts::facts::NewFact;

/// The score decided by the leader.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ScoreInput {
    /// Score, 0 to 100.
    #[schema(value_type = String)]
    pub score: Score,
    /// Reason, expected above all if the score differs from the proposal.
    #[serde(default)]
    pub note: String,
    /// Day from which the score counts. Defaults to today.
    #[serde(default, deserialize_with = "optional_date")]
    pub on: Option<NaiveDate>,
    /// True to confirm a score of at most one point of 100.
    #[serde(default)]
    pub confirmed: bool,
}

/// The proposed and the decided score of a milestone.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ScoreView {
    /// Code of the milestone.
    pub milestone: String,
    /// True if the milestone cannot be paid without a score.
    pub required: bool,
    /// Score proposed by today's measures; absent while there is nothing to measure.
    #[schema(value_type = Option<String>)]
    pub proposed: Option<Points>,
    /// Rating of the proposed score.
    #[schema(value_type = Option<String>)]
    pub rating: Option<Rating>,
    /// Final result of an evaluation, which the leader may take as the score; the one whose period ends last.
    pub evaluation: Option<EvaluatedScore>,
    /// Measures behind the proposed score.
    #[schema(value_type = Object)]
    pub measures: Measures,
    /// Score decided by the leader.
    #[schema(value_type = Option<String>)]
    pub score: Option<Score>,
    /// Day from which the decided score counts.
    pub on: Option<NaiveDate>,
    /// Version of the contract, used as the ETag.
    pub version: i64,
}

/// Loads the proposed and the decided score of a milestone as of today.
///
/// # Errors
/// `NotFound` for a contract or milestone that the caller may not see.
pub fn load_proposal(app: &App, caller: &Caller, contract: &str, milestone: &str) -> Result<ScoreView, Error> {
    caller.may(Action::ReadContract)?;
    app.pool.read(|connection| {
        let (contract, _) = caller.contract(connection, contract, Action::ReadContract)?;
        let record = ContractRecord::load(connection, contract)?;
        let terms = record
            .terms_on(caller.today())
            .milestones
            .iter()
            .find(|m| m.code.as_str() == milestone)
            .ok_or(Error::NotFound)?;
        let performance = record.standing(caller.today(), Trails::Off)?.performance;
        let decided = record.facts.scores.iter().find(|score| score.milestone == terms.code);
        Ok(ScoreView {
            milestone: milestone.to_owned(),
            required: terms.requires_score,
            proposed: performance.score,
            rating: performance.rating,
            evaluation: last_score(connection, record.contract.id)?,
            measures: performance.measures,
            score: decided.map(|decided| decided.score),
            on: decided.map(|decided| decided.on),
            version: record.contract.version,
        })
    })
}

/// Records the score decided by the leader.
///
/// # Errors
/// `Forbidden`; `NotFound` for an unknown milestone; `Conflict` in another state; `Duplicate` for the same score again;
/// `Refused` if the milestone takes no score, or a rule of standing forbids the fact.
pub fn record_score(
    app: &App,
    caller: &Caller,
    contract: &str,
    milestone: &str,
    input: &ScoreInput,
) -> Result<FactReceipt, Error> {
    acts::write_contract(app, caller, contract, Action::ScoreMilestone, |tx, record, _| {
        if !record.terms_on(tx.context.today()).milestones.iter().any(|known| known.code.as_str() == milestone) {
            return Err(Error::NotFound);
        }
        confirm_score(input.score, input.confirmed)?;
        let note = inputs::text("note", &input.note)?;
        let on = append::effective_day(tx, input.on);
        let proposed = record.standing(tx.context.today(), Trails::Off)?.performance.score;
        let code = Code::new(milestone).map_err(|_| Error::NotFound)?;
        let body = to_value(&MilestoneScore { milestone: code, on, score: input.score })?;
        let words = serde_json::json!({ "note": note, "proposed": proposed });
        let fact = NewFact { kind: FactKind::Score, on, body, words };
        repeats::refuse_repeated_fact(tx, record, &fact)?;
        append_fact(tx, record, &fact)?;
        let subject = Subject::OfMilestone { milestone: milestone.to_owned(), fact: record.contract.fact_seq };
        let args = vec![("score", input.score.to_string()), ("note", note.to_owned())];
        alerts::enqueue(tx, record, &[Alert::inform(AlertKind::ScoreRecorded, subject, on, args)])?;
        Ok(FactReceipt::of_last_fact(record))
    })
}
