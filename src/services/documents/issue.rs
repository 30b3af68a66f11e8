//! Issuing documents: loads the data, signs a verification code and renders the PDF.
//!
//! The code is made from the installation's secret and the data (`code`), so it cannot be forged for other data. Anyone
//! who holds a document can have its code checked and compare the fingerprint. Nothing is written.

use chrono::NaiveDate;

use crate::adapters::pdf;
use crate::adapters::pdf::document::{Block, Document, Style, Text, TextLang};
use crate::app::App;
use crate::clock::civil_day;
use crate::domain::policy::Action;
use crate::domain::standing::{Standing, Trails};
use crate::domain::text_input::identifier;
use crate::error::Error;
use crate::services::contracts::record::ContractRecord;
use crate::services::documents::code::DocumentCode;
use crate::services::documents::{ContractSnapshot, DocumentLang, summary};
use crate::services::identity::caller::Caller;
use crate::storage::AnyConnection;
use crate::storage::contracts::{self, Contract};
use crate::storage::documents;
use crate::storage::ids::OrganisationId;
use crate::storage::registry::organisations;

/// Prepares the contract's summary on a day (today by default) for a caller who can see the contract.
///
/// # Errors
/// `Forbidden`; `NotFound`, also for a contract that the caller cannot see.
pub fn prepare_summary(
    app: &App,
    caller: &Caller,
    id: &str,
    as_of: Option<NaiveDate>,
    lang: DocumentLang,
) -> Result<PreparedDocument, Error> {
    caller.may(Action::ReadContract)?;
    let as_of = as_of.unwrap_or_else(|| caller.today());
    let snapshot = app.pool.read(|connection| {
        let (contract, _) = caller.contract(connection, id, Action::ReadContract)?;
        load(app, connection, contract, as_of)
    })?;
    Ok(PreparedDocument { snapshot, lang })
}

/// Prepares the contract's summary for a command on the machine itself, which needs no caller.
///
/// # Errors
/// `NotFound` for an unknown number.
pub fn prepare_summary_by_number(
    app: &App,
    number: &str,
    as_of: Option<NaiveDate>,
    lang: DocumentLang,
) -> Result<PreparedDocument, Error> {
    let as_of = as_of.unwrap_or_else(|| civil_day(app.clock.now()));
    let snapshot = app.pool.read(|connection| {
        let contract = contracts::by_number(connection, number)?.ok_or(Error::NotFound)?;
        load(app, connection, contract, as_of)
    })?;
    Ok(PreparedDocument { snapshot, lang })
}

/// Public data of an issued document.
#[derive(Debug)]
pub struct VerifiedDocument {
    /// Number of the contract.
    pub number: String,
    /// Title of the contract.
    pub title: String,
    /// Day whose standing the document shows.
    pub as_of: NaiveDate,
    /// Day on which it was printed.
    pub prepared_on: NaiveDate,
    /// SHA-256 of the data that the document was made from, which is the document's attachment; of a newer document its
    /// first 16 digits.
    pub fingerprint: String,
}

/// Checks the verification code of a document. Anyone who holds a code may do this. Codes that were stored by earlier
/// versions of the program are looked up.
///
/// # Errors
/// `NotFound` for a code that was never issued.
pub fn verify_document(app: &App, code: &str) -> Result<VerifiedDocument, Error> {
    app.pool.read(|connection| {
        if let Some(code) = DocumentCode::read(code, &app.secret) {
            let contract = contracts::by_id(connection, code.contract)?;
            return Ok(VerifiedDocument {
                number: contract.number,
                title: contract.title,
                as_of: code.as_of,
                prepared_on: code.prepared_on,
                fingerprint: code.fingerprint,
            });
        }
        let found = documents::by_code(connection, &identifier(code).to_uppercase())?.ok_or(Error::NotFound)?;
        Ok(VerifiedDocument {
            number: found.number,
            title: found.title,
            as_of: found.as_of,
            prepared_on: civil_day(found.made_at),
            fingerprint: found.fingerprint,
        })
    })
}

/// A rendered PDF file.
#[derive(Debug)]
pub struct PdfFile {
    /// File name for saving it.
    pub name: String,
    /// Bytes of the PDF.
    pub bytes: Vec<u8>,
}

/// A document whose data is loaded, ready to be rendered.
#[derive(Debug)]
pub struct PreparedDocument {
    snapshot: ContractSnapshot,
    lang: DocumentLang,
}

impl PreparedDocument {
    /// Renders the PDF on this thread.
    ///
    /// # Errors
    /// `Internal` if the PDF cannot be made.
    pub fn render(self) -> Result<PdfFile, Error> {
        let bytes = summary(&self.snapshot, self.lang).map_err(|error| Error::Internal(error.to_string()))?;
        Ok(PdfFile { name: format!("{}-{}.pdf", self.snapshot.number, self.snapshot.as_of), bytes })
    }

    /// Waits for a rendering slot without holding a thread, then renders the PDF on a blocking thread.
    ///
    /// # Errors
    /// `Internal` if the PDF cannot be made.
    pub async fn render_in_turn(self, app: &App) -> Result<PdfFile, Error> {
        let turn = app.printer.enter().await.map_err(|error| Error::Internal(error.to_string()))?;
        let render = move || {
            let _turn = turn;
            self.render()
        };
        tokio::task::spawn_blocking(render).await.map_err(|error| Error::Internal(error.to_string()))?
    }
}

fn load(
    app: &App,
    connection: &mut AnyConnection,
    contract: Contract,
    as_of: NaiveDate,
) -> Result<ContractSnapshot, Error> {
    let record = ContractRecord::load(connection, contract)?;
    let standing = record.standing(as_of, Trails::On)?;
    build_snapshot(app, connection, record, standing, as_of)
}

/// Builds the data that a contract's documents and its page are made from; `standing` is the one on `as_of`, with
/// trails.
///
/// # Errors
/// Those of the database.
pub(crate) fn build_snapshot(
    app: &App,
    connection: &mut AnyConnection,
    record: ContractRecord,
    standing: Standing,
    as_of: NaiveDate,
) -> Result<ContractSnapshot, Error> {
    let (terms, details) = (record.terms_on(as_of).clone(), record.all_names_on(as_of));
    let announced_until = record.days.announced_until();
    let contract = record.contract;
    let id = contract.id;
    let ids = [contract.purchaser_id, contract.funder_id, contract.contractor_id];
    let parties = organisations::by_ids(connection, &ids)?;
    let name =
        |id: OrganisationId| parties.iter().find(|party| party.id == id).map_or_else(String::new, |p| p.name.clone());
    let mut snapshot = ContractSnapshot {
        purchaser: name(contract.purchaser_id),
        contractor: name(contract.contractor_id),
        funder: name(contract.funder_id),
        number: contract.number,
        title: contract.title,
        state: contract.state,
        details,
        terms,
        standing,
        as_of,
        announced_until,
        prepared_on: civil_day(app.clock.now()),
        verification_url: String::new(),
        code: String::new(),
    };
    let (prepared_on, fingerprint) = (snapshot.prepared_on, snapshot.fingerprint());
    let code = DocumentCode { contract: id, as_of, prepared_on, fingerprint }.write(&app.secret);
    snapshot.verification_url = format!("{}/verify/{code}", app.settings.public_url());
    snapshot.code = code;
    Ok(snapshot)
}

/// Renders a plain page of Chinese text under a title, for the files that the demonstration's contractors submit.
///
/// # Errors
/// `Internal` if the PDF cannot be made.
pub fn render_plain_page(title: &str, lines: &[String]) -> Result<Vec<u8>, Error> {
    let text = |style, words: &str| Text::new(TextLang::Zh, style, words);
    let mut blocks = vec![Block::Title { lines: vec![text(Style::TITLE, title)] }];
    blocks.extend(lines.iter().map(|line| Block::Paragraph(text(Style::BODY, line))));
    let document = Document {
        title: title.to_owned(),
        subject: String::new(),
        author: String::new(),
        lang: TextLang::Zh,
        date: NaiveDate::default(),
        header: (text(Style::NOTE, ""), text(Style::NOTE, "")),
        footer: text(Style::NOTE, ""),
        page_of: text(Style::NOTE, "{n} / {m}"),
        missing: vec![text(Style::NOTE, "{mark} {code}")],
        blocks,
        attachment: None,
    };
    pdf::render(&document).map_err(|error| Error::Internal(error.to_string()))
}
