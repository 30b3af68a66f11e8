//! The notice of a breach (违约通知书) with the receipt of its service (送达回证) on a page of its own: the facts, the clause,
//! the steps of the penalty, and the way to object.

use serde::Serialize;

use crate::adapters::pdf::document::{Block, Cell, Column, Row, Style, Table};
use crate::domain::clauses::BreachTerm;
use crate::domain::objections::ANSWER_WORKING_DAYS;
use crate::domain::recoveries::has_ended;
use crate::domain::standing::BreachStanding;
use crate::text::dates::{long, short};
use crate::text::message;

use crate::services::documents::forms::Section;
use crate::services::documents::forms::parts::{amount_in_words, pair, pairs, paragraphs, seals};
use crate::services::documents::payments::{self, yuan};
use crate::services::documents::voice::{Look, Voice, figure, name, written};
use crate::services::documents::{ContractSnapshot, clauses, steps};

/// Content of the form.
#[derive(Debug, Clone, Serialize)]
pub struct BreachNotice {
    pub breach: BreachStanding,
    /// Clause that was breached.
    pub term: BreachTerm,
    /// Notes recorded with the facts of the breach.
    pub notes: Vec<String>,
    /// Name of the milestone whose payment bears the penalty, once settled.
    pub settled_in: Option<String>,
}

/// Builds the salutation, which comes before the sections.
pub fn salutation(snapshot: &ContractSnapshot, voice: Voice) -> Vec<Block> {
    let mut blocks = paragraphs(voice, "document-breach-to", vec![("contractor", snapshot.contractor.clone())]);
    let contract = vec![("title", snapshot.title.clone()), ("number", snapshot.number.clone())];
    blocks.extend(paragraphs(voice, "document-breach-says", contract));
    blocks
}

/// Builds the sections of the notice.
pub fn sections(notice: &BreachNotice, snapshot: &ContractSnapshot, voice: Voice) -> Vec<Section> {
    vec![
        ("document-breach-facts", facts(notice, snapshot, voice)),
        ("document-breach-clause", clause(notice, snapshot, voice)),
        ("document-breach-penalty", penalty(notice, snapshot, voice)),
        ("document-breach-objection", objection(voice)),
        ("document-breach-seal", vec![seals(voice, &["document-purchaser"])]),
    ]
}

fn clause_name(notice: &BreachNotice, snapshot: &ContractSnapshot, voice: Voice) -> Cell {
    let code = notice.breach.clause.as_str();
    voice.each(Look::CELL, |language| {
        let args = [("name", payments::clause_name(code, snapshot, language)), ("code", code.to_owned())];
        message(language, "document-with-code", &args)
    })
}

fn facts(notice: &BreachNotice, snapshot: &ContractSnapshot, voice: Voice) -> Vec<Block> {
    let breach = &notice.breach;
    let mut rows = vec![
        pair(voice, "document-column-clause", clause_name(notice, snapshot, voice)),
        pair(voice, "document-column-subject", name(payments::breach_subject_name(&breach.subject, &snapshot.details))),
        pair(voice, "document-column-since", figure(short(breach.since))),
    ];
    rows.extend(notice.notes.iter().map(|note| pair(voice, "document-breach-note", name(note))));
    vec![pairs(rows)]
}

fn clause(notice: &BreachNotice, snapshot: &ContractSnapshot, voice: Voice) -> Vec<Block> {
    let sentence = |language| clauses::sentence(&notice.term, &snapshot.terms, &snapshot.details, language);
    let mut blocks: Vec<Block> = voice.each(Look::BODY, sentence).into_iter().map(Block::Paragraph).collect();
    let words = snapshot.details.clauses.get(notice.breach.clause.as_str()).map_or("", |clause| clause.text.as_str());
    if !words.is_empty() {
        blocks.push(Block::Paragraph(written(Style::BODY, words)));
    }
    blocks
}

fn penalty(notice: &BreachNotice, snapshot: &ContractSnapshot, voice: Voice) -> Vec<Block> {
    let breach = &notice.breach;
    let mut blocks = Vec::new();
    if !breach.trail.is_empty() {
        blocks.push(Block::Steps(steps::cells_of_breach(breach, snapshot, voice)));
    }
    let sums = voice.each(Look::BODY, |language| {
        let args = [
            ("day", long(snapshot.as_of, language)),
            ("amount", yuan(breach.amount)),
            ("charged", yuan(breach.charged)),
        ];
        message(language, "document-breach-sum", &args)
    });
    blocks.extend(sums.into_iter().map(Block::Paragraph));
    blocks.push(pairs(vec![pair(voice, "document-amount-in-words", amount_in_words(voice, breach.charged))]));
    let outcome = match &notice.settled_in {
        _ if breach.waived => ("document-breach-is-waived", Vec::new()),
        Some(milestone) => ("document-breach-is-settled", vec![("name", milestone.clone())]),
        None if has_ended(snapshot.state) => ("document-breach-is-to-recover", Vec::new()),
        None if breach.accruing => ("document-breach-is-accruing", Vec::new()),
        None => ("document-breach-is-open", Vec::new()),
    };
    blocks.extend(paragraphs(voice, outcome.0, outcome.1));
    blocks
}

fn objection(voice: Voice) -> Vec<Block> {
    paragraphs(voice, "document-breach-objection-says", vec![("days", ANSWER_WORKING_DAYS.to_string())])
}

/// Builds the receipt, which people fill in by hand when the notice is served.
pub fn receipt(notice: &BreachNotice, snapshot: &ContractSnapshot, voice: Voice) -> Vec<Block> {
    /// Height of a row for handwriting, in points.
    const ROOM: f32 = 26.0;
    let served = voice.each(Look::CELL, |language| {
        let name = payments::clause_name(notice.breach.clause.as_str(), snapshot, language);
        message(language, "document-receipt-notice", &[("clause", name), ("code", snapshot.code.clone())])
    });
    let mut rows = vec![
        pair(voice, "document-receipt-document", served),
        pair(voice, "document-number", figure(&snapshot.number)),
        pair(voice, "document-receipt-sender", name(&snapshot.purchaser)),
        pair(voice, "document-receipt-recipient", name(&snapshot.contractor)),
        pair(voice, "document-receipt-manner", voice.say(Look::CELL, "document-receipt-manners")),
    ];
    let blank = |key: &str| {
        // Empty lines here and further down keep the room.
        let line = || written(Style::CELL, "");
        Row {
            cells: vec![voice.say(Look::LABEL, key), vec![line(), line().above(ROOM - Style::CELL.leading)]],
            total: false,
        }
    };
    rows.extend(
        [
            "document-receipt-place",
            "document-receipt-signed",
            "document-receipt-day",
            "document-receipt-substitute",
            "document-receipt-servers",
            "document-receipt-remarks",
        ]
        .map(blank),
    );
    vec![
        Block::PageBreak,
        Block::Title { lines: voice.say(Look::TITLE, "document-receipt-title") },
        Block::Grid(Table { columns: vec![Column::Whole, Column::Words], head: Vec::new(), rows }),
    ]
    .into_iter()
    .chain(voice.say(Look::NOTE, "document-receipt-note").into_iter().map(Block::Paragraph))
    .collect()
}
