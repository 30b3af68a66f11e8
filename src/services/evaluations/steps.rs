//! The steps on an open evaluation: self-assessment, proposal, comments, the final result, withdrawal.

use std::collections::BTreeMap;

use serde::Deserialize;
use utoipa::ToSchema;

use crate::app::App;
use crate::domain::evaluations::{
    ADJUSTMENT_POINTS, Adjustment, Adjustments, EVALUATION_ACTIONS, EvaluationState, EvaluationStepKind, Inputs,
    Measure, OpenEvaluation, Views, is_within_reach,
};
use crate::domain::numbers::Score;
use crate::domain::payments::Actor;
use crate::error::{Error, Message};
use crate::services::contracts::record::{ContractRecord, stored, to_stored};
use crate::services::contracts::registration::append_event;
use crate::services::contracts::{acts, append, repeats};
use crate::services::evaluations::{EvaluationSummary, awaited_by, last_day_to_comment};
use crate::services::identity::caller::{Caller, reject_earlier_actors};
use crate::services::notifications::party_alerts;
use crate::services::shared::faults::Faults;
use crate::services::shared::inputs;
use crate::storage::evaluations::{self as rows, Evaluation, EvaluationChange, EvaluationStepRow};
use crate::storage::write::Tx;

/// A step on an evaluation. Each step reads the members that it needs.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EvaluationStepInput {
    /// Self-assessment or comments; required for these steps.
    #[serde(default)]
    pub text: Option<String>,
    /// The contractor's own score of each measure (`quantity`, `timeliness`, `first_pass`, `quality`, `compliance`,
    /// `satisfaction`), 0 to 100; read with the self-assessment.
    #[serde(default)]
    #[schema(value_type = Object)]
    pub scores: Views,
    /// Score and reason of each measure that the officer adjusts, at most 10 points from the computed score; read with
    /// the proposal.
    #[serde(default)]
    #[schema(value_type = Object)]
    pub adjustments: Adjustments,
    /// Reason of a withdrawal, where it is required, or note on the final result.
    #[serde(default)]
    pub reason: Option<String>,
    /// Number of steps that the leader has seen. The final result is refused if more were taken since.
    #[serde(default)]
    pub seen: Option<i64>,
}

/// An evaluation within the transaction of a step.
struct Taken {
    evaluation: Evaluation,
    steps: Vec<EvaluationStepRow>,
    open: OpenEvaluation,
}

/// The outcome of a step: its text, the columns that it changes, the content of its event, and the new state.
struct Stored {
    note: String,
    change: EvaluationChange,
    event: serde_json::Value,
    state: EvaluationState,
}

/// Takes a step on an evaluation: `assess`, `propose`, `comment`, `finalise` or `withdraw`.
///
/// # Errors
/// `NotFound` for an unknown evaluation or step; `Duplicate` in a state that the step does not change, or for the same
/// step again; `Conflict` before the contractor was heard; `Forbidden` by role, or to make one's own proposal final;
/// `Refused` for a missing text or reason, or an adjustment out of bounds.
pub fn take_step(
    app: &App,
    caller: &Caller,
    id: &str,
    name: &str,
    input: &EvaluationStepInput,
) -> Result<EvaluationSummary, Error> {
    let action = EVALUATION_ACTIONS.iter().find(|(known, _)| *known == name).map(|(_, action)| *action);
    let (action, kind) = action.zip(EvaluationStepKind::parse(name)).ok_or(Error::NotFound)?;
    acts::write_about(app, caller, action, (id, rows::with_contract), |tx, record, _, evaluation| {
        let steps = rows::load_steps(tx.connection, &[evaluation.id])?;
        let steps: Vec<EvaluationStepRow> = steps.into_iter().map(|(_, step)| step).collect();
        let Some(open) = awaited_by(&evaluation, &steps) else { return Err(wrong_state(record, &evaluation)) };
        let taken = Taken { evaluation, steps, open };
        let stored = match kind {
            EvaluationStepKind::Assess => assess(record, &taken, input)?,
            EvaluationStepKind::Propose => propose(tx, &taken, input)?,
            EvaluationStepKind::Comment => comment(record, &taken, input)?,
            EvaluationStepKind::Finalise => finalise(tx, record, &taken, input)?,
            EvaluationStepKind::Open | EvaluationStepKind::Withdraw => withdraw(input)?,
        };
        taken.refuse_repeated(tx, record, (kind, &stored))?;
        let Stored { note, change, event, state } = stored;
        let by = tx.person()?;
        let seq = taken.seen() + 1;
        rows::insert_step(tx.connection, tx.context, taken.evaluation.id, (seq, kind, by, &note))?;
        let change = EvaluationChange { state: Some(state.as_str()), ..change };
        rows::update(tx.connection, taken.evaluation.id, &change)?;
        let id = taken.evaluation.public_id;
        append_event(tx, &record.contract, action, event_body(&id, &note, event))?;
        append::save_change(tx, record)?;
        tell_end(tx, record, &id, (state, &note))?;
        Ok(EvaluationSummary { id, state, steps: seq, version: record.contract.version })
    })
}

impl Taken {
    /// Returns the number of steps taken so far.
    fn seen(&self) -> i64 {
        self.steps.last().map_or(0, |step| step.seq)
    }

    fn inputs(&self) -> Result<Inputs, Error> {
        stored(&self.evaluation.inputs)
    }

    fn in_state(&self, record: &ContractRecord, state: EvaluationState) -> Result<(), Error> {
        if self.evaluation.state == state { Ok(()) } else { Err(wrong_state(record, &self.evaluation)) }
    }

    /// Refuses a step that the same seat took with the same content: it was sent again.
    fn refuse_repeated(
        &self,
        tx: &Tx<'_>,
        record: &ContractRecord,
        (kind, new): (EvaluationStepKind, &Stored),
    ) -> Result<(), Error> {
        let known = &self.evaluation;
        let is_new = new.change.answer_by.is_some_and(|day| day != known.answer_by)
            || new.change.views.as_ref().is_some_and(|views| *views != known.views)
            || new.change.adjustments.as_ref().is_some_and(|adjustments| *adjustments != known.adjustments);
        let own = (tx.person()?, tx.context.on_behalf_of.map(|person| person.0));
        let is_same = |step: &EvaluationStepRow| {
            step.action == kind && (step.person_id, step.for_id) == own && step.note == new.note
        };
        if is_new || !self.steps.iter().any(is_same) {
            return Ok(());
        }
        Err(past(record, known, Message::new("evaluation-step-repeated")))
    }

    /// Refuses a step of the purchaser before the contractor has answered or its time has passed.
    fn is_heard(&self, tx: &Tx<'_>) -> Result<(), Error> {
        if self.open.is_heard(tx.context.today()) {
            return Ok(());
        }
        Err(Error::Conflict(Message::new("evaluation-not-heard").with("day", self.evaluation.answer_by)))
    }
}

fn assess(record: &ContractRecord, taken: &Taken, input: &EvaluationStepInput) -> Result<Stored, Error> {
    taken.in_state(record, EvaluationState::Draft)?;
    let note = required_text(input)?;
    let known = taken.inputs()?;
    let mut faults = Faults::new("evaluation-measure");
    for measure in input.scores.keys().filter(|measure| known.computed(**measure).is_none()) {
        faults.add(format!("scores.{measure}"), Message::new("evaluation-no-data"));
    }
    faults.finish()?;
    let change = EvaluationChange { views: Some(to_stored(&input.scores)?), ..EvaluationChange::default() };
    Ok(Stored { note, change, event: serde_json::json!({ "scores": input.scores }), state: EvaluationState::Draft })
}

fn propose(tx: &Tx<'_>, taken: &Taken, input: &EvaluationStepInput) -> Result<Stored, Error> {
    taken.is_heard(tx)?;
    let known = taken.inputs()?;
    let adjustments = check_adjustments(&known, &input.adjustments)?;
    let score = known.outcome(&adjustments, &Views::new()).score;
    let change = EvaluationChange {
        answer_by: Some(last_day_to_comment(tx)),
        adjustments: Some(to_stored(&adjustments)?),
        ..EvaluationChange::default()
    };
    let event = serde_json::json!({ "adjustments": adjustments, "score": score });
    Ok(Stored { note: String::new(), change, event, state: EvaluationState::Proposed })
}

/// Checks each adjusted measure and returns the adjustments with trimmed reasons.
fn check_adjustments(known: &Inputs, given: &Adjustments) -> Result<Adjustments, Error> {
    let mut faults = Faults::new("evaluation-adjustment");
    let mut checked = BTreeMap::new();
    for (measure, adjustment) in given {
        match known.computed(*measure) {
            None => faults.add(path_of_adjusted(*measure), Message::new("evaluation-no-data")),
            Some(computed) if !is_within_reach(computed, adjustment.score) => {
                faults.add(path_of_adjusted(*measure), out_of_reach(computed));
            }
            Some(_) => {}
        }
        let path = path_of_reason(*measure);
        let reason = adjustment.reason.trim();
        match inputs::text_fault(reason) {
            Some(message) => faults.add(path, message),
            None if reason.is_empty() => faults.add(path, Message::new("evaluation-reason-missing")),
            None => {}
        }
        checked.insert(*measure, Adjustment { score: adjustment.score, reason: reason.to_owned() });
    }
    faults.finish()?;
    Ok(checked)
}

fn out_of_reach(computed: Score) -> Message {
    Message::new("evaluation-out-of-reach").with("most", ADJUSTMENT_POINTS).with("computed", computed)
}

/// Returns the path of the officer's score of a measure, which is also the name of the field.
pub fn path_of_adjusted(measure: Measure) -> String {
    format!("adjustments.{measure}.score")
}

/// Returns the path of the reason for an adjustment, which is also the name of the field.
pub fn path_of_reason(measure: Measure) -> String {
    format!("adjustments.{measure}.reason")
}

fn comment(record: &ContractRecord, taken: &Taken, input: &EvaluationStepInput) -> Result<Stored, Error> {
    taken.in_state(record, EvaluationState::Proposed)?;
    let note = required_text(input)?;
    let change = EvaluationChange::default();
    Ok(Stored { note, change, event: serde_json::json!({}), state: EvaluationState::Proposed })
}

fn finalise(tx: &Tx<'_>, record: &ContractRecord, taken: &Taken, input: &EvaluationStepInput) -> Result<Stored, Error> {
    taken.in_state(record, EvaluationState::Proposed)?;
    let before: Vec<Actor<i64>> = authors(&taken.steps).collect();
    reject_earlier_actors(tx, &before)?;
    taken.is_heard(tx)?;
    if taken.evaluation.to_on > tx.context.today() {
        return Err(Error::Conflict(Message::new("evaluation-not-over").with("last", taken.evaluation.to_on)));
    }
    if input.seen.is_some_and(|seen| seen != taken.seen()) {
        return Err(Error::Conflict(Message::new("evaluation-changed")));
    }
    let note = inputs::optional_reason(input.reason.as_deref())?.to_owned();
    let (adjustments, views): (Adjustments, Views) =
        (stored(&taken.evaluation.adjustments)?, stored(&taken.evaluation.views)?);
    let outcome = taken.inputs()?.outcome(&adjustments, &views);
    let change = EvaluationChange {
        outcome: Some(to_stored(&outcome)?),
        score: outcome.score.map(|score| score.to_string()),
        ..EvaluationChange::default()
    };
    let event = serde_json::json!({ "outcome": outcome });
    Ok(Stored { note, change, event, state: EvaluationState::Final })
}

fn withdraw(input: &EvaluationStepInput) -> Result<Stored, Error> {
    let note = inputs::reason(input.reason.as_deref())?.to_owned();
    let change = EvaluationChange::default();
    Ok(Stored { note, change, event: serde_json::json!({}), state: EvaluationState::Withdrawn })
}

/// Returns the people who opened and proposed an evaluation, who must not make it final.
pub(in crate::services) fn authors(steps: &[EvaluationStepRow]) -> impl Iterator<Item = Actor<i64>> {
    let is_proposing =
        |step: &&EvaluationStepRow| matches!(step.action, EvaluationStepKind::Open | EvaluationStepKind::Propose);
    let actor = |step: &EvaluationStepRow| Actor { person: step.person_id.0, on_behalf_of: step.for_id };
    steps.iter().filter(is_proposing).map(actor)
}

fn required_text(input: &EvaluationStepInput) -> Result<String, Error> {
    let text = inputs::text("text", input.text.as_deref().unwrap_or_default())?;
    if text.is_empty() {
        return Err(Error::refused_at("reason", "text", Message::new("evaluation-text-missing")));
    }
    Ok(text.to_owned())
}

fn wrong_state(record: &ContractRecord, evaluation: &Evaluation) -> Error {
    past(record, evaluation, Message::new("evaluation-state-is").with("state", evaluation.state))
}

/// Builds the refusal of a step that was taken before, leading to the evaluation.
fn past(record: &ContractRecord, evaluation: &Evaluation, message: Message) -> Error {
    repeats::duplicate(&record.contract, None, format!("evaluation-{}", evaluation.public_id), message, false)
}

fn event_body(id: &str, note: &str, mut body: serde_json::Value) -> serde_json::Value {
    if let Some(body) = body.as_object_mut() {
        body.insert("evaluation".to_owned(), id.into());
        if !note.is_empty() {
            body.insert("note".to_owned(), note.into());
        }
    }
    body
}

/// Notifies contractor and officer of the end of an evaluation.
fn tell_end(
    tx: &mut Tx<'_>,
    record: &ContractRecord,
    id: &str,
    (state, note): (EvaluationState, &str),
) -> Result<(), Error> {
    match state {
        EvaluationState::Draft | EvaluationState::Proposed => Ok(()),
        EvaluationState::Final | EvaluationState::Withdrawn => {
            party_alerts::tell_evaluation(tx, record, id, (state, note))
        }
    }
}
