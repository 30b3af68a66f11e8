//! The page on which an officer has a ledger of running contracts checked and then proposes it: the template, the upload,
//! and what the check found. The workbook is kept between the check and the proposal, which names it by its digest.

use actix_multipart::Multipart;
use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Path};
use askama::Template;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;

use crate::app::App;
use crate::domain::codes::Language;
use crate::domain::policy::Action;
use crate::error::{Error, Message};
use crate::services::identity::caller::Caller;
use crate::services::identity::kept_forms::{self, FormValues, KEY_FIELD, SENT_FORM_FIELD};
use crate::services::imports::proposals::{self, LAST_ROW, LedgerCheck};
use crate::services::records::import::{MAX_BYTES, TableFile};
use crate::web::api::records::workbook_response;
use crate::web::pages::forms::Form;
use crate::web::pages::request::{FileForm, Page, PageAnswer, PageRequest, lead_to_page};
use crate::web::pages::shell::{Shell, Unsent};
use crate::web::query::PageQuery;

/// Address of the page, under which the workbook is kept.
const PATH: &str = "/import-ledger";
/// Fields of the kept page: name and base64 of the workbook, the check as JSON, and the language of its faults.
const NAME: &str = "name";
const WORKBOOK: &str = "workbook";
const CHECK: &str = "check";
const LANGUAGE: &str = "language";
/// Field of the confirmation with the digest of the workbook.
const DIGEST: &str = "sha256";

/// Query of the page: whether a ledger was just proposed.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct DoneQuery {
    done: String,
}

/// A ledger that was checked.
struct Checked {
    name: String,
    check: LedgerCheck,
}

#[derive(Template)]
#[template(path = "registers/import_ledger.html")]
struct ImportPage {
    page: Shell,
    form: Form,
    checked: Option<Checked>,
    is_done: bool,
}

impl ImportPage {
    fn new(caller: &Caller, page: Shell, form: Form) -> Result<Self, Error> {
        caller.may(Action::ProposeLedgerImport)?;
        Ok(Self { page, form, checked: None, is_done: false })
    }

    /// Returns the limits of the file in MB and in bytes, and of its sheets in rows.
    fn max_mb(&self) -> usize {
        MAX_BYTES / (1024 * 1024)
    }

    fn max_bytes(&self) -> usize {
        MAX_BYTES
    }

    fn last_row(&self) -> usize {
        LAST_ROW
    }

    /// States how many faults there are, and how many of them the list has.
    fn fault_summary(&self, check: &LedgerCheck) -> String {
        let shown = check.report.faults.len();
        if shown == check.fault_count {
            return self.page.with("ledger-import-faults", "count", check.fault_count);
        }
        self.page.with2("ledger-import-faults-first", "count", check.fault_count, "shown", shown)
    }
}

/// Shows the page.
pub async fn show(request: PageRequest, query: PageQuery<DoneQuery>) -> PageAnswer {
    request
        .show(move |_, caller, page| {
            let is_done = !query.done.is_empty();
            Ok(ImportPage { is_done, ..ImportPage::new(caller, page, Form::default())? })
        })
        .await
}

/// Downloads the template.
pub async fn template(request: PageRequest) -> PageAnswer {
    let app = request.app().clone();
    let file = request.run_rate_limited(move |caller| proposals::make_template(&app, &caller)).await?;
    Ok(workbook_response(file))
}

/// Downloads the workbook of a proposed ledger.
pub async fn workbook(request: PageRequest, id: Path<String>) -> PageAnswer {
    let app = request.app().clone();
    let file = request.run_rate_limited(move |caller| proposals::workbook(&app, &caller, &id)).await?;
    Ok(workbook_response(file))
}

/// Checks a ledger and redirects to what was found. A form for another language is shown again without its file, which
/// must be chosen again.
pub async fn check(mut request: PageRequest, body: Multipart) -> PageAnswer {
    let app = request.app().clone();
    let permit = move |caller| proposals::permit(&app, caller);
    let FileForm { mut caller, file, form: typed, read, show_in } =
        match request.read_file_form(body, (PATH, MAX_BYTES), permit).await? {
            Ok(form) => form,
            Err(kept) => return Ok(kept),
        };
    request
        .answer(move |request, _| {
            let (app, mut page) = (request.app(), request.shell(Some(&caller)));
            let sent_form = typed.filled(SENT_FORM_FIELD);
            sent_form.iter().for_each(|id| page.show_kept_form(id));
            let nonce = page.nonce.clone();
            caller.language = page.language;
            if show_in.is_some() {
                let shown = ImportPage::new(&caller, page, typed)?;
                return Ok(Page::html(StatusCode::OK, &nonce, &shown).in_language(app, show_in));
            }
            let none = || Error::refused_at("ledger", "file", Message::new("ledger-import-no-file"));
            let found = read.and_then(|()| {
                let file = file.ok_or_else(none)?;
                Ok((proposals::check(app, &caller, &file)?, file))
            });
            match found {
                Ok((check, file)) => {
                    sent_form.iter().try_for_each(|id| kept_forms::discard(app, &caller, id))?;
                    lead_to_page(app, &caller, PATH, &to_values(&check, &file, caller.language)?)
                }
                Err(error) => {
                    let (status, mut form) = typed.refused(error, page.language)?;
                    form.faults.iter_mut().for_each(|(name, _)| "file".clone_into(name));
                    let label = |name: &str| (name == "file").then(|| page.say("ledger-import-file"));
                    let form = form.attach_faults(&page, label);
                    Ok(Page::html(status, &nonce, &ImportPage::new(&caller, page, form)?))
                }
            }
        })
        .await
}

/// Returns the values of the kept page.
fn to_values(check: &LedgerCheck, file: &TableFile, language: Language) -> Result<FormValues, Error> {
    let check = serde_json::to_string(check).map_err(|error| Error::Internal(error.to_string()))?;
    let workbook = STANDARD.encode(&file.bytes);
    let values =
        [(NAME, file.name.clone()), (WORKBOOK, workbook), (CHECK, check), (LANGUAGE, language.as_str().to_owned())];
    Ok(values.map(|(name, value)| (name.to_owned(), value)).into())
}

/// Returns the workbook of a kept page.
fn workbook_of(form: &Form) -> Result<TableFile, Error> {
    let bytes = STANDARD.decode(form.value(WORKBOOK)).map_err(|_| Error::NotFound)?;
    Ok(TableFile { name: form.value(NAME).to_owned(), bytes })
}

/// Proposes a ledger that was checked.
pub async fn propose(request: PageRequest, body: Bytes) -> PageAnswer {
    let act = |app: &App, caller: &Caller, page: Shell, form: Form| {
        let done = || Ok(Page::see_other("/import-ledger?done=proposed"));
        let id = form.value(SENT_FORM_FIELD);
        let kept = match kept_forms::load_form(app, caller, None, (id, PATH)) {
            Err(Error::NotFound) if kept_forms::was_sent(app, caller, form.value(KEY_FIELD))? => return done(),
            kept => Form::new(kept?.values),
        };
        match proposals::propose(app, caller, &workbook_of(&kept)?, form.filled(DIGEST).as_deref()) {
            Ok(_) => done(),
            Err(error) => {
                let nonce = page.nonce.clone();
                let (status, form) = form.refused(error, page.language)?;
                Ok(Page::html(status, &nonce, &shown(app, caller, page, &kept, form)?))
            }
        }
    };
    let again = |app: &App, caller: &Caller, mut page: Shell, form: Form| {
        let nonce = page.nonce.clone();
        if form.value(WORKBOOK).is_empty() {
            // A form that was kept when its session had ended; its workbook is not in it.
            page.notice = page.notice.map(|_| Unsent::SessionEndedWithFiles);
            return Ok(Page::html(StatusCode::OK, &nonce, &ImportPage::new(caller, page, form)?));
        }
        Ok(Page::html(StatusCode::OK, &nonce, &shown(app, caller, page, &form, Form::default())?))
    };
    request.take_form(body, act, again).await
}

/// Shows what the check of a kept workbook found; in another language, the check is made again.
fn shown(app: &App, caller: &Caller, page: Shell, kept: &Form, form: Form) -> Result<ImportPage, Error> {
    let file = workbook_of(kept)?;
    let caller = Caller { language: page.language, ..caller.clone() };
    let check = if kept.value(LANGUAGE) == page.language.as_str() {
        serde_json::from_str(kept.value(CHECK)).map_err(|_| Error::NotFound)?
    } else {
        proposals::check(app, &caller, &file)?
    };
    let checked = Some(Checked { name: file.name, check });
    Ok(ImportPage { checked, ..ImportPage::new(&caller, page, form)? })
}
