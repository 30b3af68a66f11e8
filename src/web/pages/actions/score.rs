//! Scoring the performance before a milestone. The proposal is the result of the last final evaluation or, without one,
//! the score computed from the measures.

use crate::app::App;
use crate::domain::policy::Action;
use crate::error::Error;
use crate::services::contracts::effects::Proposal;
use crate::services::identity::caller::Caller;
use crate::services::performance::scores::{self, ScoreInput};
use crate::services::shared::form_reader::FormReader;
use crate::services::shared::typed_values::{parse_date, parse_score};
use crate::web::pages::actions::act::{Act, ActContext, ActTarget};
use crate::web::pages::actions::fields::{effective_day, note, number};
use crate::web::pages::actions::summary;
use crate::web::pages::forms::Form;
use crate::web::pages::forms::field::Field;

/// The act.
pub const ACT: Act = Act {
    summary: summary::milestone,
    proposal: Some(propose),
    fields,
    ..Act::new("score", &[Action::ScoreMilestone], submit)
};

fn fields(context: &ActContext<'_>) -> Result<Vec<Field>, Error> {
    let computed = context.contract_overview().snapshot.standing.performance.score;
    let evaluations = context.contract.evaluations.iter().filter(|one| one.outcome.is_some() && one.score.is_some());
    let (proposed, hint) = match evaluations.max_by_key(|one| one.to) {
        Some(last) => (
            last.score.map(|score| score.to_string()),
            context.page.with2("field-score-evaluated-hint", "from", last.from, "to", last.to),
        ),
        None => (computed.map(|points| points.to_string()), context.page.say("field-score-hint")),
    };
    let score = number(context, "score").propose(proposed.unwrap_or_default()).hint(hint);
    Ok(vec![score, note(context), effective_day(context, "field-on-score")])
}

fn propose(target: &ActTarget, form: &Form) -> Result<Proposal, Error> {
    let ScoreInput { score, on, .. } = read_input(form)?;
    Ok(Proposal::Score { milestone: target.subject.clone(), score, on })
}

fn submit(app: &App, caller: &Caller, target: &ActTarget, form: &Form) -> Result<(), Error> {
    scores::record_score(app, caller, &target.contract, &target.subject, &read_input(form)?)?;
    Ok(())
}

fn read_input(form: &Form) -> Result<ScoreInput, Error> {
    let mut reader = FormReader::new(form);
    let (score, on) = (reader.required("score", parse_score), reader.prefilled("on", parse_date));
    let note = reader.lines("note");
    let input = score.map(|score| ScoreInput { score, note, on, confirmed: form.is_confirmed() });
    reader.finish(input)
}
