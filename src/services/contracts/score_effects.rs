//! Effects of a score: of a milestone's, or of the final result of an evaluation. An evaluation itself moves no money,
//! so besides the rating its effects show what each milestone that waits for a score would be worth with it.

use chrono::NaiveDate;

use crate::domain::codes::{FactKind, FigureName};
use crate::domain::evaluations::rating_of;
use crate::domain::facts::MilestoneScore;
use crate::domain::numbers::Score;
use crate::error::Error;
use crate::services::contracts::effects::{Effect, Figure, Figures, Part, add_differences, of_fact};
use crate::services::contracts::transitions::to_value;
use crate::services::contracts::view::ActionData;
use crate::storage::contracts::facts::NewFact;

/// Returns a score and its rating as figures.
fn figures(score: Option<Score>) -> Figures {
    let rating = score
        .map_or(Figure::Absent, |score| Figure::State { kind: "document-rating", code: rating_of(score).to_string() });
    vec![(FigureName::Score, Figure::Score(score)), (FigureName::Rating, rating)]
}

/// Returns score and rating of a milestone before and after it is scored.
pub(super) fn of_score(data: &ActionData, milestone: &str, score: Score) -> Vec<Effect> {
    let known = data.record.facts.scores.iter().rfind(|known| known.milestone.as_str() == milestone);
    let mut effects = Vec::new();
    let both = (Some(figures(known.map(|known| known.score))), Some(figures(Some(score))));
    add_differences(&mut effects, &Part::Milestone(milestone.to_owned()), both);
    effects
}

/// Returns score and rating of the last final evaluation and of the one that becomes final, and the figures of each
/// milestone that waits for a score, without a score and with this one.
///
/// # Errors
/// `NotFound` for an evaluation that the contract does not have.
pub(super) fn of_evaluation(data: &ActionData, today: NaiveDate, id: &str) -> Result<Vec<Effect>, Error> {
    let evaluations = &data.contract.evaluations;
    let evaluation = evaluations.iter().find(|one| one.id == id).ok_or(Error::NotFound)?;
    let last = evaluations.iter().filter(|one| one.id != id && one.outcome.is_some()).max_by_key(|one| one.to);
    let mut effects = Vec::new();
    let both = (Some(figures(last.and_then(|last| last.score))), Some(figures(evaluation.score)));
    add_differences(&mut effects, &Part::Contract, both);
    let Some(score) = evaluation.score else { return Ok(effects) };
    let scored = &data.record.facts.scores;
    let waiting =
        data.record.terms_on(today).milestones.iter().filter(|milestone| {
            milestone.requires_score && scored.iter().all(|known| known.milestone != milestone.code)
        });
    for milestone in waiting {
        let body = to_value(&MilestoneScore { milestone: milestone.code.clone(), on: today, score })?;
        let fact = NewFact { kind: FactKind::Score, on: today, body, words: serde_json::Value::Null };
        let own = Part::Milestone(milestone.code.as_str().to_owned());
        // A milestone that cannot be scored yet has no figures to show.
        let changed = of_fact(data, today, &fact).unwrap_or_default();
        let changed = changed.into_iter().filter(|effect| effect.part == own);
        let part = Part::MilestoneOnceScored(milestone.code.as_str().to_owned());
        effects.extend(changed.map(|effect| Effect { part: part.clone(), ..effect }));
    }
    Ok(effects)
}
