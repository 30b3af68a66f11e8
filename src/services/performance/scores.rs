//! Scores of milestones: proposed from the measures of standing, decided by the leader.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::app::App;
use crate::domain::codes::FactKind;
use crate::domain::facts::MilestoneScore;
use crate::domain::numbers::{Code, Score};
use crate::domain::policy::Action;
use crate::domain::shape::optional_date;
use crate::domain::standing::{Measures, Points, Rating, Trails};
use crate::error::Error;
use crate::services::contracts::append::{self, record};
use crate::services::contracts::record::Ledger;
use crate::services::contracts::transitions::to_value;
use crate::services::identity::caller::{Caller, in_state};
use crate::services::payments::same_seat;
use crate::services::performance::observations::Recorded;
use crate::services::shared::inputs;
use crate::storage::contracts::facts::NewFact;
use crate::storage::write::write;

/// What the leader decides.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ScoreInput {
    /// 0 to 100.
    #[schema(value_type = String)]
    pub score: Score,
    /// Why, above all where it is not the score that is proposed.
    #[serde(default)]
    pub note: String,
    /// The day from which it counts; today if it is not named.
    #[serde(default, deserialize_with = "optional_date")]
    pub on: Option<NaiveDate>,
}

/// What the measures propose for a milestone, and what was decided.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ScoreView {
    /// The milestone's code.
    pub milestone: String,
    /// Whether the milestone waits for a score at all.
    pub required: bool,
    /// The score that the measures come to today; none where there is nothing to measure yet.
    #[schema(value_type = Option<String>)]
    pub proposed: Option<Points>,
    /// Its band.
    #[schema(value_type = Option<String>)]
    pub rating: Option<Rating>,
    /// The measures behind it.
    #[schema(value_type = Object)]
    pub measures: Measures,
    /// The score that was decided.
    #[schema(value_type = Option<String>)]
    pub score: Option<Score>,
    /// The day from which that counts.
    pub on: Option<NaiveDate>,
    /// The contract's version: the ETag.
    pub version: i64,
}

/// What is proposed for a milestone, as of today.
///
/// # Errors
/// `NotFound` for a contract or milestone that the caller may not know of.
pub fn proposal(app: &App, caller: &Caller, contract: &str, milestone: &str) -> Result<ScoreView, Error> {
    caller.may(Action::ReadContract)?;
    app.pool.read(|connection| {
        let (contract, _) = caller.contract(connection, contract, Action::ReadContract)?;
        let ledger = Ledger::load(connection, contract)?;
        let terms = ledger.terms.milestones.iter().find(|m| m.code.as_str() == milestone).ok_or(Error::NotFound)?;
        let performance = ledger.standing(caller.today(), Trails::Off)?.performance;
        let decided = ledger.facts.scores.iter().find(|score| score.milestone == terms.code);
        Ok(ScoreView {
            milestone: milestone.to_owned(),
            required: terms.requires_score,
            proposed: performance.score,
            rating: performance.rating,
            measures: performance.measures,
            score: decided.map(|decided| decided.score),
            on: decided.map(|decided| decided.on),
            version: ledger.contract.version,
        })
    })
}

/// Records the leader's score.
///
/// # Errors
/// `NotFound` for a milestone that is not there; `Refused` where none is waited for, or a rule of facts says so.
pub fn decide(
    app: &App,
    caller: &Caller,
    contract: &str,
    milestone: &str,
    input: &ScoreInput,
) -> Result<Recorded, Error> {
    caller.may(Action::ScoreMilestone)?;
    let (_, seat) = app.pool.read(|connection| caller.contract(connection, contract, Action::ScoreMilestone))?;
    write(&app.pool, &caller.context(app, &seat), |tx| {
        let (contract, seat) = caller.contract(tx.connection, contract, Action::ScoreMilestone)?;
        same_seat(tx, caller, &seat)?;
        in_state(&contract, Action::ScoreMilestone)?;
        let mut ledger = Ledger::load(tx.connection, contract)?;
        if !ledger.terms.milestones.iter().any(|known| known.code.as_str() == milestone) {
            return Err(Error::NotFound);
        }
        let note = inputs::text("note", &input.note)?;
        let on = append::day(tx, input.on);
        let proposed = ledger.standing(tx.context.today(), Trails::Off)?.performance.score;
        let code = Code::new(milestone).map_err(|_| Error::NotFound)?;
        let body = to_value(&MilestoneScore { milestone: code, on, score: input.score })?;
        let words = serde_json::json!({ "note": note, "proposed": proposed });
        record(tx, &mut ledger, &NewFact { kind: FactKind::Score, on, body, words })?;
        Ok(Recorded::last(&ledger))
    })
}
