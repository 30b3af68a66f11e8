//! The record of an inspection (履约验收书): one decision on one submission, with a row for every standard, and the places
//! where the inspection group and both parties sign.

use chrono::NaiveDate;
use serde::Serialize;

use crate::adapters::pdf::document::{Block, Cell, Column};
use crate::domain::codes::{Language, StandardKind};
use crate::domain::facts::DecisionWord;
use crate::domain::numbers::Quantity;
use crate::domain::terms::Direction;
use crate::services::deliverables::inspection::StandardResult;
use crate::services::deliverables::{DecisionView, SubmissionView};
use crate::text::dates::short;
use crate::text::message;
use crate::text::money::group_thousands;

use crate::services::documents::forms::Section;
use crate::services::documents::forms::parts::{grid, or_dash, pair, pairs, paragraphs, seals};
use crate::services::documents::voice::{Look, Voice, figure, name};

/// Content of the form.
#[derive(Debug, Serialize)]
pub struct AcceptanceRecord {
    /// Code of the deliverable.
    pub code: String,
    /// Name of the deliverable.
    pub name: String,
    /// Name of the service item of the deliverable.
    pub item: String,
    /// Unit of quantities; empty if none was given.
    pub unit: String,
    pub agreed: String,
    /// Due day with extensions, on a working day.
    pub due_on: NaiveDate,
    /// Days of delay by the contractor; absent if the submission was rejected.
    pub days_late: Option<i32>,
    pub submission: SubmissionView,
    pub decision: DecisionView,
    /// Name of the person who recorded the decision.
    pub decided_by: String,
    /// Name of the person represented, if a deputy recorded the decision.
    pub on_behalf_of: Option<String>,
    pub standards: Vec<Standard>,
}

/// A standard of the deliverable in force on the day of the decision.
#[derive(Debug, Clone, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Standard {
    /// A measured indicator.
    Indicator { name: String, direction: Direction, target: String, measured: Option<String>, is_met: Option<bool> },
    /// A standard in words, which the group assesses: that of the service, or the evidence to submit.
    Words { of: StandardKind, text: String, result: Option<StandardResult> },
}

/// Builds the sections of the form.
pub fn sections(record: &AcceptanceRecord, voice: Voice) -> Vec<Section> {
    vec![
        ("document-acceptance-object", subject(record, voice)),
        ("document-acceptance-standards", standards(record, voice)),
        ("document-acceptance-outcome", outcome(record, voice)),
        ("document-acceptance-members", members(record, voice)),
        ("document-acceptance-seals", vec![seals(voice, &["document-purchaser", "document-contractor"])]),
    ]
}

fn with_unit(record: &AcceptanceRecord, number: &str) -> String {
    format!("{} {}", group_thousands(number), record.unit).trim_end().to_owned()
}

fn quantity(record: &AcceptanceRecord, number: &str) -> Cell {
    figure(with_unit(record, number))
}

fn subject(record: &AcceptanceRecord, voice: Voice) -> Vec<Block> {
    let of = &record.submission;
    let mut rows = vec![
        pair(
            voice,
            "document-column-deliverable",
            voice.each(Look::CELL, |language| {
                let args = [("name", record.name.clone()), ("code", record.code.clone())];
                message(language, "document-with-code", &args)
            }),
        ),
        pair(voice, "document-service", name(&record.item)),
        pair(voice, "document-submission-no", figure(of.no.to_string())),
        pair(voice, "submission-on", figure(short(of.on))),
        pair(voice, "submission-quantity", quantity(record, &of.quantity)),
    ];
    if !of.note.is_empty() {
        rows.push(pair(voice, "submission-note", name(&of.note)));
    }
    vec![pairs(rows)]
}

fn standards(record: &AcceptanceRecord, voice: Voice) -> Vec<Block> {
    let columns = [
        (Column::Whole, "document-column-no"),
        (Column::Words, "document-column-standard"),
        (Column::Words, "document-column-agreed"),
        (Column::Words, "document-column-actual"),
        (Column::Whole, "document-column-conclusion"),
    ];
    let accepted = record.decision.quantity.as_deref().map_or_else(|| figure("–"), |number| quantity(record, number));
    let mut rows: Vec<Vec<Cell>> = vec![
        vec![
            voice.say(Look::CELL, "document-standard-quantity"),
            quantity(record, &record.agreed),
            accepted,
            result_of_quantity(record, voice),
        ],
        vec![
            voice.say(Look::CELL, "document-standard-due"),
            figure(short(record.due_on)),
            figure(short(record.submission.on)),
            result_of_day(record, voice),
        ],
    ];
    rows.extend(record.standards.iter().map(|standard| standard_row(standard, voice)));
    let numbered = rows.into_iter().zip(1_u32..).map(|(mut cells, no)| {
        cells.insert(0, figure(no.to_string()));
        cells
    });
    vec![grid(voice, &columns, numbered.collect())]
}

/// Returns the result for the quantity: met, or how much is missing; a dash for a rejected submission.
fn result_of_quantity(record: &AcceptanceRecord, voice: Voice) -> Cell {
    let units = |number: &str| number.parse::<Quantity>().ok().map(Quantity::units);
    let Some(accepted) = record.decision.quantity.as_deref().and_then(units) else { return figure("–") };
    let missing = units(&record.agreed).and_then(|agreed| agreed.checked_sub(accepted)).filter(|missing| *missing > 0);
    match missing.and_then(Quantity::from_units) {
        Some(missing) => {
            let args = vec![("quantity", with_unit(record, &missing.to_string()))];
            voice.tell(Look::CELL, "document-standard-short", args)
        }
        None => voice.say(Look::CELL, "document-standard-met"),
    }
}

/// Returns the result for the due day: on time, or the days of delay; boxes to tick for a rejected submission that was
/// late.
fn result_of_day(record: &AcceptanceRecord, voice: Voice) -> Cell {
    match record.days_late {
        Some(days) if days > 0 => voice.tell(Look::CELL, "document-standard-late", vec![("days", days.to_string())]),
        None if record.submission.on > record.due_on => voice.say(Look::CELL, "document-standard-tick"),
        _ => voice.say(Look::CELL, "document-standard-on-time"),
    }
}

fn standard_row(standard: &Standard, voice: Voice) -> Vec<Cell> {
    match standard {
        Standard::Indicator { name: named, direction, target, measured, is_met } => {
            let key = format!("document-target-{direction}");
            let conclusion = match is_met {
                Some(true) => voice.say(Look::CELL, "document-standard-met"),
                Some(false) => voice.say(Look::CELL, "document-standard-missed"),
                None => figure("–"),
            };
            vec![
                name(named),
                voice.tell(Look::CELL, &key, vec![("target", target.clone())]),
                figure(measured.as_deref().unwrap_or("–")),
                conclusion,
            ]
        }
        Standard::Words { of, text, result } => {
            let found = result.as_ref().map_or("tick", |result| result.outcome.as_str());
            let note = result.as_ref().map_or_else(Cell::new, |result| name(&result.note));
            let say = |word: &str| voice.say(Look::CELL, &format!("document-standard-{word}"));
            vec![say(of.as_str()), name(text), note, say(found)]
        }
    }
}

fn outcome(record: &AcceptanceRecord, voice: Voice) -> Vec<Block> {
    let of = &record.decision;
    let by = |language: Language| match &record.on_behalf_of {
        Some(holder) => {
            message(language, "by-deputy", &[("by", record.decided_by.clone()), ("holder", holder.clone())])
        }
        None => record.decided_by.clone(),
    };
    let mut rows =
        vec![pair(voice, "document-column-conclusion", voice.say(Look::LABEL, &format!("decision-{}", of.decision)))];
    if of.decision != DecisionWord::Rejected {
        let accepted = of.quantity.as_deref().unwrap_or_default();
        rows.push(pair(voice, "submission-accepted", quantity(record, accepted)));
    }
    rows.extend([
        pair(voice, "document-decided-on", figure(short(of.on))),
        pair(
            voice,
            "role-officer",
            if record.on_behalf_of.is_some() { voice.each(Look::CELL, by) } else { name(&record.decided_by) },
        ),
        pair(voice, "document-column-opinion", or_dash(&of.note)),
    ]);
    vec![pairs(rows)]
}

fn members(record: &AcceptanceRecord, voice: Voice) -> Vec<Block> {
    let of = &record.decision;
    if of.members.is_empty() && of.group.is_empty() {
        return paragraphs(voice, "document-acceptance-no-members", Vec::new());
    }
    let columns = [
        (Column::Whole, "document-column-no"),
        (Column::Words, "document-column-member"),
        (Column::Words, "document-column-post"),
        (Column::Words, "document-column-vote"),
        (Column::Words, "document-column-signature"),
    ];
    let voted = of.group.iter().map(|member| {
        let mut named = name(&member.name);
        if member.is_chair {
            named.extend(voice.say(Look::CELL, "inspection-chair"));
        }
        let mut vote = voice.say(Look::CELL, &format!("decision-{}", member.vote));
        if !member.reason.is_empty() {
            vote.extend(name(&member.reason));
        }
        vec![named, Cell::new(), vote, Cell::new()]
    });
    let named = of.members.iter().map(|member| vec![name(member), Cell::new(), Cell::new(), Cell::new()]);
    let rows = voted.chain(named).zip(1_u32..).map(|(mut cells, no)| {
        cells.insert(0, figure(no.to_string()));
        cells
    });
    vec![grid(voice, &columns, rows.collect())]
}
