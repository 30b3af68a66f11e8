//! Issuing documents: loads the data, signs a verification code and renders the PDF.
//!
//! The code is made from the installation's secret and the data (`code`), so it cannot be forged for other data. Anyone
//! with the document can have its code checked and compare the fingerprint. Issuing stores nothing; checking a code reads the
//! contract and its signed scans.

use chrono::NaiveDate;

use crate::adapters::pdf::document::{Block, Document, Style, Text, TextLang};
use crate::adapters::{docx, pdf};
use crate::app::App;
use crate::clock::civil_day;
use crate::domain::codes::DocumentKind;
use crate::domain::policy::Action;
use crate::domain::standing::{Standing, Trails};
use crate::domain::text_input::identifier;
use crate::error::{Error, Message};
use crate::services::annexes::signed::{self, KnownScan};
use crate::services::contracts::record::ContractRecord;
use crate::services::documents::code::{About, DocumentCode};
use crate::services::documents::forms::ContractForm;
use crate::services::documents::forms::annual::AnnualDocument;
use crate::services::documents::forms::arrears::ArrearsTable;
use crate::services::documents::{ContractSnapshot, DocumentLang, load, summary};
use crate::services::identity::caller::Caller;
use crate::services::reports::{ReportQuery, annual, arrears};
use crate::storage::AnyConnection;
use crate::storage::contracts::{self, Contract};
use crate::storage::documents;
use crate::storage::ids::OrganisationId;
use crate::storage::registry::organisations;

/// A document about a contract to be printed.
#[derive(Debug, Clone)]
pub struct Wanted {
    pub kind: DocumentKind,
    /// Part that the document is about: identifier of a payment request, `DELIVERABLE/NUMBER` of a decided submission,
    /// `CLAUSE/SUBJECT` of a breach. `None` for summary and settlement sheet.
    pub subject: Option<String>,
    /// Day whose standing the document shows; today by default.
    pub as_of: Option<NaiveDate>,
    pub lang: DocumentLang,
}

impl Wanted {
    /// Requests the contract's summary.
    pub fn summary(as_of: Option<NaiveDate>, lang: DocumentLang) -> Self {
        Self { kind: DocumentKind::Summary, subject: None, as_of, lang }
    }

    /// Returns the day of the document. Figures that are not stored by day, such as balances and approvals, are those
    /// of today.
    fn day(&self, today: NaiveDate) -> Result<NaiveDate, Error> {
        let day = self.as_of.unwrap_or(today);
        match self.kind {
            DocumentKind::Settlement | DocumentKind::Payment if day != today => {
                Err(Error::malformed("as_of", Message::new("document-only-of-today")))
            }
            _ => Ok(day),
        }
    }
}

/// Prepares a document for a caller who may see the contract.
///
/// # Errors
/// `Forbidden`; `NotFound`, also for a contract that the caller may not see and a subject that the contract does not
/// have; `Malformed` for a missing subject, or for another day of a document that always shows today.
pub fn prepare(app: &App, caller: &Caller, id: &str, wanted: &Wanted) -> Result<PreparedDocument, Error> {
    caller.may(Action::ReadContract)?;
    let as_of = wanted.day(caller.today())?;
    app.pool.read(|connection| {
        let (contract, _) = caller.contract(connection, id, Action::ReadContract)?;
        load_document(app, connection, (contract, Some(caller)), (wanted, as_of))
    })
}

/// Prepares a document for a command on the machine itself, which needs no caller.
///
/// # Errors
/// `NotFound` for an unknown number or subject; `Malformed` as in [`prepare`].
pub fn prepare_by_number(app: &App, number: &str, wanted: &Wanted) -> Result<PreparedDocument, Error> {
    let as_of = wanted.day(civil_day(app.clock.now()))?;
    app.pool.read(|connection| {
        let contract = contracts::by_number(connection, number)?.ok_or(Error::NotFound)?;
        load_document(app, connection, (contract, None), (wanted, as_of))
    })
}

/// Maximum number of rows in a printed table of arrears; about fifty pages.
const MAX_ARREARS: usize = 1_000;

/// Prepares the table of arrears of a year, of the contracts that the caller may see.
///
/// # Errors
/// `Forbidden`; `Malformed` for an invalid year, or one that is not over; `Refused` for more than a thousand contracts.
pub fn prepare_arrears(
    app: &App,
    caller: &Caller,
    query: &ReportQuery,
    lang: DocumentLang,
) -> Result<PreparedDocument, Error> {
    caller.may(Action::ReadReports)?;
    let report = arrears::report(app, caller, query)?;
    if report.rows.len() > MAX_ARREARS {
        return Err(Error::refused("file-rows", Message::new("file-too-many-rows").with("most", MAX_ARREARS)));
    }
    let bureau = match &query.bureau {
        Some(code) => app.pool.read(|connection| organisations::by_code(connection, code))?.map(|found| found.name),
        None => None,
    };
    let (year, as_of) = (report.year, last_day_of(report.year));
    let prepared_on = caller.today();
    let mut table =
        ArrearsTable { report, bureau, as_of, prepared_on, verification_url: String::new(), code: String::new() };
    let about = About::Year(year);
    let fingerprint = table.fingerprint();
    let code = DocumentCode { kind: DocumentKind::Arrears, about, as_of, prepared_on, fingerprint };
    (table.code, table.verification_url) = sign(app, &code);
    Ok(PreparedDocument { data: Data::Arrears(Box::new(table)), lang })
}

/// Prepares the report of a year, over the contracts that the caller may see.
///
/// # Errors
/// `Forbidden`; `Malformed` for an invalid year.
pub fn prepare_annual(
    app: &App,
    caller: &Caller,
    year: Option<i32>,
    lang: DocumentLang,
) -> Result<PreparedDocument, Error> {
    caller.may(Action::ReadBoards)?;
    let report = annual::report(app, caller, year)?;
    let (about, as_of, prepared_on) = (About::Year(report.year), report.as_of, caller.today());
    let mut document = AnnualDocument { report, prepared_on, verification_url: String::new(), code: String::new() };
    let fingerprint = document.fingerprint();
    let code = DocumentCode { kind: DocumentKind::Annual, about, as_of, prepared_on, fingerprint };
    (document.code, document.verification_url) = sign(app, &code);
    Ok(PreparedDocument { data: Data::Annual(Box::new(document)), lang })
}

fn last_day_of(year: i32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, 12, 31).unwrap_or_default()
}

/// Public data of an issued document.
#[derive(Debug)]
pub struct VerifiedDocument {
    pub kind: DocumentKind,
    /// Number and title of the contract; `None` for a document about several contracts.
    pub contract: Option<(String, String)>,
    /// Day whose standing the document shows.
    pub as_of: NaiveDate,
    /// Day of printing.
    pub prepared_on: NaiveDate,
    /// SHA-256 of the data that the document was made from and has as its attachment; only the first 16 digits for a
    /// code that is not stored.
    pub fingerprint: String,
    /// Signed scans of the document, except internal ones.
    pub scans: Vec<KnownScan>,
}

/// Checks the verification code of a document, and returns the contract's present number and title and its signed scans
/// with what the document showed. Anyone with a code may do this. Codes stored by earlier versions of the program are
/// looked up.
///
/// # Errors
/// `NotFound` for a code that was never issued.
pub fn verify_document(app: &App, code: &str) -> Result<VerifiedDocument, Error> {
    app.pool.read(|connection| {
        if let Some(code) = DocumentCode::verify(code, &app.secret) {
            let contract = match code.about {
                About::Contract(id) => Some(contracts::by_id(connection, id)?),
                About::Year(_) => None,
            };
            let scans = signed::of_code(app, connection, &code)?;
            return Ok(VerifiedDocument {
                scans,
                kind: code.kind,
                contract: contract.map(|contract| (contract.number, contract.title)),
                as_of: code.as_of,
                prepared_on: code.prepared_on,
                fingerprint: code.fingerprint,
            });
        }
        let found = documents::by_code(connection, &identifier(code).to_uppercase())?.ok_or(Error::NotFound)?;
        Ok(VerifiedDocument {
            kind: DocumentKind::Summary,
            contract: Some((found.number, found.title)),
            as_of: found.as_of,
            prepared_on: civil_day(found.made_at),
            fingerprint: found.fingerprint,
            scans: Vec::new(),
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

/// A document as a Word file.
#[derive(Debug)]
pub struct WordFile {
    /// File name for saving it.
    pub name: String,
    /// Bytes of the DOCX.
    pub bytes: Vec<u8>,
}

/// A document whose data is loaded, ready to be rendered.
#[derive(Debug)]
pub struct PreparedDocument {
    data: Data,
    lang: DocumentLang,
}

#[derive(Debug)]
enum Data {
    Summary(Box<ContractSnapshot>),
    Form(Box<ContractForm>),
    Arrears(Box<ArrearsTable>),
    Annual(Box<AnnualDocument>),
}

impl PreparedDocument {
    /// Renders the PDF on this thread.
    ///
    /// # Errors
    /// `Internal` if the PDF cannot be made.
    pub fn render(self) -> Result<PdfFile, Error> {
        let bytes = pdf::render(&self.document()).map_err(|error| Error::Internal(error.to_string()))?;
        Ok(PdfFile { name: format!("{}.pdf", self.name()), bytes })
    }

    /// Writes the same document as a Word file.
    ///
    /// # Errors
    /// `Internal` if the file cannot be made.
    pub fn into_word(self) -> Result<WordFile, Error> {
        let bytes = docx::write(&self.document()).map_err(|error| Error::Internal(error.to_string()))?;
        Ok(WordFile { name: format!("{}.docx", self.name()), bytes })
    }

    fn document(&self) -> Document {
        match &self.data {
            Data::Summary(snapshot) => summary::document(snapshot, self.lang),
            Data::Form(form) => form.document(self.lang),
            Data::Arrears(table) => table.document(self.lang),
            Data::Annual(report) => report.document(self.lang),
        }
    }

    /// Returns the name of the file without its ending.
    fn name(&self) -> String {
        match &self.data {
            Data::Summary(snapshot) => format!("{}-{}", snapshot.number, snapshot.as_of),
            Data::Form(form) => {
                let ContractSnapshot { number, as_of, .. } = &form.snapshot;
                format!("{number}-{}-{as_of}", form.content.kind())
            }
            Data::Arrears(table) => format!("{}-{}", DocumentKind::Arrears, table.report.year),
            Data::Annual(document) => format!("{}-{}", DocumentKind::Annual, document.report.year),
        }
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

fn load_document(
    app: &App,
    connection: &mut AnyConnection,
    (contract, caller): (Contract, Option<&Caller>),
    (wanted, as_of): (&Wanted, NaiveDate),
) -> Result<PreparedDocument, Error> {
    let record = ContractRecord::load(connection, contract)?;
    let standing = record.standing(as_of, Trails::On)?;
    let lang = wanted.lang;
    if wanted.kind == DocumentKind::Summary {
        let snapshot = build_snapshot(app, connection, record, standing, as_of)?;
        return Ok(PreparedDocument { data: Data::Summary(Box::new(snapshot)), lang });
    }
    let source = load::Source { record: &record, standing: &standing, caller };
    let content = load::content(connection, &source, wanted.kind, wanted.subject.as_deref())?;
    let about = About::Contract(record.contract.id);
    let snapshot = unsigned_snapshot(app, connection, record, standing, as_of)?;
    let mut form = ContractForm { snapshot, content };
    let (prepared_on, fingerprint) = (form.snapshot.prepared_on, form.fingerprint());
    let code = DocumentCode { kind: wanted.kind, about, as_of, prepared_on, fingerprint };
    (form.snapshot.code, form.snapshot.verification_url) = sign(app, &code);
    Ok(PreparedDocument { data: Data::Form(Box::new(form)), lang })
}

/// Returns a document's code, and the address for checking it.
fn sign(app: &App, code: &DocumentCode) -> (String, String) {
    let code = code.write(&app.secret);
    let address = format!("{}/verify/{code}", app.settings.public_url());
    (code, address)
}

/// Builds the data for a contract's documents; `standing` is the one on `as_of`, with trails.
///
/// # Errors
/// Database errors.
pub(crate) fn build_snapshot(
    app: &App,
    connection: &mut AnyConnection,
    record: ContractRecord,
    standing: Standing,
    as_of: NaiveDate,
) -> Result<ContractSnapshot, Error> {
    let about = About::Contract(record.contract.id);
    let mut snapshot = unsigned_snapshot(app, connection, record, standing, as_of)?;
    let (prepared_on, fingerprint) = (snapshot.prepared_on, snapshot.fingerprint());
    let code = DocumentCode { kind: DocumentKind::Summary, about, as_of, prepared_on, fingerprint };
    (snapshot.code, snapshot.verification_url) = sign(app, &code);
    Ok(snapshot)
}

/// Builds the same data without a verification code, which only documents show.
///
/// # Errors
/// Database errors.
pub(crate) fn unsigned_snapshot(
    app: &App,
    connection: &mut AnyConnection,
    record: ContractRecord,
    standing: Standing,
    as_of: NaiveDate,
) -> Result<ContractSnapshot, Error> {
    let (terms, details) = (record.terms_on(as_of).clone(), record.all_names_on(as_of));
    let announced_until = record.days.announced_until();
    let ended_on = record.ended_by(as_of);
    let head = &record.contract;
    let ids = [head.purchaser_id, head.funder_id, head.contractor_id];
    let parties = organisations::remembered(connection, &record.registers, &ids)?;
    let name =
        |id: OrganisationId| parties.iter().find(|party| party.id == id).map_or_else(String::new, |p| p.name.clone());
    let contract = record.contract;
    Ok(ContractSnapshot {
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
        ended_on,
        announced_until,
        prepared_on: civil_day(app.clock.now()),
        verification_url: String::new(),
        code: String::new(),
    })
}

/// Renders a plain page of Chinese text under a title, for the files submitted in the demonstration.
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
