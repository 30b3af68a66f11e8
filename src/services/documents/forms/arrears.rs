//! The table of arrears at the end of a year (逾期未支付中小企业款项情况表), as a purchaser publishes it: the report, printed.

use chrono::NaiveDate;
use serde_json::json;

use crate::adapters::pdf::document::{Block, Cell, Column, Document, Row, Style, Table, Text, TextLang};
use crate::domain::codes::DocumentKind;
use crate::services::reports::arrears::{ArrearsFigures, ArrearsReport, ArrearsRow};
use crate::text::dates::{long, short};

use crate::services::documents::forms::parts::{amount, paragraphs, seals};
use crate::services::documents::frame::Frame;
use crate::services::documents::voice::{DocumentLang, Look, Voice, figure, heading, name, written};
use crate::services::documents::{canonical, fingerprint};

/// The table with its verification code.
#[derive(Debug, Clone)]
pub struct ArrearsTable {
    pub report: ArrearsReport,
    /// Bureau to which the report is limited; `None` for all contracts that the reader may see.
    pub bureau: Option<String>,
    /// Last day of the year.
    pub as_of: NaiveDate,
    /// Day on which the document is prepared.
    pub prepared_on: NaiveDate,
    /// Address at which the verification code is checked; not part of the fingerprint.
    pub verification_url: String,
    /// Verification code; not part of the fingerprint.
    pub code: String,
}

impl ArrearsTable {
    /// Writes the data of the table as canonical JSON.
    pub fn canonical_json(&self) -> String {
        canonical::write(&json!({
            "document": DocumentKind::Arrears,
            "bureau": self.bureau,
            "as_of": self.as_of,
            "prepared_on": self.prepared_on,
            "content": self.report,
        }))
    }

    /// Computes the SHA-256 of the canonical JSON, as 64 hexadecimal digits.
    pub fn fingerprint(&self) -> String {
        fingerprint(&self.canonical_json())
    }

    /// Builds the table as a document.
    pub fn document(&self, lang: DocumentLang) -> Document {
        let voice = Voice::new(lang);
        let year = self.report.year.to_string();
        let frame = Frame {
            kind: DocumentKind::Arrears,
            number: &year,
            as_of: self.as_of,
            prepared_on: self.prepared_on,
            verification_url: &self.verification_url,
            code: &self.code,
            json: self.canonical_json(),
        };
        let mut blocks =
            vec![Block::Title { lines: voice.say(Look::TITLE, &frame.title_key()) }, self.identity(&frame, voice)];
        let sections = [
            ("document-arrears-rows", self.rows(voice)),
            ("document-arrears-seal", vec![seals(voice, &["document-arrears-reporter"])]),
            ("document-form-verification", frame.verification(voice)),
        ];
        for (key, section) in sections {
            blocks.push(heading(voice, key));
            blocks.extend(section);
        }
        frame.document(blocks, voice)
    }

    fn identity(&self, frame: &Frame<'_>, voice: Voice) -> Block {
        let row = |key: &str, value: Cell| (voice.say(Look::LABEL, key), value);
        let day = |day: NaiveDate| voice.each(Look::CELL, |language| long(day, language));
        let bureau = match &self.bureau {
            Some(bureau) => name(bureau),
            None => voice.say(Look::CELL, "document-arrears-all"),
        };
        let mut rows = vec![
            row("document-arrears-reporter", bureau),
            row("report-year", figure(self.report.year.to_string())),
            row("document-as-of", day(self.as_of)),
        ];
        rows.extend(self.report.publish_by.map(|last| row("document-arrears-publish-by", day(last))));
        rows.extend([
            row("document-arrears-count", figure(self.report.count.to_string())),
            row("document-prepared-on", day(self.prepared_on)),
        ]);
        Block::KeyValues { rows, qr: Some(frame.qr(voice)) }
    }

    fn rows(&self, voice: Voice) -> Vec<Block> {
        let mut blocks = paragraphs(voice, "document-arrears-says", vec![("year", self.report.year.to_string())]);
        if self.report.rows.is_empty() {
            blocks.extend(paragraphs(voice, "document-arrears-none", Vec::new()));
            return blocks;
        }
        let columns = [
            (Column::Words, "report-contract"),
            (Column::Words, "document-column-parties"),
            (Column::Words, "report-due-on"),
            (Column::Words, "report-days-overdue"),
            (Column::Figures, "report-overdue"),
            (Column::Figures, "report-paid-since"),
            (Column::Figures, "report-unpaid"),
        ];
        let sums = |figures: &ArrearsFigures| [figures.overdue, figures.paid_since, figures.unpaid].map(amount);
        let row = |row: &ArrearsRow| -> Row {
            let number = Text::new(TextLang::En, Style::CELL_SOFT, &row.number);
            let mut cells = vec![
                vec![written(Style::CELL, &row.title), number],
                vec![written(Style::CELL, &row.bureau.name), written(Style::CELL_SOFT, &row.contractor.name)],
                figure(short(row.due_on)),
                figure(row.days_overdue.to_string()),
            ];
            cells.extend(sums(&row.figures));
            Row { cells, total: false }
        };
        let mut rows: Vec<Row> = self.report.rows.iter().map(row).collect();
        let mut total = vec![voice.say(Look::LABEL, "report-total")];
        total.extend([Cell::new(), Cell::new(), Cell::new()]);
        total.extend(sums(&self.report.total));
        rows.push(Row { cells: total, total: false });
        blocks.push(Block::Grid(Table {
            columns: columns.iter().map(|(column, _)| *column).collect(),
            head: columns.iter().map(|(_, key)| voice.say(Look::LABEL, key)).collect(),
            rows,
        }));
        blocks
    }
}
