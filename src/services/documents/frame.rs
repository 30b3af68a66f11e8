//! The frame of every document: metadata, the header and footer of each page, how to verify the document, and its data
//! as an attached file. The content is decided elsewhere.

use chrono::NaiveDate;

use crate::adapters::pdf::document::{Attachment, Block, Cell, Document, Qr, Style, Text, TextLang};
use crate::domain::codes::DocumentKind;
use crate::text::dates::short;
use crate::text::message;

use crate::services::documents::fingerprint;
use crate::services::documents::voice::{Look, Voice, figure, text_lang};

/// A document's data apart from its content.
#[derive(Debug)]
pub struct Frame<'a> {
    pub kind: DocumentKind,
    /// Number of the contract, or the year of arrears.
    pub number: &'a str,
    /// Day whose standing the document shows.
    pub as_of: NaiveDate,
    /// Day on which the document is prepared.
    pub prepared_on: NaiveDate,
    pub verification_url: &'a str,
    pub code: &'a str,
    /// Canonical JSON of the document's data.
    pub json: String,
}

impl Frame<'_> {
    /// Returns the key of the document's name.
    pub fn title_key(&self) -> String {
        format!("document-{}-title", self.kind)
    }

    /// Puts blocks into a document with this frame.
    pub fn document(self, blocks: Vec<Block>, voice: Voice) -> Document {
        let first = voice.first();
        let key = self.title_key();
        Document {
            title: format!("{} {}", self.number, message(first, &key, &[])),
            subject: message(first, &format!("document-{}-subject", self.kind), &[]),
            author: message(first, "document-author", &[]),
            lang: text_lang(first),
            date: self.prepared_on,
            header: (
                voice
                    .line(Look::NOTE.0, |language| message(language, &key, &[]))
                    .then(Look::NOTE.0, format!("　{}", self.number)),
                voice.line(Look::NOTE.0, |language| {
                    message(language, "document-header-as-of", &[("day", short(self.as_of))])
                }),
            ),
            footer: voice
                .line(Look::NOTE.0, |language| message(language, "document-verification-code", &[]))
                .then(Look::NOTE.0, format!("　{}", self.code)),
            missing: voice.say(Look::NOTE, "document-missing-character"),
            page_of: voice.line(Look::NOTE.0, |language| message(language, "document-page", &[])),
            blocks,
            attachment: Some(Attachment {
                name: self.file_name().into(),
                media_type: "application/json".into(),
                description: message(first, "document-attachment", &[]),
                bytes: self.json.into_bytes(),
            }),
        }
    }

    /// Returns the name of the attached file with the data.
    fn file_name(&self) -> &'static str {
        if self.kind == DocumentKind::Summary { "contract.json" } else { "data.json" }
    }

    /// Builds the QR code with the verification code below it.
    pub fn qr(&self, voice: Voice) -> Qr {
        let mut caption = voice.say(Look(Style::NOTE, Style::LABEL_SOFT), "document-qr-caption");
        caption.push(Text::new(TextLang::En, Style::FIGURE, self.code));
        let alt = message(voice.first(), "document-qr-alt", &[("url", self.verification_url.to_owned())]);
        Qr { content: self.verification_url.to_owned(), caption, alt }
    }

    /// Builds the section that explains how to verify the document.
    pub fn verification(&self, voice: Voice) -> Vec<Block> {
        let mut blocks: Vec<Block> = voice
            .tell(Look::BODY, "document-verification-text", vec![("file", self.file_name().to_owned())])
            .into_iter()
            .map(Block::Paragraph)
            .collect();
        blocks.push(Block::KeyValues { rows: self.verification_rows(voice), qr: None });
        blocks
    }

    /// Returns the verification address, the code and the SHA-256 of the data, each with its name.
    fn verification_rows(&self, voice: Voice) -> Vec<(Cell, Cell)> {
        let row = |key: &str, value: Cell| (voice.say(Look::LABEL, key), value);
        let hash = Text::new(TextLang::En, Style { size: 8.0, ..Style::FIGURE }, fingerprint(&self.json));
        vec![
            row("document-verification-address", figure(self.verification_url)),
            row("document-verification-code", figure(self.code)),
            row("document-verification-hash", vec![hash]),
        ]
    }
}
