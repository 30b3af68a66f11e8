//! Documents of a contract: what they are made from is loaded here; `documents` and the PDF adapter put it on paper.

use chrono::{DateTime, NaiveDate, Utc};

use crate::adapters::pdf;
use crate::adapters::pdf::document::{Block, Document, Style, Text, TextLang};
use crate::app::App;
use crate::clock::civil_day;
use crate::domain::policy::Action;
use crate::domain::standing::{Standing, Trails};
use crate::error::Error;
use crate::services::contracts::due_changes::context;
use crate::services::contracts::record::Ledger;
use crate::services::documents::{DocumentLang, SummaryInput, summary};
use crate::services::identity::caller::Caller;
use crate::storage::audit::hash_chains;
use crate::storage::contracts::{self, Contract};
use crate::storage::ids::{ContractId, OrganisationId};
use crate::storage::registry::organisations;
use crate::storage::write::write;
use crate::storage::{AnyConnection, documents};

/// Bytes of a document's verification code: 64 bits cannot be guessed by asking a page.
const CODE_BYTES: usize = 8;

/// The contract's summary as PDF, on a day, for somebody who may see the contract.
///
/// # Errors
/// `NotFound` for a contract that the caller may not know of.
pub fn summary_for(
    app: &App,
    caller: &Caller,
    id: &str,
    as_of: Option<NaiveDate>,
    lang: DocumentLang,
) -> Result<Printed, Error> {
    caller.may(Action::ReadContract)?;
    let as_of = as_of.unwrap_or_else(|| caller.today());
    let (id, input) = app.pool.read(|connection| {
        let (contract, _) = caller.contract(connection, id, Action::ReadContract)?;
        Ok((contract.id, load(app, connection, contract, as_of)?))
    })?;
    issue(app, id, &input)?;
    print(app, input, lang)
}

/// The contract's summary as PDF, for a command that runs on the machine itself; the contract is named by its number.
///
/// # Errors
/// `NotFound` for an unknown number.
pub fn summary_of(app: &App, number: &str, as_of: Option<NaiveDate>, lang: DocumentLang) -> Result<Printed, Error> {
    let as_of = as_of.unwrap_or_else(|| civil_day(app.clock.now()));
    let (id, input) = app.pool.read(|connection| {
        let contract = contracts::by_number(connection, number)?.ok_or(Error::NotFound)?;
        Ok((contract.id, load(app, connection, contract, as_of)?))
    })?;
    issue(app, id, &input)?;
    print(app, input, lang)
}

/// What a document's code tells whoever asks.
#[derive(Debug)]
pub struct Verified {
    /// The contract's number.
    pub number: String,
    /// Its title.
    pub title: String,
    /// The day that the document shows.
    pub as_of: NaiveDate,
    /// When it was first printed.
    pub made_at: DateTime<Utc>,
    /// SHA-256 of the data that it was made from: it stands in the document's attachment.
    pub fingerprint: String,
}

/// The document that has a code; anybody may ask who holds one.
///
/// # Errors
/// `NotFound` for a code that was never printed.
pub fn verify(app: &App, code: &str) -> Result<Verified, Error> {
    let code = code.trim().to_uppercase();
    let found = app.pool.read(|connection| documents::by_code(connection, &code))?.ok_or(Error::NotFound)?;
    Ok(Verified {
        number: found.number,
        title: found.title,
        as_of: found.as_of,
        made_at: found.made_at.and_utc(),
        fingerprint: found.fingerprint,
    })
}

/// Keeps the code of a document that is printed, once for the same data.
fn issue(app: &App, contract: ContractId, input: &SummaryInput) -> Result<(), Error> {
    if app.pool.read(|connection| documents::by_code(connection, &input.code))?.is_some() {
        return Ok(());
    }
    let fingerprint = input.fingerprint();
    write(&app.pool, &context(app), |tx| {
        if documents::by_code(tx.connection, &input.code)?.is_some() {
            return Ok(());
        }
        let at = tx.context.now;
        documents::insert(tx.connection, &input.code, contract, "summary", input.as_of, &fingerprint, at)
    })
}

/// A printed document.
#[derive(Debug)]
pub struct Printed {
    /// Name to save it under.
    pub name: String,
    /// The PDF.
    pub bytes: Vec<u8>,
}

fn print(app: &App, input: SummaryInput, lang: DocumentLang) -> Result<Printed, Error> {
    let _turn = app.printer.enter();
    let bytes = summary(&input, lang).map_err(|error| Error::Internal(error.to_string()))?;
    Ok(Printed { name: format!("{}-{}.pdf", input.number, input.as_of), bytes })
}

fn load(
    app: &App,
    connection: &mut AnyConnection,
    contract: Contract,
    as_of: NaiveDate,
) -> Result<SummaryInput, Error> {
    let ledger = Ledger::load(connection, contract)?;
    let standing = ledger.standing(as_of, Trails::On)?;
    input_of(app, connection, ledger, standing, as_of)
}

/// Collects what a contract's documents, and its page, are made from; the standing is the one on `as_of`, with trails.
///
/// # Errors
/// The database's.
pub(crate) fn input_of(
    app: &App,
    connection: &mut AnyConnection,
    ledger: Ledger,
    standing: Standing,
    as_of: NaiveDate,
) -> Result<SummaryInput, Error> {
    let Ledger { contract, terms, details, .. } = ledger;
    let ids = [contract.purchaser_id, contract.funder_id, contract.contractor_id];
    let parties = organisations::by_ids(connection, &ids)?;
    let name =
        |id: OrganisationId| parties.iter().find(|party| party.id == id).map_or_else(String::new, |p| p.name.clone());
    let mut input = SummaryInput {
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
        prepared_on: civil_day(app.clock.now()),
        verification_url: String::new(),
        code: String::new(),
    };
    // The key for a purpose that names the data: whoever has not the secret cannot make a code for other data.
    let key = app.secret.derive(&format!("document {}", input.fingerprint()));
    let code = hash_chains::hex(key.bytes.get(..CODE_BYTES).unwrap_or_default()).to_uppercase();
    input.verification_url = format!("{}/verify/{code}", app.settings.public_url());
    input.code = code;
    Ok(input)
}

/// A plain page of words under a title, in Chinese: what the demonstration's contractors hand in.
///
/// # Errors
/// `Internal` for a character that no font has.
pub fn letter(title: &str, lines: &[String]) -> Result<Vec<u8>, Error> {
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
        blocks,
        attachment: None,
    };
    pdf::render(&document).map_err(|error| Error::Internal(error.to_string()))
}
