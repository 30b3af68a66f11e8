//! Acts on a contract: each has a confirmation page that shows the subject and the required fields, and calls one
//! service.
//!
//! The acts are listed in one table (`table::ACTS`); acts with files are submitted through `uploads`. A confirmation
//! page loads its contract once, with one standing. The rules are in the services.

pub mod act;
pub mod amendment;
pub mod annex;
mod change_decision;
pub mod change_request;
pub mod checks;
pub mod decision;
pub mod effects;
pub mod evaluation;
mod extension;
mod fields;
mod guarantee;
mod headcount;
mod incident;
mod interest;
mod invoice;
pub mod message;
pub mod next_task;
pub mod objection;
mod payment_request;
mod publication;
mod recall;
mod record;
mod recovery;
mod reversal;
mod score;
mod submission;
mod submission_withdrawal;
pub mod summary;
mod survey;
mod table;
mod told;
mod typed_form;
pub mod uploads;
mod waiver;

use actix_web::web::{Bytes, Path};
use askama::Template;
use serde::Deserialize;

use crate::app::App;
use crate::domain::codes::{ContractState, PaymentKind};
use crate::domain::payments::PaymentStep;
use crate::domain::policy::Action;
use crate::error::{Error, Message};
use crate::services::contracts::view::{self, ContractOverview, ContractPageData};
use crate::services::deliverables::kept::{self, KeptFile};
use crate::services::deliverables::uploads::{self as upload_forms, UploadLimits};
use crate::services::identity::caller::Caller;
use crate::services::identity::own_account;
use crate::services::payments::PaymentRequestView;
use crate::web::pages::actions::act::{Act, ActContext, ActTarget};
use crate::web::pages::actions::checks::Checks;
use crate::web::pages::actions::effects::Effects;
use crate::web::pages::actions::summary::SummaryRow;
use crate::web::pages::actions::table::ACTS;
use crate::web::pages::actions::uploads::UploadAct;
use crate::web::pages::forms::Form;
use crate::web::pages::forms::field::{Field, FieldKind};
use crate::web::pages::identity::proof::{self, ProofCheck};
use crate::web::pages::request::{PageAnswer, PageRequest};
use crate::web::pages::shell::{Shell, Unsent};
use crate::web::query::Query;

/// Bytes in a megabyte, the unit in which limits are shown.
const MB: u64 = 1024 * 1024;

/// Subject of an act, from the query of its address.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct SubjectQuery {
    subject: String,
    no: String,
}

#[derive(Template)]
#[template(path = "acting/form.html")]
struct ActPage {
    page: Shell,
    target: ActTarget,
    overview: ContractOverview,
    summary: Vec<SummaryRow>,
    checks: Checks,
    effects: Effects,
    /// The act that refuses, if it can be taken.
    alternative: Option<&'static str>,
    fields: Vec<Field>,
    form: Form,
    /// The file field, for an act with files.
    files: Option<FileField>,
    /// True if the subject is a request for late interest.
    is_interest: bool,
    /// True if a check bars the act, although its form is shown with what was typed and its files.
    is_barred_form: bool,
}

/// The file field of an act: its limits, and the files kept with the form.
pub struct FileField {
    pub name: &'static str,
    /// Message keys of its label and hint.
    words: (&'static str, &'static str),
    pub limits: &'static UploadLimits,
    /// Maximum size of a file and of a form, in MB.
    max_file_mb: u32,
    max_form_mb: u32,
    pub kept: Vec<KeptFile>,
    /// True if they are proposed again, like what else was in a withdrawn submission.
    pub are_proposed: bool,
}

impl FileField {
    /// Returns the endings that the field accepts, for the browser's file chooser.
    pub fn accept(&self) -> String {
        upload_forms::accepted_endings(self.limits).join(",")
    }

    /// Returns the limit of a file in bytes, for the page's script.
    pub fn max_file_bytes(&self) -> u64 {
        u64::from(self.max_file_mb) * MB
    }

    /// Returns the limit of a form in bytes, for the page's script.
    pub fn max_form_bytes(&self) -> u64 {
        u64::from(self.max_form_mb) * MB
    }

    /// Returns the label.
    pub fn label(&self, page: &Shell) -> String {
        page.say(self.words.0)
    }

    /// Returns the hint with the limits.
    pub fn hint(&self, page: &Shell) -> String {
        page.with2(self.words.1, "limit", self.max_file_mb, "total", self.max_form_mb)
    }

    /// Returns whether a kept file is chosen: it was sent with this form. Another one may be of an earlier attempt at
    /// something else, so that only the person chooses it again.
    pub fn is_chosen(&self, form: &Form, file: &KeptFile) -> bool {
        let is_sent = |(name, value): &(String, String)| name == upload_forms::KEPT_FIELD && *value == file.id;
        self.are_proposed || form.values().iter().any(is_sent)
    }

    /// Returns the hint of the kept files.
    pub fn kept_hint(&self, page: &Shell, form: &Form) -> String {
        match self.kept.iter().all(|file| self.is_chosen(form, file)) {
            _ if self.takes_one() => page.say("upload-kept-hint-one"),
            true => page.say("upload-kept-hint"),
            false => page.say("upload-kept-hint-earlier"),
        }
    }

    /// Returns whether the form is for one file.
    pub fn takes_one(&self) -> bool {
        self.limits.files == 1
    }

    /// Returns the faults of the files.
    pub fn faults<'a>(&'a self, form: &'a Form) -> Vec<&'a str> {
        let own = form.faults.iter().filter(|(name, _)| name == self.name);
        own.map(|(_, words)| words.as_str()).collect()
    }
}

impl ActPage {
    /// Returns the act's name.
    fn act_name(&self) -> &'static str {
        self.target.act.name
    }

    /// Returns the announcement of the act; confirming a request for interest has a separate one.
    fn announcement(&self) -> String {
        let name = self.act_name();
        let name = match name {
            "confirm" if self.is_interest => "confirm-interest",
            // Nothing is committed yet that could be released.
            "return" if self.overview.snapshot.state == ContractState::Submitted => "return-unfunded",
            name => name,
        };
        self.page.say_of("act", name, "says")
    }

    /// Returns whether the payment request that the act is about can be returned instead.
    fn is_returnable(&self) -> bool {
        self.alternative == Some("payment-return")
    }

    /// Returns the form's address. For an upload the address includes the subject, which is needed before a file is
    /// read.
    fn action(&self) -> String {
        if self.target.act.files.is_some() {
            return upload_address(&self.overview.id, self.act_name(), &self.target.subject);
        }
        format!("/contracts/{}/act/{}", self.overview.id, self.act_name())
    }

    /// Returns the address of another act on the same subject.
    fn other_act(&self, act: &str) -> String {
        let subject: String = form_urlencoded::byte_serialize(self.target.subject.as_bytes()).collect();
        format!("/contracts/{}/act/{act}?subject={subject}", self.overview.id)
    }
}

/// Returns the acts on the contract itself that the caller may take now, in the order of a contract's life. The flag is
/// true for an act that refuses or ends something.
pub fn of_contract(overview: &ContractOverview) -> impl Iterator<Item = (&'static str, bool)> {
    ACTS.iter().filter(|act| act.of_contract && act.is_open(overview)).map(|act| (act.name, act.is_adverse))
}

/// Returns every act with its rights, any of which opens it.
pub fn rights() -> impl Iterator<Item = (&'static str, &'static [Action])> {
    ACTS.iter().map(|act| (act.name, act.rights))
}

/// Returns the address to which the form of an act with files is sent.
pub fn upload_address(contract: &str, act: &str, subject: &str) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.append_pair("subject", subject);
    format!("/contracts/{contract}/act/{act}/files?{}", query.finish())
}

/// Returns the address of the page that confirms an act: the page of the contract, its messages or its annexes.
fn confirmation_address(target: &ActTarget) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.append_pair("done", target.act.name);
    if !target.subject.is_empty() {
        query.append_pair("subject", &target.subject);
    }
    let part = match target.act.name {
        name if name == message::ACT.name => "/messages",
        name if name == annex::ADD.name || name == annex::REMOVE.name => "/annexes",
        _ => "",
    };
    format!("/contracts/{}{part}?{}", target.contract, query.finish())
}

/// Returns the address of the page of an act.
pub fn act_address(target: &ActTarget) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    let named = [("subject", &target.subject), ("no", &target.no)];
    query.extend_pairs(named.iter().filter(|(_, value)| !value.is_empty()));
    let address = format!("/contracts/{}/act/{}?{}", target.contract, target.act.name, query.finish());
    address.trim_end_matches('?').to_owned()
}

fn find_target(contract: &str, act: &str, query: SubjectQuery) -> Result<ActTarget, Error> {
    let act = ACTS.iter().find(|known| known.name == act).ok_or(Error::NotFound)?;
    Ok(ActTarget { act, contract: contract.to_owned(), subject: query.subject, no: query.no })
}

/// Builds the page of an act, with the typed or the proposed values.
fn build_page(
    app: &App,
    caller: &Caller,
    mut page: Shell,
    mut target: ActTarget,
    typed: Option<Form>,
) -> Result<ActPage, Error> {
    if !page.here.contains('?') {
        // The answer to a form is read again at the address of the form, which names the subject.
        page.here = act_address(&target);
    }
    let data = view::for_action(app, caller, &target.contract, &target.subject)?;
    let contract = &data.contract;
    let is_of_subject = |asked: &PaymentRequestView| asked.id == target.subject && asked.kind == PaymentKind::Interest;
    let is_interest = contract.payments.iter().any(is_of_subject);
    let act = target.act;
    if [decision::ACT.name, submission_withdrawal::ACT.name].contains(&act.name) && target.no.is_empty() {
        target.no = decision::last_submission(contract, &target.subject);
    }
    if page.notice == Some(Unsent::SessionEnded) && act.files.is_some() {
        page.notice = Some(Unsent::SessionEndedWithFiles);
    }
    if !act.is_open(&contract.overview) {
        return Err(why_closed(&contract.overview, act));
    }
    let are_proposed = typed.is_none() && is_proposed_again(contract, &target);
    let context = ActContext::of(&data, caller, &page, &target);
    let summary = (act.summary)(&context)?;
    let mut checks = (act.checks)(&context)?;
    // What was typed, with its files, stays on the page that refuses it.
    let is_barred_form = checks.bars && typed.is_some() && act.files.is_some();
    checks.bars &= !is_barred_form;
    let reason = act.needs_reason.then(|| fields::reason(&context));
    let mut fields: Vec<Field> = reason.into_iter().chain((act.fields)(&context)?).collect();
    fields.extend(proof_fields(app, &context)?);
    let effects = effects::of_form(&data, caller, &page, &target, (&fields, typed.as_ref()));
    checks.add_doubts(&effects.doubts);
    let form =
        typed.map(|typed| typed_form::show(typed, &mut page, &contract.overview, act, (&mut fields, checks.bars)));
    let alternative = act.alternative.filter(|_| !checks.is_elsewhere);
    let of = (target.contract.as_str(), target.subject.as_str());
    let files = act.files.map(|_| file_field(app, caller, act, of)).transpose()?;
    let files = files.map(|field| FileField { are_proposed, ..field });
    let overview = data.contract.overview;
    Ok(ActPage {
        summary,
        checks,
        effects,
        alternative,
        fields,
        form: form.unwrap_or_default(),
        files,
        is_interest,
        is_barred_form,
        overview,
        target,
        page,
    })
}

/// Returns whether the form proposes again what was in a withdrawn submission.
fn is_proposed_again(contract: &ContractPageData, target: &ActTarget) -> bool {
    let mut of = contract.deliverables.iter().filter(|found| found.code == target.subject);
    target.act.name == submission::ACT.name && of.any(|found| found.withdrawn_note.is_some())
}

/// Returns the fields for password and code of an act that releases more than the set amount.
fn proof_fields(app: &App, context: &ActContext<'_>) -> Result<Vec<Field>, Error> {
    let payment = context.contract.payments.iter().find(|payment| payment.id == context.target.subject);
    let step = PaymentStep::parse(context.target.act.name);
    match payment.filter(|_| step.is_some_and(PaymentStep::releases_money)) {
        Some(payment) if own_account::needs_proof(app, context.caller, payment.amount)? => {
            Ok(proof::fields(context.page, context.caller))
        }
        _ => Ok(Vec::new()),
    }
}

/// Builds the file field of an act on a subject of a contract.
///
/// # Errors
/// `NotFound` for an act without files; `Forbidden`; database errors.
pub fn file_field(app: &App, caller: &Caller, act: &'static Act, of: (&str, &str)) -> Result<FileField, Error> {
    let name = act.files.ok_or(Error::NotFound)?;
    let upload = UploadAct::parse(act.name).ok_or(Error::NotFound)?;
    let (limits, words) = (upload.limits(), upload.words_of_files());
    let kept = kept::list(app, caller, act.name, of)?;
    let (max_file_mb, max_form_mb) = (app.settings.max_file_mb, app.settings.max_form_mb);
    Ok(FileField { name, words, limits, max_file_mb, max_form_mb, kept, are_proposed: false })
}

/// Returns why an act is closed: the contract's state, or the caller's side.
pub fn why_closed(overview: &ContractOverview, act: &Act) -> Error {
    match act.rights.first() {
        Some(right) if !right.right().states.contains(&overview.snapshot.state) => {
            Error::Conflict(Message::new("wrong-state").with("state", overview.snapshot.state))
        }
        Some(_) => Error::forbidden("side-may-not"),
        None => Error::NotFound,
    }
}

/// Shows the confirmation page of an act.
pub async fn show(request: PageRequest, path: Path<(String, String)>, query: Query<SubjectQuery>) -> PageAnswer {
    let (contract, name) = path.into_inner();
    let query = query.into_inner();
    request
        .show(move |app, caller, page| {
            let target = find_target(&contract, &name, query)?;
            (target.act.before_show)(app, caller, &target)?;
            build_page(app, caller, page, target, None)
        })
        .await
}

/// Takes an act; a refused form is shown again.
pub async fn submit(request: PageRequest, path: Path<(String, String)>, body: Bytes) -> PageAnswer {
    let (contract, name) = path.into_inner();
    let again = (contract.clone(), name.clone());
    let check = ProofCheck::begin_if_typed(&request, &body).await?;
    request
        .submit(
            body,
            move |app, caller, form| {
                let target = find_target(&contract, &name, subject_of(form))?;
                if let Err(unseen) = effects::require_seen(app, caller, &target, form) {
                    // A form that would be refused is refused with all its faults; its effects are none.
                    (target.act.submit)(app, &caller.rehearsing(), &target, form)?;
                    return Err(unseen);
                }
                check.map_or(Ok(()), |check| check.check(app, caller, form))?;
                (target.act.submit)(app, caller, &target, form)?;
                Ok(confirmation_address(&target))
            },
            move |app, caller, page, mut form| {
                let target = find_target(&again.0, &again.1, subject_of(&form))?;
                proof::forget(&mut form);
                build_page(app, caller, page, target, Some(form))
            },
        )
        .await
}

fn subject_of(form: &Form) -> SubjectQuery {
    let subject = form.filled(uploads::ADDRESS_SUBJECT).unwrap_or_else(|| form.value("subject").to_owned());
    SubjectQuery { subject, no: form.value("no").to_owned() }
}
