//! Every act on a contract: the right that opens it, what is said about it, what it asks for, the service that it is.

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::app::App;
use crate::domain::policy::Action;
use crate::domain::subject::BreachKey;
use crate::error::Error;
use crate::services::contracts::transitions;
use crate::services::identity::caller::Caller;
use crate::services::performance::{observations, scores};
use crate::services::shared::paging::{MAX_PAGE_SIZE, Page};
use crate::services::{change_requests, deliverables, payments};
use crate::web::pages::actions::About;
use crate::web::pages::actions::about::{self, Checks, Say};
use crate::web::pages::actions::fields::{self, Fields};
use crate::web::pages::forms::{Form, read_all};

/// What an act does: contract and name of the act, what it is about, what was typed.
type Run = fn(&App, &Caller, (&str, &'static str), &About, &Form) -> Result<(), Error>;

/// An act on a contract. Its words are `act-NAME` (the button), `act-NAME-says` (what will happen), `done-NAME` (what did).
pub struct Act {
    /// Its name in addresses.
    pub name: &'static str,
    /// The rights, any of which opens it.
    pub rights: &'static [Action],
    /// Whether it is offered at the head of the contract's page.
    pub of_contract: bool,
    /// What is said about it.
    pub about: Say,
    /// What is to hold before it is taken.
    pub checks: Checks,
    /// The act that says no instead.
    pub instead: Option<&'static str>,
    /// What it asks for.
    pub fields: Fields,
    /// Name of its files' field, where it takes files.
    pub files: Option<&'static str>,
    /// Whether it refuses or ends something.
    pub binds: bool,
    /// What it does.
    pub run: Run,
}

const fn act(name: &'static str, rights: &'static [Action], about: Say, fields: Fields, run: Run) -> Act {
    Act {
        name,
        rights,
        of_contract: false,
        about,
        checks: about::unchecked,
        instead: None,
        fields,
        files: None,
        binds: false,
        run,
    }
}

const fn step(name: &'static str, rights: &'static [Action], fields: Fields) -> Act {
    Act { of_contract: true, ..act(name, rights, about::contract, fields, contract_step) }
}

const fn link(name: &'static str, rights: &'static [Action], fields: Fields) -> Act {
    Act {
        checks: about::claim_checks,
        instead: Some("payment-return"),
        ..act(name, rights, about::claim, fields, payment_step)
    }
}

const fn or(instead: &'static str, act: Act) -> Act {
    Act { instead: Some(instead), ..act }
}

const fn paid(act: Act) -> Act {
    Act { checks: about::payment_checks, ..act }
}

const fn binding(act: Act) -> Act {
    Act { binds: true, ..act }
}

const fn early_end(act: Act) -> Act {
    Act { about: about::early_end, ..binding(act) }
}

const fn with_files(files: &'static str, act: Act) -> Act {
    Act { files: Some(files), ..act }
}

use Action as A;

/// The acts, the contract's own in the order of its life.
#[rustfmt::skip]
pub const ACTS: &[Act] = &[
    step("submit", &[A::SubmitContract], fields::none),
    binding(step("withdraw", &[A::WithdrawContract], fields::reason)),
    or("return", step("fund", &[A::FundContract], fields::none)),
    or("return", step("activate", &[A::ActivateContract], fields::signed)),
    binding(step("return", &[A::ReturnSubmitted, A::ReturnFunded], fields::reason)),
    step("publish", &[A::RecordPublication], fields::announced),
    paid(step("complete", &[A::CompleteContract], fields::none)),
    binding(step("terminate", &[A::TerminateContract], fields::terminated)),
    or("decline", early_end(step("consent", &[A::ConsentToTermination], fields::none))),
    early_end(step("decline", &[A::DeclineTermination], fields::reason)),
    paid(step("close", &[A::CloseContract], fields::none)),
    with_files("files", act("submission", &[A::SubmitDeliverable], about::deliverable, fields::submission, no_files)),
    act("decision", &[A::DecideDeliverable], about::submission, fields::decision, decide),
    with_files("file", act("invoice", &[A::ReceiveInvoice], about::milestone, fields::invoice, no_files)),
    act("score", &[A::ScoreMilestone], about::milestone, fields::score, score),
    act("request", &[A::RequestPayment], about::milestone, fields::request, request),
    link("confirm", &[A::ConfirmPayment], fields::none),
    link("review", &[A::ReviewPayment], fields::none),
    link("approve", &[A::ApprovePayment], fields::none),
    link("pay", &[A::PayPayment], fields::paid),
    binding(act("payment-return", &[A::ReturnPayment], about::claim, fields::reason, payment_step)),
    act("incident", &[A::RecordIncident], about::nothing, fields::incident, record),
    act("headcount", &[A::RecordHeadcount], about::nothing, fields::headcount, record),
    act("survey", &[A::RecordSurvey], about::nothing, fields::survey, record),
    act("extension", &[A::RequestExtension], about::nothing, fields::extension, record),
    act("waiver", &[A::RequestWaiver], about::breach, fields::waiver, waive),
    act("reversal", &[A::RequestReversal], about::fact, fields::reason, reverse),
    or("refuse", act("grant", &[A::GrantChangeRequest], about::asked, fields::none, decide_ask)),
    binding(act("refuse", &[A::GrantChangeRequest], about::asked, fields::reason, decide_ask)),
];

/// Fields that are whole numbers in the input of services; all others are texts.
const WHOLE: &[&str] = &["days", "clients", "workers"];

/// The input of a service, made of the fields: what is empty is left out, and what cannot be read names its field.
fn input<T: DeserializeOwned>(form: &Form, names: &[&str]) -> Result<T, Error> {
    input_with(form, names, Map::new())
}

fn input_with<T: DeserializeOwned>(form: &Form, names: &[&str], more: Map<String, Value>) -> Result<T, Error> {
    let mut object = more;
    for name in names {
        let Some(text) = form.filled(name) else { continue };
        // What is no whole number is read as one that is out of bounds, so that it is said what is asked for.
        let whole = WHOLE.contains(name).then(|| text.parse::<u64>().map_or(Value::from(-1), Value::from));
        object.insert((*name).to_owned(), whole.unwrap_or(Value::String(text)));
    }
    read_all(object, |_| Ok(()))
}

fn contract_step(
    app: &App,
    caller: &Caller,
    (id, name): (&str, &'static str),
    _: &About,
    form: &Form,
) -> Result<(), Error> {
    transitions::act(app, caller, id, name, &input(form, &["reason", "signed_on", "on"])?)?;
    Ok(())
}

fn payment_step(
    app: &App,
    caller: &Caller,
    (_, name): (&str, &'static str),
    about: &About,
    form: &Form,
) -> Result<(), Error> {
    let name = name.strip_prefix("payment-").unwrap_or(name);
    payments::take_step(app, caller, &about.subject, name, &input(form, &["reason", "voucher", "on"])?)?;
    Ok(())
}

fn decide(app: &App, caller: &Caller, (id, _): (&str, &'static str), about: &About, form: &Form) -> Result<(), Error> {
    let no: u64 = about.no.parse().map_err(|_| Error::NotFound)?;
    let people =
        form.value("members").split(['、', ',', '，', ';', '；', '\n']).map(str::trim).filter(|name| !name.is_empty());
    let mut more = Map::new();
    more.insert("members".to_owned(), people.map(Value::from).collect());
    let rejected = form.value("decision") == "rejected";
    if !rejected {
        let measured = form.beginning_with("measured.").into_iter().filter(|(_, value)| !value.is_empty());
        let measured: Map<String, Value> = measured.map(|(code, value)| (code.to_owned(), value.into())).collect();
        more.insert("measured".to_owned(), Value::Object(measured));
    }
    // A rejected submission has no accepted quantity, whatever the form proposed.
    let names: &[&str] = if rejected { &["decision", "note", "on"] } else { &["decision", "quantity", "note", "on"] };
    deliverables::decide(app, caller, id, (&about.subject, no), &input_with(form, names, more)?)?;
    Ok(())
}

fn score(app: &App, caller: &Caller, (id, _): (&str, &'static str), about: &About, form: &Form) -> Result<(), Error> {
    scores::record_score(app, caller, id, &about.subject, &input(form, &["score", "note", "on"])?)?;
    Ok(())
}

fn request(app: &App, caller: &Caller, (id, _): (&str, &'static str), about: &About, form: &Form) -> Result<(), Error> {
    payments::request_payment(app, caller, id, &about.subject, &input(form, &["amount"])?)?;
    Ok(())
}

fn record(app: &App, caller: &Caller, (id, name): (&str, &'static str), _: &About, form: &Form) -> Result<(), Error> {
    match name {
        "incident" => {
            observations::record_incident(app, caller, id, &input(form, &["id", "clause", "note", "on"])?).map(|_| ())
        }
        "headcount" => {
            let names = ["month", "clients", "workers", "note", "on"];
            observations::record_headcount(app, caller, id, &input(form, &names)?).map(|_| ())
        }
        "survey" => observations::record_survey(app, caller, id, &input(form, &["score", "note", "on"])?).map(|_| ()),
        _ => {
            change_requests::request_extension(app, caller, id, &input(form, &["deliverable", "days", "reason", "on"])?)
                .map(|_| ())
        }
    }
}

fn waive(app: &App, caller: &Caller, (id, _): (&str, &'static str), about: &About, form: &Form) -> Result<(), Error> {
    let BreachKey { clause, subject } = about.subject.parse::<BreachKey>().map_err(|_| Error::NotFound)?;
    let mut more = Map::new();
    more.insert("clause".to_owned(), clause.into());
    more.insert("subject".to_owned(), subject.into());
    change_requests::request_waiver(app, caller, id, &input_with(form, &["reason", "on"], more)?)?;
    Ok(())
}

fn reverse(app: &App, caller: &Caller, (id, _): (&str, &'static str), about: &About, form: &Form) -> Result<(), Error> {
    let seq: i64 = about.subject.parse().map_err(|_| Error::NotFound)?;
    let mut more = Map::new();
    more.insert("seq".to_owned(), seq.into());
    change_requests::request_reversal(app, caller, id, &input_with(form, &["reason"], more)?)?;
    Ok(())
}

fn decide_ask(
    app: &App,
    caller: &Caller,
    (id, name): (&str, &'static str),
    about: &About,
    form: &Form,
) -> Result<(), Error> {
    let every = Page { limit: MAX_PAGE_SIZE, after: None };
    let asked = change_requests::list(app, caller, id, &every)?.items.into_iter().find(|ask| ask.id == about.subject);
    let kind = asked.ok_or(Error::NotFound)?.kind;
    change_requests::decide(app, caller, kind, &about.subject, name, &input(form, &["reason"])?)?;
    Ok(())
}

/// What has files comes to another address (`uploads`).
fn no_files(_: &App, _: &Caller, _: (&str, &'static str), _: &About, _: &Form) -> Result<(), Error> {
    Err(Error::NotFound)
}
