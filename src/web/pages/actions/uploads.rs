//! Acts with files. Their forms begin with the token and the idempotency key, so that both are verified before any file
//! is read.

use actix_multipart::Multipart;
use actix_web::http::StatusCode;
use actix_web::web::Path;
use serde::Deserialize;

use crate::app::App;
use crate::domain::codes::{ChangeRequestKind, Language};
use crate::error::{Error, FieldError};
use crate::services::annexes::{self, ANNEX_LIMITS};
use crate::services::change_requests::{self, EXTENSION_LIMITS, WAIVER_LIMITS};
use crate::services::deliverables::invoices::{self, INVOICE_LIMITS};
use crate::services::deliverables::permits::UploadPermit;
use crate::services::deliverables::uploads::{self, UploadForm, UploadLimits};
use crate::services::deliverables::{self, SUBMISSION_LIMITS};
use crate::services::identity::caller::{Caller, SentForm};
use crate::services::identity::kept_forms::KEY_FIELD;
use crate::services::messages::{self, MESSAGE_LIMITS};
use crate::services::objections::{self, ANSWER_LIMITS, OBJECTION_LIMITS};
use crate::services::shared::number_spelling::plain_signed_amount;
use crate::services::shared::typed_values::{parse_amount, parse_date, parse_positive_days, parse_quantity};
use crate::web::api::multipart;
use crate::web::failure::Failure;
use crate::web::pages::actions::act::ActTarget;
use crate::web::pages::actions::{
    SubjectQuery, build_page, confirmation_address, effects, extension, find_target, waiver,
};
use crate::web::pages::failure::PageFailure;
use crate::web::pages::forms::Form;
use crate::web::pages::request::{LeadingFields, Page, PageAnswer, PageRequest};
use crate::web::pages::shell::Unsent;
use crate::web::query::Query;
use crate::web::request::block;

/// Field of a kept upload with the subject in its address. Some forms have a field `subject` of their own, which is a
/// part of it.
pub const ADDRESS_SUBJECT: &str = "address_subject";

/// Query of an upload's address.
#[derive(Debug, Deserialize)]
pub struct UploadQuery {
    subject: String,
}

/// An act whose form has files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UploadAct {
    /// A submission of a deliverable.
    Submission,
    /// An invoice for a milestone.
    Invoice,
    /// An extension that the contractor requests.
    ExtensionApplication,
    /// A waiver that the contractor requests.
    WaiverApplication,
    /// An objection of the contractor.
    Objection,
    /// An answer that finds an objection right.
    Uphold,
    /// An answer that finds an objection wrong.
    Reject,
    /// A message to the other parties.
    Message,
    /// A document of the contract or an amendment.
    Annex,
}

impl UploadAct {
    const ALL: [Self; 9] = [
        Self::Submission,
        Self::Invoice,
        Self::ExtensionApplication,
        Self::WaiverApplication,
        Self::Objection,
        Self::Uphold,
        Self::Reject,
        Self::Message,
        Self::Annex,
    ];

    /// Returns the act of this name in addresses.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|act| act.name() == name)
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Submission => "submission",
            Self::Invoice => "invoice",
            Self::ExtensionApplication => "apply-extension",
            Self::WaiverApplication => "apply-waiver",
            Self::Objection => "objection",
            Self::Uphold => "objection-uphold",
            Self::Reject => "objection-reject",
            Self::Message => "message",
            Self::Annex => "annex",
        }
    }

    /// Returns the limits of the form.
    pub fn limits(self) -> &'static UploadLimits {
        match self {
            Self::Submission => &SUBMISSION_LIMITS,
            Self::Invoice => &INVOICE_LIMITS,
            Self::ExtensionApplication => &EXTENSION_LIMITS,
            Self::WaiverApplication => &WAIVER_LIMITS,
            Self::Objection => &OBJECTION_LIMITS,
            Self::Uphold | Self::Reject => &ANSWER_LIMITS,
            Self::Message => &MESSAGE_LIMITS,
            Self::Annex => &ANNEX_LIMITS,
        }
    }

    /// Returns the keys of the label and the hint of the file field.
    pub const fn words_of_files(self) -> (&'static str, &'static str) {
        match self {
            Self::Submission => ("field-files", "field-files-hint"),
            Self::Invoice => ("field-file", "field-file-hint"),
            Self::Message => ("field-attachments", "field-attachments-hint"),
            Self::Annex => ("field-attachments", "annex-files-hint"),
            Self::ExtensionApplication | Self::WaiverApplication | Self::Objection | Self::Uphold | Self::Reject => {
                ("field-files", "field-attachments-hint")
            }
        }
    }

    fn permit(self, app: &App, caller: Caller, contract: &str, subject: &str) -> Result<UploadPermit, Error> {
        match self {
            Self::Submission => deliverables::permit_submission(app, caller, contract, subject),
            Self::Invoice => invoices::permit_invoice(app, caller, contract, subject),
            Self::ExtensionApplication => {
                change_requests::permit_request(app, caller, ChangeRequestKind::Extension, (contract, subject))
            }
            Self::WaiverApplication => {
                change_requests::permit_request(app, caller, ChangeRequestKind::Waiver, (contract, subject))
            }
            Self::Objection => objections::permit_objection(app, caller, contract, subject),
            Self::Uphold | Self::Reject => objections::permit_answer(app, caller, subject),
            Self::Message => messages::permit_message(app, caller, contract, subject),
            Self::Annex => annexes::permit(app, caller, contract, subject),
        }
    }

    fn faults(self, upload: &UploadForm) -> Vec<FieldError> {
        match self {
            Self::Submission => deliverables::faults_of_submission(upload),
            Self::Invoice => invoices::faults_of_invoice(upload),
            Self::ExtensionApplication => change_requests::faults_of_extension(upload),
            Self::WaiverApplication => change_requests::faults_of_waiver(upload),
            Self::Objection => objections::faults_of_objection(upload),
            Self::Uphold | Self::Reject => objections::faults_of_answer(upload),
            Self::Message => messages::faults_of_message(upload),
            Self::Annex => annexes::faults_of_form(upload),
        }
    }

    /// Tries an act that has effects, without its files.
    fn rehearse(self, app: &App, caller: &Caller, target: &ActTarget, form: &Form) -> Result<(), Error> {
        match self {
            Self::ExtensionApplication => extension::submit(app, caller, target, form),
            Self::WaiverApplication => waiver::submit(app, caller, target, form),
            Self::Submission
            | Self::Invoice
            | Self::Objection
            | Self::Uphold
            | Self::Reject
            | Self::Message
            | Self::Annex => Ok(()),
        }
    }

    async fn submit(self, app: &App, permit: UploadPermit, upload: UploadForm) -> Result<(), Error> {
        match self {
            Self::Submission => deliverables::submit(app, permit, upload).await.map(|_| ()),
            Self::Invoice => invoices::submit_invoice(app, permit, upload).await.map(|_| ()),
            Self::ExtensionApplication => {
                let kind = ChangeRequestKind::Extension;
                change_requests::request_with_files(app, permit, upload, kind).await.map(|_| ())
            }
            Self::WaiverApplication => {
                let kind = ChangeRequestKind::Waiver;
                change_requests::request_with_files(app, permit, upload, kind).await.map(|_| ())
            }
            Self::Objection => objections::raise_with_files(app, permit, upload).await.map(|_| ()),
            Self::Uphold => objections::answer_with_files(app, permit, upload, "uphold").await.map(|_| ()),
            Self::Reject => objections::answer_with_files(app, permit, upload, "reject").await.map(|_| ()),
            Self::Message => messages::send_with_files(app, permit, upload).await.map(|_| ()),
            Self::Annex => annexes::add(app, permit, upload).await.map(|_| ()),
        }
    }
}

/// An upload being received: the act, and the contract and subject from its address.
#[derive(Debug, Clone)]
struct Sent {
    act: UploadAct,
    contract: String,
    subject: String,
}

impl Sent {
    fn path(&self) -> String {
        format!("/contracts/{}/act/{}", self.contract, self.act.name())
    }

    fn target(self) -> Result<ActTarget, Error> {
        let query = SubjectQuery { subject: self.subject, no: String::new() };
        find_target(&self.contract, self.act.name(), query)
    }
}

/// Takes an act with files. A refused form, one for another language, or one sent by Enter in a field is shown again
/// with its typed values; its valid files are kept for the person, because browsers do not keep them.
pub async fn submit(
    mut request: PageRequest,
    path: Path<(String, String)>,
    query: Query<UploadQuery>,
    mut body: Multipart,
) -> PageAnswer {
    let (contract, name) = path.into_inner();
    let Some(act) = UploadAct::parse(&name) else { return request.not_found().await };
    let leading = request.read_leading(&mut body).await;
    // Such a body must not be read on: its reader panics when it is asked again after this error.
    if let Err(error @ Error::Unsupported(_)) = leading {
        return request.refuse(error).await;
    }
    let (app, language) = (request.app().clone(), request.language());
    let without_page = |error| PageFailure { failure: Failure { error, language }, shell: None };
    let sent = Sent { act, contract, subject: query.into_inner().subject };
    let hidden = leading.as_ref().ok().cloned();
    let admitted = {
        let (app, sent) = (app.clone(), sent.clone());
        request.admit_leading(leading, move |caller| act.permit(&app, caller, &sent.contract, &sent.subject)).await
    };
    let mut permit = match admitted {
        Ok(permit) => permit,
        Err(failure) => return keep_unadmitted(request, (sent, hidden), body, failure).await,
    };
    let unsent = hidden.and_then(|leading| Some((why_unsent(&leading)?, leading)));
    let caller = permit.caller.clone();
    let mut upload = UploadForm::of_page(&app, &permit, act.limits());
    let read = multipart::read_page_form(body, &mut upload).await;
    let kept = upload.keep(&app).await;
    let kept_form = upload.sent_form().map(str::to_owned);
    if let Some(key) = &mut permit.caller.idempotency_key {
        key.sent_form = kept_form.clone().map(|id| SentForm { id, path: sent.path() });
    }
    let texts = upload.texts().map(|(name, text)| (name.to_owned(), text.to_owned()));
    let chosen = upload.kept_ids().into_iter().map(|id| (uploads::KEPT_FIELD.to_owned(), id));
    let typed: Vec<(String, String)> = texts.chain(chosen).collect();
    let files = read.and_then(|files| kept.map(|()| files));
    let error = match &unsent {
        Some(_) => files.and_then(refuse_files).err(),
        None => {
            let form = request.typed(typed.iter().cloned().chain([seen(&upload)]).collect());
            carry_out(&app, sent.clone(), (permit, upload), (files, form)).await.err()
        }
    };
    let (status, typed) = match (error, &unsent) {
        (Some(error), _) => request.typed(typed).refused(error, caller.language).map_err(without_page)?,
        (None, Some(_)) => (StatusCode::OK, request.typed(typed)),
        (None, None) => {
            let target = sent.target().map_err(without_page)?;
            return Ok(request.redirect(&confirmation_address(&target)).into());
        }
    };
    show_again(request, sent, (status, typed), (kept_form, unsent)).await
}

/// Takes an act with its files, unless something in its form is wrong or unseen.
async fn carry_out(
    app: &App,
    sent: Sent,
    (permit, mut upload): (UploadPermit, UploadForm),
    (files, form): (Result<Vec<FieldError>, Error>, Form),
) -> Result<(), Error> {
    let act = sent.act;
    refuse_faults(&mut upload, act, files?)?;
    require_seen(app, &permit.caller, sent, form).await?;
    act.submit(app, permit, upload).await
}

/// Shows the page of an act again with what was typed, and why it was not sent.
async fn show_again(
    request: PageRequest,
    sent: Sent,
    (status, typed): (StatusCode, Form),
    (kept_form, unsent): (Option<String>, Option<(Unsent, LeadingFields)>),
) -> PageAnswer {
    request
        .answer(move |request, caller| {
            let mut page = request.shell(Some(caller));
            if let Some(id) = &kept_form {
                page.show_kept_form(id);
            }
            let language = unsent.and_then(|(reason, leading)| {
                (page.notice, page.key) = (Some(reason), leading.key);
                leading.show_in
            });
            let nonce = page.nonce.clone();
            let shown = build_page(request.app(), caller, page, sent.target()?, Some(typed))?;
            Ok(Page::html(status, &nonce, &shown).in_language(request.app(), language))
        })
        .await
}

/// Returns the field with the digest of the effects that a page showed.
fn seen(upload: &UploadForm) -> (String, String) {
    (uploads::SEEN_FIELD.to_owned(), upload.seen().to_owned())
}

/// Checks that the sender of a form has seen its effects. A form that would be refused is refused with its faults.
///
/// # Errors
/// `Refused` if the effects differ from those that the form shows; errors of the act.
async fn require_seen(app: &App, caller: &Caller, sent: Sent, form: Form) -> Result<(), Error> {
    let (app, caller) = (app.clone(), caller.clone());
    let work = move || {
        let (act, target) = (sent.act, sent.target()?);
        let Err(unseen) = effects::require_seen(&app, &caller, &target, &form) else { return Ok(()) };
        act.rehearse(&app, &caller.rehearsing(), &target, &form)?;
        Err(unseen)
    };
    block(Language::Zh, work).await.map_err(|failure| failure.error)
}

/// Returns the reason for which a form is shown again instead of being carried out, by the button that sent it.
fn why_unsent(leading: &LeadingFields) -> Option<Unsent> {
    let entered = leading.is_entered.then_some(Unsent::EnterPressed);
    leading.show_in.map(|_| Unsent::LanguageChosen).or(entered)
}

/// Answers an upload that is not admitted. If the page was rendered for a known person, the typed values are kept for
/// that person; the files are not.
async fn keep_unadmitted(
    request: PageRequest,
    (sent, hidden): (Sent, Option<LeadingFields>),
    body: Multipart,
    failure: PageFailure,
) -> PageAnswer {
    let max_form_bytes = uploads::max_form_bytes(request.app());
    let Some(hidden) = hidden.filter(|hidden| request.form_owner(&hidden.csrf_token).is_some()) else {
        if request.token().is_some() {
            multipart::discard_form(body, max_form_bytes).await;
        }
        return Err(failure);
    };
    let mut values = multipart::read_texts(body, sent.act.limits(), max_form_bytes).await;
    let path = sent.path();
    let hidden = [(ADDRESS_SUBJECT, sent.subject), ("form", hidden.csrf_token), (KEY_FIELD, hidden.key)];
    values.extend(hidden.map(|(name, value)| (name.to_owned(), value)));
    request.keep_upload(path, values, failure).await
}

/// Refuses a form with a refused file or an unreadable field. All errors are reported at once, so that no form is
/// resent without its refused files.
///
/// # Errors
/// `Malformed`, or `Refused` if only files are faulty.
fn refuse_faults(upload: &mut UploadForm, act: UploadAct, files: Vec<FieldError>) -> Result<(), Error> {
    let mut faults = read_typed(upload);
    let are_fields_read = faults.is_empty();
    faults.extend(files);
    if faults.is_empty() {
        return Ok(());
    }
    let mut others = act.faults(upload);
    others.retain(|fault| faults.iter().all(|known| known.path != fault.path));
    if are_fields_read && others.is_empty() {
        return refuse_files(faults);
    }
    faults.extend(others);
    Err(Error::Malformed(faults))
}

/// Refuses a form with faulty files.
///
/// # Errors
/// `Refused` with the faults, if there are any.
fn refuse_files(faults: Vec<FieldError>) -> Result<(), Error> {
    if faults.is_empty() {
        return Ok(());
    }
    Err(Error::Refused { rule: "files".to_owned(), errors: faults })
}

/// Replaces the typed numbers and days by their plain spelling, because services parse strictly. Returns the faults of
/// unreadable values.
fn read_typed(upload: &mut UploadForm) -> Vec<FieldError> {
    let quantity = |typed: &str| parse_quantity(typed).map(|quantity| quantity.to_string());
    let amount = |typed: &str| {
        let plain = plain_signed_amount(typed)?;
        parse_amount(plain.trim_start_matches('-')).map(|_| plain)
    };
    let days = |typed: &str| parse_positive_days(typed).map(|days| days.to_string());
    let day = |typed: &str| parse_date(typed).map(|day| day.to_string());
    let mut faults = Vec::new();
    for (name, fault) in [
        ("amount", upload.rewrite("amount", amount)),
        ("quantity", upload.rewrite("quantity", quantity)),
        ("days", upload.rewrite("days", days)),
        ("on", upload.rewrite("on", day)),
    ] {
        faults.extend(fault.err().map(|message| FieldError { path: name.to_owned(), message }));
    }
    faults
}

/// Rejects an act with files that is sent without files, to the address for other acts.
///
/// # Errors
/// Always: `NotFound`.
pub fn reject_without_files(_: &App, _: &Caller, _: &ActTarget, _: &Form) -> Result<(), Error> {
    Err(Error::NotFound)
}
