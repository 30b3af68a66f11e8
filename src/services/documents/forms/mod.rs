//! Forms of bureaus about one contract: settlement sheet, approval form of a payment, record of an inspection, notice
//! of a breach. Their data come from the services that pages use, collected by `load`; no figure is computed here.

pub mod acceptance;
pub mod annual;
pub mod arrears;
pub mod breach;
mod parts;
pub mod payment;
pub mod settlement;

use serde::Serialize;
use serde_json::json;

use crate::adapters::pdf::document::{Block, Document, Style};
use crate::domain::codes::DocumentKind;

use crate::services::documents::forms::acceptance::AcceptanceRecord;
use crate::services::documents::forms::breach::BreachNotice;
use crate::services::documents::forms::payment::PaymentForm;
use crate::services::documents::forms::settlement::SettlementForm;
use crate::services::documents::frame::Frame;
use crate::services::documents::voice::{DocumentLang, Look, Voice, heading, written};
use crate::services::documents::{ContractSnapshot, canonical, fingerprint, summary};

/// Content of a form.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub enum Content {
    Settlement(Box<SettlementForm>),
    Payment(Box<PaymentForm>),
    Acceptance(Box<AcceptanceRecord>),
    Breach(Box<BreachNotice>),
}

impl Content {
    /// Returns the kind of document with this content.
    pub fn kind(&self) -> DocumentKind {
        match self {
            Self::Settlement(_) => DocumentKind::Settlement,
            Self::Payment(_) => DocumentKind::Payment,
            Self::Acceptance(_) => DocumentKind::Acceptance,
            Self::Breach(_) => DocumentKind::Breach,
        }
    }
}

/// A section of a form: the key of its heading, and its blocks.
type Section = (&'static str, Vec<Block>);

/// A form about a contract on a day.
#[derive(Debug)]
pub struct ContractForm {
    /// The contract with its names, and the verification code of the form.
    pub snapshot: ContractSnapshot,
    pub content: Content,
}

impl ContractForm {
    /// Writes the data of the form as canonical JSON.
    pub fn canonical_json(&self) -> String {
        let of = &self.snapshot;
        canonical::write(&json!({
            "document": self.content.kind(),
            "number": of.number,
            "title": of.title,
            "purchaser": of.purchaser,
            "contractor": of.contractor,
            "funder": of.funder,
            "state": of.state,
            "as_of": of.as_of,
            "prepared_on": of.prepared_on,
            "content": self.content,
        }))
    }

    /// Computes the SHA-256 of the canonical JSON, as 64 hexadecimal digits.
    pub fn fingerprint(&self) -> String {
        fingerprint(&self.canonical_json())
    }

    /// Builds the form as a document.
    pub fn document(&self, lang: DocumentLang) -> Document {
        let voice = Voice::new(lang);
        let snapshot = &self.snapshot;
        let frame = Frame {
            kind: self.content.kind(),
            number: &snapshot.number,
            as_of: snapshot.as_of,
            prepared_on: snapshot.prepared_on,
            verification_url: &snapshot.verification_url,
            code: &snapshot.code,
            json: self.canonical_json(),
        };
        let mut lines = voice.say(Look::TITLE, &frame.title_key());
        lines.push(written(Style::SUBTITLE, &snapshot.title));
        let mut blocks = vec![Block::Title { lines }, summary::identity(snapshot, &frame, voice)];
        if let Content::Breach(_) = &self.content {
            blocks.extend(breach::salutation(snapshot, voice));
        }
        let mut sections = match &self.content {
            Content::Settlement(form) => settlement::sections(form, snapshot, voice),
            Content::Payment(form) => payment::sections(form, snapshot, voice),
            Content::Acceptance(record) => acceptance::sections(record, voice),
            Content::Breach(notice) => breach::sections(notice, snapshot, voice),
        };
        sections.push(("document-form-verification", frame.verification(voice)));
        for (key, section) in sections {
            blocks.push(heading(voice, key));
            blocks.extend(section);
        }
        if let Content::Breach(notice) = &self.content {
            blocks.extend(breach::receipt(notice, snapshot, voice));
        }
        frame.document(blocks, voice)
    }
}
