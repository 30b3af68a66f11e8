//! The annual report (年度报告) as a document.

use chrono::NaiveDate;
use serde_json::json;

use crate::adapters::pdf::document::{Block, Cell, Column, Document};
use crate::domain::codes::{ContractState, DocumentKind};
use crate::services::boards::finance::FinanceBoard;
use crate::services::boards::justice::{JusticeBoard, JusticeFigures};
use crate::services::documents::forms::parts::{amount, grid, or_dash, paragraphs};
use crate::services::documents::frame::Frame;
use crate::services::documents::payments::yuan;
use crate::services::documents::voice::{DocumentLang, Look, Voice, figure, heading, name};
use crate::services::documents::{canonical, fingerprint};
use crate::services::reports::annual::AnnualReport;
use crate::text::dates::long;

/// The annual report with its verification code.
#[derive(Debug, Clone)]
pub struct AnnualDocument {
    pub report: AnnualReport,
    /// Day on which the document is prepared.
    pub prepared_on: NaiveDate,
    /// Address at which the verification code is checked; not part of the fingerprint.
    pub verification_url: String,
    /// Verification code; not part of the fingerprint.
    pub code: String,
}

impl AnnualDocument {
    /// Writes the data of the report as canonical JSON.
    pub fn canonical_json(&self) -> String {
        canonical::write(&json!({
            "document": DocumentKind::Annual,
            "as_of": self.report.as_of,
            "prepared_on": self.prepared_on,
            "content": self.report,
        }))
    }

    /// Computes the SHA-256 of the canonical JSON, as 64 hexadecimal digits.
    pub fn fingerprint(&self) -> String {
        fingerprint(&self.canonical_json())
    }

    /// Builds the report as a document.
    pub fn document(&self, lang: DocumentLang) -> Document {
        let voice = Voice::new(lang);
        let year = self.report.year.to_string();
        let frame = Frame {
            kind: DocumentKind::Annual,
            number: &year,
            as_of: self.report.as_of,
            prepared_on: self.prepared_on,
            verification_url: &self.verification_url,
            code: &self.code,
            json: self.canonical_json(),
        };
        let mut blocks =
            vec![Block::Title { lines: voice.say(Look::TITLE, &frame.title_key()) }, self.identity(&frame, voice)];
        let report = &self.report;
        let mut services = rows_of(voice, &report.services, "board-service");
        services.extend(paragraphs(voice, "document-annual-services-note", Vec::new()));
        let mut sections = vec![
            ("document-annual-overall", self.overall(voice)),
            ("document-annual-counties", rows_of(voice, &report.counties, "board-county")),
            ("document-annual-services", services),
            ("document-annual-contractors", rows_of(voice, &report.contractors, "board-contractor")),
        ];
        if let Some(money) = &report.money {
            sections.push(("document-annual-execution", execution(voice, money)));
            sections.push(("document-annual-payments", payments(voice, money)));
        }
        sections.push(("document-form-verification", frame.verification(voice)));
        for (key, section) in sections {
            blocks.push(heading(voice, key));
            blocks.extend(section);
        }
        frame.document(blocks, voice)
    }

    fn identity(&self, frame: &Frame<'_>, voice: Voice) -> Block {
        let row = |key: &str, value: Cell| (voice.say(Look::LABEL, key), value);
        let day = |day: NaiveDate| voice.each(Look::CELL, |language| long(day, language));
        let rows = vec![
            row("report-year", figure(self.report.year.to_string())),
            row("document-as-of", day(self.report.as_of)),
            row("document-prepared-on", day(self.prepared_on)),
        ];
        Block::KeyValues { rows, qr: Some(frame.qr(voice)) }
    }

    fn overall(&self, voice: Voice) -> Vec<Block> {
        let (report, all) = (&self.report, &self.report.counties.total);
        let (begun, sum) = report.begun;
        let state = |state: ContractState| all.in_state(state).to_string();
        let mut blocks = paragraphs(
            voice,
            "document-annual-contracts",
            vec![
                ("year", report.year.to_string()),
                ("begun", begun.to_string()),
                ("amount", yuan(sum)),
                ("count", all.contracts.to_string()),
                ("active", state(ContractState::Active)),
                ("completed", state(ContractState::Completed)),
                ("terminated", state(ContractState::Terminated)),
                ("closed", state(ContractState::Closed)),
            ],
        );
        blocks.extend(paragraphs(
            voice,
            "document-annual-performance",
            vec![
                ("overdue", all.overdue.to_string()),
                ("breaches", all.breaches.to_string()),
                ("charged", yuan(all.charged)),
                ("evaluations", all.evaluations.to_string()),
            ],
        ));
        if let Some(mean) = &all.mean_score {
            blocks.extend(paragraphs(voice, "document-annual-score", vec![("score", mean.clone())]));
        }
        blocks
    }
}

/// Builds the table of a board's rows.
fn rows_of(voice: Voice, board: &JusticeBoard, names: &str) -> Vec<Block> {
    let figures = |name: Cell, of: &JusticeFigures| {
        let counts = [of.contracts, of.in_state(ContractState::Active), of.overdue, of.breaches];
        let mut cells = vec![name];
        cells.extend(counts.map(|count| figure(count.to_string())));
        cells.extend([amount(of.charged), figure(of.evaluations.to_string())]);
        cells.push(or_dash(of.mean_score.as_deref().unwrap_or_default()));
        cells
    };
    if board.rows.is_empty() {
        return paragraphs(voice, "document-annual-none", Vec::new());
    }
    let named = |text: &str| if text.is_empty() { voice.say(Look::CELL, "board-no-service") } else { name(text) };
    let mut rows: Vec<Vec<Cell>> = board.rows.iter().map(|row| figures(named(&row.group.name), &row.figures)).collect();
    rows.push(figures(voice.say(Look::LABEL, "report-total"), &board.total));
    let columns = [
        (Column::Words, names),
        (Column::Figures, "board-contracts"),
        (Column::Figures, "document-state-active"),
        (Column::Figures, "document-annual-overdue"),
        (Column::Figures, "document-annual-breaches"),
        (Column::Figures, "document-annual-charged"),
        (Column::Figures, "document-annual-evaluations"),
        (Column::Figures, "board-mean-score"),
    ];
    vec![grid(voice, &columns, rows)]
}

/// Builds the table of budget execution.
fn execution(voice: Voice, money: &FinanceBoard) -> Vec<Block> {
    let report = &money.execution;
    if report.rows.is_empty() {
        return paragraphs(voice, "document-annual-none", Vec::new());
    }
    let figures = |labels: [Cell; 2], of: &crate::services::reports::execution::ExecutionFigures| {
        let sums = [of.amount, of.committed, of.paid].map(amount);
        let percent = or_dash(of.paid_percent.as_deref().unwrap_or_default());
        labels.into_iter().chain(sums).chain([percent]).collect::<Vec<Cell>>()
    };
    let mut rows: Vec<Vec<Cell>> =
        report.rows.iter().map(|row| figures([name(&row.bureau.name), name(&row.line)], &row.figures)).collect();
    rows.push(figures([voice.say(Look::LABEL, "report-total"), Cell::new()], &report.total));
    let columns = [
        (Column::Words, "report-bureau"),
        (Column::Words, "report-line"),
        (Column::Figures, "report-appropriated"),
        (Column::Figures, "report-committed"),
        (Column::Figures, "report-paid"),
        (Column::Figures, "report-paid-percent"),
    ];
    vec![grid(voice, &columns, rows)]
}

/// Builds the sentences about payments: their time, and the overdue amount.
fn payments(voice: Voice, money: &FinanceBoard) -> Vec<Block> {
    let (time, unpaid) = (&money.payment_time.total, &money.ageing.total);
    let mut blocks = paragraphs(
        voice,
        "document-annual-payment-time",
        vec![
            ("count", time.count.to_string()),
            ("amount", yuan(time.amount)),
            ("within", time.within_30.to_string()),
            ("over", time.over_60.to_string()),
        ],
    );
    if let Some(days) = &time.mean_days {
        blocks.extend(paragraphs(voice, "document-annual-mean-days", vec![("days", days.clone())]));
    }
    blocks.extend(paragraphs(voice, "document-annual-unpaid", vec![("amount", yuan(unpaid.overdue))]));
    blocks
}
