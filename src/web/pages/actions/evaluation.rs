//! Evaluation of a contract over a period: the officer opens and proposes it, the contractor assesses itself and
//! comments, a leader makes it final. The subject is its identifier.

use std::collections::BTreeMap;

use crate::app::App;
use crate::domain::evaluations::{Adjustment, Measure, assess_by};
use crate::domain::policy::Action;
use crate::error::{Error, Message};
use crate::services::contracts::effects::Proposal;
use crate::services::evaluations::steps::{self, EvaluationStepInput, path_of_adjusted, path_of_reason};
use crate::services::evaluations::view::{EvaluationStepView, EvaluationView, MeasureView};
use crate::services::evaluations::{self, EvaluationInput};
use crate::services::identity::caller::Caller;
use crate::services::shared::form_reader::FormReader;
use crate::services::shared::typed_values::{parse_date, parse_score, parse_whole};
use crate::web::pages::actions::act::{Act, ActContext, ActTarget};
use crate::web::pages::actions::checks::Checks;
use crate::web::pages::actions::fields::{hidden, note};
use crate::web::pages::actions::summary::{self, SummaryRow};
use crate::web::pages::forms::Form;
use crate::web::pages::forms::field::{Field, FieldKind};
use crate::web::pages::shell::Shell;

/// Opens an evaluation.
pub const OPEN: Act = Act {
    of_contract: true,
    summary: summary::contract,
    fields: period_fields,
    ..Act::new("evaluation", &[Action::OpenEvaluation], submit_period)
};

/// Assessing one's own work.
pub const ASSESS: Act = Act {
    summary: show_evaluation,
    fields: own_fields,
    ..Act::new("evaluation-assess", &[Action::AssessEvaluation], submit_assessment)
};

/// Proposes the result.
pub const PROPOSE: Act = Act {
    summary: show_evaluation,
    checks: is_heard,
    alternative: Some("evaluation-withdraw"),
    fields: adjustment_fields,
    ..Act::new("evaluation-propose", &[Action::ProposeEvaluation], submit_proposal)
};

/// Comments on the proposed result.
pub const COMMENT: Act = Act {
    summary: show_evaluation,
    fields: comment_fields,
    ..Act::new("evaluation-comment", &[Action::CommentEvaluation], submit_comment)
};

/// Makes the result final.
pub const FINALISE: Act = Act {
    summary: show_evaluation,
    checks: is_heard,
    proposal: Some(|target, _| Ok(Proposal::Evaluation(target.subject.clone()))),
    alternative: Some("evaluation-withdraw"),
    fields: final_fields,
    ..Act::new("evaluation-finalise", &[Action::FinaliseEvaluation], submit_final)
};

/// Withdraws an evaluation, with a reason.
pub const WITHDRAW: Act = Act {
    summary: show_evaluation,
    needs_reason: true,
    is_adverse: true,
    ..Act::new("evaluation-withdraw", &[Action::WithdrawEvaluation], submit_withdrawal)
};

fn find<'a>(context: &'a ActContext<'_>) -> Result<&'a EvaluationView, Error> {
    let found = context.contract.evaluations.iter().find(|one| one.id == context.subject());
    found.ok_or(Error::NotFound)
}

fn show_evaluation(context: &ActContext<'_>) -> Result<Vec<SummaryRow>, Error> {
    let (page, evaluation) = (context.page, find(context)?);
    let mut all = summary::rows(
        page,
        [
            ("evaluation-period", period(page, evaluation)),
            ("evaluation-measured-on", page.day(&evaluation.measured_on)),
        ],
    );
    let row = |name: String, value: String| SummaryRow { name, value, links: Vec::new() };
    let measures = evaluation.measures.iter();
    all.extend(measures.map(|known| row(page.word("document-measure", known.measure), describe_measure(page, known))));
    all.push(SummaryRow::new(page, "evaluation-result", describe_result(page, evaluation)));
    let texts = evaluation.steps.iter().filter(|step| !step.note.is_empty());
    let name = |step: &EvaluationStepView| page.noted(page.word("evaluation-step", step.step), &step.by);
    all.extend(texts.map(|step| row(name(step), step.note.clone())));
    Ok(all)
}

/// Returns the period of an evaluation in words.
pub fn period(page: &Shell, evaluation: &EvaluationView) -> String {
    page.with2("evaluation-from-to", "from", evaluation.from, "to", evaluation.to)
}

/// Describes a measure: computed score, weight, number counted, the contractor's and the officer's scores.
pub fn describe_measure(page: &Shell, known: &MeasureView) -> String {
    let computed = page.with2("evaluation-computed", "score", known.computed, "weight", known.weight);
    let behind = page.with(behind(known.measure), "count", known.count);
    let own = known.own.map(|score| page.with("evaluation-own", "score", score));
    let adjusted =
        known.adjusted.map(|score| page.with2("evaluation-adjusted", "score", score, "reason", &known.reason));
    let parts: Vec<String> = [computed, behind].into_iter().chain(own).chain(adjusted).collect();
    page.joined("document-semicolon", &parts)
}

/// Returns the key of the message with the number counted for a measure.
fn behind(measure: Measure) -> &'static str {
    match measure {
        Measure::Compliance => "evaluation-breaches",
        Measure::Satisfaction => "evaluation-surveys",
        Measure::Quantity | Measure::Timeliness | Measure::FirstPass | Measure::Quality => "evaluation-deliverables",
    }
}

/// Returns the score and rating of an evaluation as text, or a note that there is no data.
pub fn describe_result(page: &Shell, evaluation: &EvaluationView) -> String {
    match evaluation.score.zip(evaluation.rating) {
        Some((score, rating)) => page.noted(score, page.word("document-rating", rating)),
        None => page.say("evaluation-nothing"),
    }
}

/// Warns while the contractor has not answered and still has time.
fn is_heard(context: &ActContext<'_>) -> Result<Checks, Error> {
    let evaluation = find(context)?;
    let mut checks = Checks::default();
    if !evaluation.is_heard {
        let message = Message::new("evaluation-not-heard").with("day", evaluation.answer_by);
        checks.add_doubts(&[message.text(context.page.language)]);
    }
    Ok(checks)
}

fn period_fields(context: &ActContext<'_>) -> Result<Vec<Field>, Error> {
    let (page, overview) = (context.page, context.contract_overview());
    let after = context.contract.evaluations.iter().filter(|one| one.state.as_str() != "withdrawn").map(|one| one.to);
    let from = after.max().and_then(|day| day.succ_opt()).unwrap_or(overview.snapshot.terms.starts_on);
    let day = |name: &str, label: &str| Field::new(name, FieldKind::Day, page.say(label));
    Ok(vec![
        day("from", "field-evaluation-from").propose(from.min(page.today)),
        day("to", "field-evaluation-to").propose(page.today).hint(page.say("field-evaluation-to-hint")),
        day("assess_by", "field-evaluation-assess-by").propose(assess_by(context.caller.today())),
    ])
}

fn own_fields(context: &ActContext<'_>) -> Result<Vec<Field>, Error> {
    let (page, evaluation) = (context.page, find(context)?);
    let text = Field::new("text", FieldKind::Text, page.say("field-evaluation-assessment"));
    let own = evaluation.measures.iter().map(|known| {
        let label = page.with("field-evaluation-own", "measure", page.word("document-measure", known.measure));
        let field = Field::new(own_field(known.measure), FieldKind::Number, label);
        field.propose(known.own.map(|score| score.to_string()).unwrap_or_default())
    });
    let hint = page.say("field-evaluation-assessment-hint");
    Ok(std::iter::once(text.hint(hint)).chain(own).collect())
}

/// Returns the name of the field for the contractor's score of a measure.
fn own_field(measure: Measure) -> String {
    format!("scores.{measure}.score")
}

fn adjustment_fields(context: &ActContext<'_>) -> Result<Vec<Field>, Error> {
    let (page, evaluation) = (context.page, find(context)?);
    let pair = |known: &MeasureView| {
        let name = page.word("document-measure", known.measure);
        let score = Field::new(
            path_of_adjusted(known.measure),
            FieldKind::Number,
            page.with("field-evaluation-adjusted", "measure", &name),
        );
        let score = score.propose(known.adjusted.unwrap_or(known.computed));
        let reason = Field::new(
            path_of_reason(known.measure),
            FieldKind::Line,
            page.with("field-evaluation-why", "measure", &name),
        );
        let computed = page.with("field-evaluation-adjusted-hint", "score", known.computed);
        [score.hint(computed), reason.propose(&known.reason)]
    };
    Ok(evaluation.measures.iter().flat_map(pair).collect())
}

fn comment_fields(context: &ActContext<'_>) -> Result<Vec<Field>, Error> {
    let text = Field::new("text", FieldKind::Text, context.page.say("field-evaluation-comment"));
    Ok(vec![text.hint(context.page.say("field-evaluation-comment-hint"))])
}

fn final_fields(context: &ActContext<'_>) -> Result<Vec<Field>, Error> {
    Ok(vec![note(context), hidden("steps", find(context)?.steps.len())])
}

fn submit_period(app: &App, caller: &Caller, target: &ActTarget, form: &Form) -> Result<(), Error> {
    let mut reader = FormReader::new(form);
    let (from, to) = (reader.required("from", parse_date), reader.required("to", parse_date));
    let assess_by = reader.prefilled("assess_by", parse_date);
    let input = from.zip(to).map(|(from, to)| EvaluationInput { from, to, assess_by });
    evaluations::open_evaluation(app, caller, &target.contract, &reader.finish(input)?)?;
    Ok(())
}

fn take_step(app: &App, caller: &Caller, target: &ActTarget, input: &EvaluationStepInput) -> Result<(), Error> {
    let name = target.act.name.strip_prefix("evaluation-").unwrap_or(target.act.name);
    steps::take_step(app, caller, &target.subject, name, input)?;
    Ok(())
}

fn submit_assessment(app: &App, caller: &Caller, target: &ActTarget, form: &Form) -> Result<(), Error> {
    let mut reader = FormReader::new(form);
    let text = Some(reader.required_lines("text"));
    let mut scores = BTreeMap::new();
    for measure in Measure::ALL {
        if let Some(score) = reader.optional(&own_field(*measure), parse_score) {
            scores.insert(*measure, score);
        }
    }
    let input = EvaluationStepInput { text, scores, ..EvaluationStepInput::default() };
    take_step(app, caller, target, &reader.finish(Some(input))?)
}

/// Reads the adjusted measures, each with its reason. A score without a reason stays as computed; a different score
/// without a reason is refused.
fn submit_proposal(app: &App, caller: &Caller, target: &ActTarget, form: &Form) -> Result<(), Error> {
    let shown = evaluations::view::find(app, caller, &target.contract, &target.subject)?;
    let mut reader = FormReader::new(form);
    let mut adjustments = BTreeMap::new();
    for known in &shown.measures {
        let reason = reader.line(&path_of_reason(known.measure));
        let score = reader.required(&path_of_adjusted(known.measure), parse_score);
        if let Some(score) = score.filter(|score| !reason.is_empty() || *score != known.computed) {
            adjustments.insert(known.measure, Adjustment { score, reason });
        }
    }
    let input = EvaluationStepInput { adjustments, ..EvaluationStepInput::default() };
    take_step(app, caller, target, &reader.finish(Some(input))?)
}

fn submit_comment(app: &App, caller: &Caller, target: &ActTarget, form: &Form) -> Result<(), Error> {
    let mut reader = FormReader::new(form);
    let input = EvaluationStepInput { text: Some(reader.required_lines("text")), ..EvaluationStepInput::default() };
    take_step(app, caller, target, &reader.finish(Some(input))?)
}

fn submit_final(app: &App, caller: &Caller, target: &ActTarget, form: &Form) -> Result<(), Error> {
    let mut reader = FormReader::new(form);
    let reason = Some(reader.lines("note"));
    let seen = reader.optional("steps", parse_whole).and_then(|seen| i64::try_from(seen.get()).ok());
    let input = EvaluationStepInput { reason, seen, ..EvaluationStepInput::default() };
    take_step(app, caller, target, &reader.finish(Some(input))?)
}

fn submit_withdrawal(app: &App, caller: &Caller, target: &ActTarget, form: &Form) -> Result<(), Error> {
    let mut reader = FormReader::new(form);
    let input = EvaluationStepInput { reason: Some(reader.required_lines("reason")), ..EvaluationStepInput::default() };
    take_step(app, caller, target, &reader.finish(Some(input))?)
}
