//! The contract's summary (合同履约情况表) as blocks, in the order in which leaders read it.

use crate::adapters::pdf::document::{Block, Cell, Column, Document, Ink, Row, Style, Table, Text, TextLang};
use crate::domain::codes::DocumentKind;
use crate::domain::standing::{DeliverableStanding, DeliverableState, Performance};
use crate::domain::terms::Weights;
use crate::text::dates::long;
use crate::text::message;
use crate::text::money::group_thousands;

use crate::services::documents::frame::Frame;
use crate::services::documents::payments::{self, yuan};
use crate::services::documents::terms::{self, from_to};
use crate::services::documents::voice::{DocumentLang, Look, Voice, figure, heading, name, written};
use crate::services::documents::{ContractSnapshot, steps};

/// Builds the summary as a document.
pub fn document(snapshot: &ContractSnapshot, lang: DocumentLang) -> Document {
    let voice = Voice::new(lang);
    let frame = Frame {
        kind: DocumentKind::Summary,
        number: &snapshot.number,
        as_of: snapshot.as_of,
        prepared_on: snapshot.prepared_on,
        verification_url: &snapshot.verification_url,
        code: &snapshot.code,
        json: snapshot.canonical_json(),
    };
    let mut blocks = vec![Block::Title { lines: heading_lines(snapshot, voice) }, identity(snapshot, &frame, voice)];
    let sections: [(&str, Vec<Block>); 7] = [
        ("document-overview", overview(snapshot, voice)),
        ("document-terms", vec![terms::block(&snapshot.terms, &snapshot.details, voice)]),
        ("document-deliverables", deliverables(snapshot, voice)),
        ("document-milestones", milestones(snapshot, voice)),
        ("document-breaches", payments::breaches(snapshot, voice)),
        ("document-performance", performance(snapshot, voice)),
        ("document-verification", frame.verification(voice)),
    ];
    for (key, section) in sections {
        blocks.push(heading(voice, key));
        blocks.extend(section);
    }
    frame.document(blocks, voice)
}

fn heading_lines(snapshot: &ContractSnapshot, voice: Voice) -> Vec<Text> {
    let mut lines = voice.say(Look::TITLE, "document-summary-title");
    lines.push(written(Style::SUBTITLE, &snapshot.title));
    lines
}

/// Builds the identification of a contract, with the QR code of the document beside it.
pub fn identity(snapshot: &ContractSnapshot, frame: &Frame<'_>, voice: Voice) -> Block {
    let row = |key: &str, value: Cell| (voice.say(Look::LABEL, key), value);
    let rows = vec![
        row("document-number", vec![Text::new(TextLang::En, Style::FIGURE, &snapshot.number)]),
        row("document-title", name(&snapshot.title)),
        row("document-purchaser", name(&snapshot.purchaser)),
        row("document-contractor", name(&snapshot.contractor)),
        row("document-funder", name(&snapshot.funder)),
        row(
            "document-contract-state",
            voice.say(Look::LABEL.ink(Ink::Brand), &format!("document-state-{}", snapshot.state)),
        ),
        row("document-period", voice.each(Look::CELL, |language| from_to(&snapshot.terms, language))),
        row("document-as-of", voice.each(Look::CELL, |language| long(snapshot.as_of, language))),
        row("document-prepared-on", voice.each(Look::CELL, |language| long(snapshot.prepared_on, language))),
    ];
    Block::KeyValues { rows, qr: Some(frame.qr(voice)) }
}

fn overview(snapshot: &ContractSnapshot, voice: Voice) -> Vec<Block> {
    let totals = &snapshot.standing.totals;
    let performance = &snapshot.standing.performance;
    let mut paragraphs = voice.each(Look::BODY, |language| {
        let args = [
            ("amount", yuan(snapshot.terms.amount)),
            ("day", long(snapshot.as_of, language)),
            ("payable", yuan(totals.payable)),
            ("paid", yuan(totals.paid)),
            ("settled", yuan(totals.settled)),
            ("interest", yuan(totals.late_interest)),
        ];
        let score = match (performance.score, performance.rating) {
            (Some(score), Some(rating)) => {
                let rating = message(language, &format!("document-rating-{rating}"), &[]);
                message(language, "document-overview-score", &[("score", score.to_string()), ("rating", rating)])
            }
            _ => message(language, "document-overview-no-score", &[]),
        };
        let gap = if language == crate::domain::codes::Language::En { " " } else { "" };
        format!("{}{gap}{score}", message(language, "document-overview-text", &args))
    });
    if let Some(day) = snapshot.standing.termination_right_since {
        paragraphs.extend(voice.each(Look::BODY.ink(Ink::Bad), |language| {
            message(language, "document-termination-right", &[("day", long(day, language))])
        }));
    }
    paragraphs.into_iter().map(Block::Paragraph).chain([Block::Space(3.0), payments::bar(snapshot, voice)]).collect()
}

fn deliverables(snapshot: &ContractSnapshot, voice: Voice) -> Vec<Block> {
    if snapshot.standing.deliverables.is_empty() {
        return voice.say(Look::BODY, "document-no-deliverables").into_iter().map(Block::Paragraph).collect();
    }
    let head = ["deliverable", "planned", "accepted", "due", "state", "late"];
    let table = Block::Table(Table {
        columns: vec![Column::Words, Column::Figures, Column::Figures, Column::Whole, Column::Whole, Column::Figures],
        head: head.map(|column| voice.say(Look::LABEL, &format!("document-column-{column}"))).into(),
        rows: snapshot
            .standing
            .deliverables
            .iter()
            .map(|deliverable| deliverable_row(deliverable, snapshot, voice))
            .collect(),
    });
    let days = snapshot.standing.deliverables.iter().map(|deliverable| deliverable.due_on);
    std::iter::once(table).chain(voice.provisional_note(snapshot, days)).collect()
}

fn deliverable_row(deliverable: &DeliverableStanding, snapshot: &ContractSnapshot, voice: Voice) -> Row {
    let agreed = snapshot.terms.deliverables.iter().find(|agreed| agreed.code == deliverable.code);
    let unit = agreed.map_or("", |agreed| snapshot.details.unit(agreed.item.as_str()));
    let amount = |quantity: Option<String>| match quantity {
        Some(quantity) if unit.is_empty() => figure(group_thousands(&quantity)),
        Some(quantity) => figure(format!("{} {unit}", group_thousands(&quantity))),
        None => figure("–"),
    };
    let ink = match deliverable.state {
        DeliverableState::Accepted => Ink::Good,
        DeliverableState::Overdue | DeliverableState::Rejected => Ink::Bad,
        DeliverableState::Partial
        | DeliverableState::Submitted
        | DeliverableState::Cancelled
        | DeliverableState::Open => Ink::Black,
    };
    let late = if deliverable.days_late > 0 { Ink::Bad } else { Ink::Black };
    Row {
        cells: vec![
            coded(snapshot.details.deliverable(deliverable.code.as_str()), deliverable.code.as_str()),
            amount(agreed.map(|agreed| agreed.quantity.to_string())),
            amount(deliverable.accepted.map(|quantity| quantity.to_string())),
            voice.due(snapshot, Some(deliverable.due_on)),
            voice.say(Look::LABEL.ink(ink), &format!("document-deliverable-{}", deliverable.state)),
            vec![Text::new(TextLang::En, Style::FIGURE.ink(late), deliverable.days_late.to_string())],
        ],
        total: false,
    }
}

/// Builds a cell with a name followed by its code, or with only the code if both are the same.
fn coded(name: &str, code: &str) -> Cell {
    let text = written(Style::CELL, name);
    vec![if name == code { text } else { text.then(Style::CELL_SOFT, format!("　{code}")) }]
}

fn milestones(snapshot: &ContractSnapshot, voice: Voice) -> Vec<Block> {
    if snapshot.standing.milestones.is_empty() {
        return voice.say(Look::BODY, "document-no-milestones").into_iter().map(Block::Paragraph).collect();
    }
    let mut blocks = vec![payments::milestones(snapshot, voice)];
    blocks.extend(
        voice.provisional_note(snapshot, snapshot.standing.milestones.iter().filter_map(|milestone| milestone.due_on)),
    );
    for milestone in snapshot.standing.milestones.iter().filter(|milestone| payments::needs_steps(milestone)) {
        let name = snapshot.details.milestone(milestone.code.as_str());
        let args = || vec![("name", name.to_owned()), ("payable", yuan(milestone.payable))];
        let bookmark = message(voice.first(), "document-trail-of", &args());
        blocks.push(Block::Heading {
            level: 2,
            lines: voice.tell(Look::SUBHEAD, "document-trail-of", args()),
            bookmark,
        });
        blocks.push(Block::Steps(steps::cells_of_payable(milestone, snapshot, voice)));
    }
    blocks
}

fn performance(snapshot: &ContractSnapshot, voice: Voice) -> Vec<Block> {
    let Performance { measures, score, rating, .. } = &snapshot.standing.performance;
    let Weights { quantity, timeliness, first_pass, quality, compliance, satisfaction } =
        &snapshot.terms.scorecard.weights;
    let points_per_day = snapshot.terms.scorecard.points_per_late_day.to_string();
    let lines = [
        ("quantity", quantity, measures.quantity),
        ("timeliness", timeliness, measures.timeliness),
        ("first_pass", first_pass, measures.first_pass),
        ("quality", quality, measures.quality),
        ("compliance", compliance, measures.compliance),
        ("satisfaction", satisfaction, measures.satisfaction),
    ];
    let value = |points: Option<String>| figure(points.unwrap_or_else(|| "–".to_owned()));
    let mut rows: Vec<Row> = lines
        .iter()
        .map(|(measure, weight, points)| Row {
            cells: vec![
                voice.say(Look::CELL, &format!("document-measure-{measure}")),
                voice.tell(Look::CELL, &format!("document-basis-{measure}"), vec![("points", points_per_day.clone())]),
                figure(weight.to_string()),
                value(points.map(|p| p.to_string())),
            ],
            total: false,
        })
        .collect();
    let overall = |language| {
        let word = message(language, "document-score", &[]);
        match rating {
            None => word,
            Some(rating) => {
                let text = message(language, &format!("document-rating-{rating}"), &[]);
                message(language, "document-with-code", &[("name", word), ("code", text)])
            }
        }
    };
    rows.push(Row {
        cells: vec![
            voice.each(Look::LABEL, overall),
            voice.say(Look::CELL, "document-basis-score"),
            Cell::new(),
            value(score.map(|s| s.to_string())),
        ],
        total: true,
    });
    let head = ["measure", "basis", "weight", "score"]
        .map(|column| voice.say(Look::LABEL, &format!("document-column-{column}")));
    let table = Table {
        columns: vec![Column::Whole, Column::Words, Column::Figures, Column::Figures],
        head: head.into(),
        rows,
    };
    let mut blocks = vec![Block::Table(table)];
    if lines.iter().any(|(_, _, points)| points.is_none()) {
        blocks.extend(voice.say(Look::NOTE, "document-not-measured").into_iter().map(Block::Paragraph));
    }
    blocks
}
