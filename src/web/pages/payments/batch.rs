//! A batch on the payments desk: the check of the chosen payment requests, each line with its own decision, and the
//! page with the results.

use actix_web::http::StatusCode;
use actix_web::web::Bytes;
use askama::Template;
use chrono::NaiveDate;

use crate::app::App;
use crate::domain::codes::{Language, PaymentState};
use crate::domain::payments::PaymentStep;
use crate::error::{Error, Message};
use crate::services::identity::caller::Caller;
use crate::services::identity::kept_forms::{self, FormValues};
use crate::services::payments::batch::{
    self, BatchLine, Days, LineOutcome, PaymentBatchInput, PaymentLineInput, needs_proof, repeated_vouchers,
    sum_of_lines, voucher_in_batch,
};
use crate::services::payments::desk::DeskItem;
use crate::services::shared::form_reader::FormReader;
use crate::services::shared::typed_values::parse_date;
use crate::web::failure::Failure;
use crate::web::pages::actions::checks::condition;
use crate::web::pages::forms::Form;
use crate::web::pages::forms::field::{Field, FieldKind, fill};
use crate::web::pages::identity::proof::{self, ProofCheck};
use crate::web::pages::payments::lines::{LEAVE, RETURN, ShownLine, fields, label, name_of, rows, seen};
use crate::web::pages::payments::vouchers;
use crate::web::pages::request::{Page, PageAnswer, PageRequest, kept_address, lead_to_page};
use crate::web::pages::shell::Shell;
use crate::web::query::Query;

/// Address that takes a batch. By GET it also shows the check of a treasury's file, and the result of a batch.
const DECIDE: &str = "/payments/decide";
/// Fields of these pages: the cells of the file, the kept page with the cells, and the mark of a result.
const CELLS: &str = "cells";
const TREASURY: &str = "treasury";
const RESULT: &str = "result";
/// Field of a result with the address of the form with its refused lines.
const AGAIN: &str = "again_at";
/// Fields of a line into which people type, with the message keys of their labels.
const TYPED: &[(&str, &str)] = &[("reason", "field-reason"), ("voucher", "field-voucher"), ("on", "field-on-pay")];
/// Parameters of the check: the step, and each chosen payment request. A form repeats the step.
const STEP: &str = "do";
const CHOSEN: &str = "line";

#[derive(Template)]
#[template(path = "payments/check.html")]
struct CheckPage {
    page: Shell,
    step: String,
    lines: Vec<ShownLine>,
    /// Password and code, if the sum requires them.
    proof: Vec<Field>,
    form: Form,
    /// Rows of the treasury's file that are not offered here.
    others: Vec<OtherRow>,
    /// Kept page with the treasury's file.
    treasury: String,
}

/// A row of the treasury's file that matches no payment request, or whose voucher is recorded.
pub(super) struct OtherRow {
    pub row: usize,
    pub voucher: String,
    /// Amount in yuan; empty if it cannot be read.
    pub amount: String,
    pub words: String,
    /// Address of the payment with the recorded voucher.
    pub recorded: Option<String>,
}

/// A payment request that is paid according to the treasury's file, with the voucher and its day.
pub(super) struct PaidRow {
    pub payment: String,
    pub voucher: String,
    pub on: String,
}

impl CheckPage {
    fn load(
        app: &App,
        caller: &Caller,
        mut page: Shell,
        (step, ids, days): (&str, &[&str], &Days),
        typed: Option<Form>,
    ) -> Result<Self, Error> {
        let lines = batch::check(app, caller, step, (ids, days))?;
        let named = PaymentStep::parse(step).ok_or(Error::NotFound)?;
        let needs_proof = needs_proof(app, caller, named, &lines)?;
        let mut proof = if needs_proof { proof::fields(&page, caller) } else { Vec::new() };
        let shown = lines.into_iter().enumerate().map(|(place, line)| ShownLine {
            rows: rows(&page, &line),
            barred: line.barred.as_ref().map(|reason| reason.text(page.language)),
            conditions: line.checks.iter().map(|check| condition(&page, check)).collect(),
            fields: fields(&page, named, place, &line),
            line,
        });
        let mut lines: Vec<ShownLine> = shown.collect();
        let mut form = typed.unwrap_or_default();
        // The same check is read at this address.
        page.here = check_address(step, ids);
        if !form.value(STEP).is_empty() {
            let label = |name: &str| label(&page, &lines, &proof, name);
            form = form.attach_faults(&page, label);
            fill(&mut proof, &form);
            lines.iter_mut().for_each(|shown| fill(&mut shown.fields, &form));
        }
        Ok(Self { page, step: step.to_owned(), lines, proof, form, others: Vec::new(), treasury: String::new() })
    }

    /// Shows the payment requests that are paid according to the treasury's file, and the rows that are not offered.
    fn of_file(app: &App, caller: &Caller, page: Shell, cells: &str) -> Result<Self, Error> {
        let step = PaymentStep::Pay.as_str();
        let (paid, others) = vouchers::matches(app, caller, &page, cells)?;
        let (here, treasury) = (page.here.clone(), page.kept_form.clone().unwrap_or_default());
        if paid.is_empty() {
            let (step, form) = (step.to_owned(), Form::default());
            return Ok(Self { page, step, lines: Vec::new(), proof: Vec::new(), form, others, treasury });
        }
        let ids: Vec<&str> = paid.iter().map(|row| row.payment.as_str()).collect();
        let on = |row: &PaidRow| Some((row.payment.clone(), parse_date(&row.on).ok()?));
        let days: Days = paid.iter().filter_map(on).collect();
        let mut shown = Self::load(app, caller, page, (step, &ids, &days), None)?;
        for (place, (line, row)) in shown.lines.iter_mut().zip(&paid).enumerate() {
            for (name, value) in [("voucher", &row.voucher), ("on", &row.on)] {
                let name = name_of(place, name);
                if let Some(field) = line.fields.iter_mut().find(|field| field.name == name) {
                    field.value.clone_from(value);
                }
            }
        }
        // The file stays, so that what its check leaves for now can be decided from the same page.
        (shown.page.here, shown.page.kept_form, shown.page.key) = (here, None, app.ids.uuid());
        Ok(Self { others, treasury, ..shown })
    }

    /// Shows a form again as typed.
    fn of_form(app: &App, caller: &Caller, page: Shell, mut form: Form) -> Result<Self, Error> {
        proof::forget(&mut form);
        let (step, ids) = (form.value(STEP).to_owned(), ids_of(&form));
        let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
        let treasury = form.value(TREASURY).to_owned();
        let here = page.here.clone();
        let on =
            |(place, id): (usize, &&str)| Some(((*id).to_owned(), parse_date(form.value(&name_of(place, "on"))).ok()?));
        let days: Days = ids.iter().enumerate().filter_map(on).collect();
        let mut shown = Self::load(app, caller, page, (&step, &ids, &days), Some(form))?;
        if shown.page.kept_form.is_some() && here.contains('?') {
            shown.page.here = here;
        }
        if let Some(cells) = cells_of(app, caller, &treasury)? {
            shown.others = vouchers::matches(app, caller, &shown.page, &cells)?.1;
            shown.treasury = treasury;
        }
        Ok(shown)
    }

    /// Returns whether anything can be decided.
    fn is_open(&self) -> bool {
        self.lines.iter().any(|shown| !shown.fields.is_empty())
    }

    /// States the number of lines, the number on which the step can be taken, and the sum of the latter.
    fn summary(&self) -> String {
        let open = self.lines.iter().filter(|shown| shown.line.may_be_taken()).count();
        let sum = sum_of_lines(self.lines.iter().map(|shown| &shown.line));
        let values =
            [("count", self.lines.len().to_string()), ("open", open.to_string()), ("amount", self.page.money(sum))];
        crate::text::message(self.page.language, "batch-summary", &values)
    }
}

/// Redirects to the check of the treasury's file, given its cells as JSON.
pub(super) fn lead_to_check(app: &App, caller: &Caller, cells: String) -> Result<Page, Error> {
    lead_to_page(app, caller, DECIDE, &[(CELLS.to_owned(), cells)])
}

/// Returns the cells of a treasury's file from a kept page; `None` if the page is no longer kept.
fn cells_of(app: &App, caller: &Caller, kept: &str) -> Result<Option<String>, Error> {
    if kept.is_empty() {
        return Ok(None);
    }
    match kept_forms::load_form(app, caller, None, (kept, DECIDE)) {
        Ok(page) => Ok(page.values.into_iter().find(|(name, _)| name == CELLS).map(|(_, cells)| cells)),
        Err(Error::NotFound) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Returns the address of the check of a step on payment requests.
fn check_address(step: &str, ids: &[&str]) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.append_pair(STEP, step).extend_pairs(ids.iter().map(|id| (CHOSEN, *id)));
    format!("/payments/check?{}", query.finish())
}

/// Returns the payment requests of a form, in the order of its lines.
fn ids_of(form: &Form) -> Vec<String> {
    let ids = (0..=batch::MOST_LINES).map(|place| form.value(&name_of(place, "id")).to_owned());
    ids.take_while(|id| !id.is_empty()).collect()
}

/// Shows the chosen payment requests with their checks.
pub async fn check(request: PageRequest, query: Query<Vec<(String, String)>>) -> PageAnswer {
    request
        .answer(move |request, caller| {
            let page = request.shell(Some(caller));
            let nonce = page.nonce.clone();
            let given =
                |name: &'static str| query.iter().filter(move |(of, _)| of == name).map(|(_, value)| value.as_str());
            let step = given(STEP).next().unwrap_or_default();
            let mut ids: Vec<&str> = Vec::new();
            for id in given(CHOSEN) {
                if !ids.contains(&id) {
                    ids.push(id);
                }
            }
            let language = page.language;
            match CheckPage::load(request.app(), caller, page, (step, &ids, &Days::new()), None) {
                Ok(shown) => Ok(Page::html(StatusCode::OK, &nonce, &shown)),
                Err(error) => {
                    let (status, form) = Form::default().refused(error, language)?;
                    let (page, step) = (request.shell(Some(caller)), step.to_owned());
                    let (nonce, form) = (page.nonce.clone(), form.attach_faults(&page, |_| None));
                    let (lines, proof, others) = (Vec::new(), Vec::new(), Vec::new());
                    let treasury = String::new();
                    let shown = CheckPage { page, step, lines, proof, form, others, treasury };
                    Ok(Page::html(status, &nonce, &shown))
                }
            }
        })
        .await
}

/// Decides the lines of a checked batch and redirects to the result. A form with a fault is shown again without any
/// decision.
pub async fn decide(request: PageRequest, body: Bytes) -> PageAnswer {
    let proof = ProofCheck::begin_if_typed(&request, &body).await?;
    let act = move |app: &App, caller: &Caller, page: Shell, form: Form| {
        let nonce = page.nonce.clone();
        match carry_out(app, caller, &form, proof.as_ref()) {
            Ok(outcomes) => {
                let refused = refused_lines(&form, &outcomes);
                let mut fields = result_fields(&form, outcomes);
                if !refused.is_empty() {
                    let again = kept_forms::keep_page(app, caller, DECIDE, &refused)?;
                    fields.push((AGAIN.to_owned(), kept_address(DECIDE, &again)));
                }
                lead_to_page(app, caller, DECIDE, &fields)
            }
            Err(error) => {
                let (status, form) = form.refused(error, page.language)?;
                Ok(Page::html(status, &nonce, &CheckPage::of_form(app, caller, page, form)?))
            }
        }
    };
    let show = |app: &App, caller: &Caller, page: Shell, form: Form| {
        let nonce = page.nonce.clone();
        // A kept page without a notice is not a form that waits to be sent.
        let is_page = page.notice.is_none();
        if is_page && !form.value(RESULT).is_empty() {
            return Ok(Page::html(StatusCode::OK, &nonce, &ResultPage::load(app, caller, page, &form)?));
        }
        let shown = match form.filled(CELLS).filter(|_| is_page) {
            Some(cells) => CheckPage::of_file(app, caller, page, &cells)?,
            None => CheckPage::of_form(app, caller, page, form)?,
        };
        Ok(Page::html(StatusCode::OK, &nonce, &shown))
    };
    request.take_form(body, act, show).await
}

fn carry_out(app: &App, caller: &Caller, form: &Form, proof: Option<&ProofCheck>) -> Result<Vec<LineOutcome>, Error> {
    let (step, ids) = (form.value(STEP), ids_of(form));
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    let lines = batch::check(app, caller, step, (&ids, &Days::new()))?;
    let input = read_lines(form, step, (&lines, caller.today()))?;
    proof.map_or(Ok(()), |proof| proof.check(app, caller, form))?;
    batch::decide(app, caller, step, &input)
}

/// Builds the fields of a form with the refused lines alone, as they were typed; empty if no line was refused.
fn refused_lines(form: &Form, outcomes: &[LineOutcome]) -> FormValues {
    let ids = ids_of(form);
    let refused = outcomes.iter().filter(|outcome| outcome.result.is_err());
    let places = refused.filter_map(|outcome| ids.iter().position(|id| *id == outcome.id));
    let mut fields = Vec::new();
    for (to, from) in places.enumerate() {
        let typed = TYPED.iter().map(|(name, _)| *name).chain(["id", "do"]);
        fields.extend(typed.map(|name| (name_of(to, name), form.value(&name_of(from, name)).to_owned())));
    }
    if !fields.is_empty() {
        fields.push((STEP.to_owned(), form.value(STEP).to_owned()));
    }
    fields
}

/// Builds the fields of a kept result: each line with its state, or with the reasons of its refusal in each language and
/// what was typed.
fn result_fields(form: &Form, outcomes: Vec<LineOutcome>) -> FormValues {
    let step = form.value(STEP);
    let ids = ids_of(form);
    let mut fields = vec![(RESULT.to_owned(), "yes".to_owned()), (STEP.to_owned(), step.to_owned())];
    for (place, LineOutcome { id, result }) in outcomes.into_iter().enumerate() {
        let mut add = |name: &str, value: String| fields.push((name_of(place, name), value));
        if let Some(from) = ids.iter().position(|known| *known == id).filter(|_| result.is_err()) {
            TYPED.iter().for_each(|(name, _)| add(name, form.value(&name_of(from, name)).to_owned()));
        }
        add("id", id);
        match result {
            Ok(summary) => add("state", summary.state.to_string()),
            Err(error) => {
                let mut failure = Failure { error, language: Language::Zh };
                for language in [Language::Zh, Language::En] {
                    failure.language = language;
                    let problem = failure.problem();
                    let faults = problem.errors.into_iter().map(|fault| fault.message);
                    let words = faults.collect::<Vec<_>>().join("\n");
                    add(language.as_str(), if words.is_empty() { problem.title } else { words });
                    if let Some(conflict) = problem.conflict.filter(|_| language == Language::Zh) {
                        add("existing", conflict.address);
                    }
                }
            }
        }
    }
    fields
}

/// Reads the decisions of a form; a skipped line has none.
fn read_lines(form: &Form, step: &str, (lines, today): (&[BatchLine], NaiveDate)) -> Result<PaymentBatchInput, Error> {
    let mut reader = FormReader::new(form);
    let (mut decided, mut places) = (Vec::new(), Vec::new());
    for (place, line) in lines.iter().enumerate() {
        let decision = form.value(&name_of(place, "do"));
        if decision.is_empty() || decision == LEAVE {
            continue;
        }
        let returned = decision == RETURN;
        let is_asked = returned || line.barred.is_none() && line.needs_reason();
        let reason = name_of(place, "reason");
        let reason = if is_asked { Some(reader.required_lines(&reason)) } else { reader.optional_text(&reason) };
        let pays = !returned && step == PaymentStep::Pay.as_str();
        places.push(place);
        decided.push(PaymentLineInput {
            id: line.item.id.clone(),
            returned,
            reason,
            voucher: pays.then(|| reader.required_text(&name_of(place, "voucher"))),
            on: if pays { reader.prefilled(&name_of(place, "on"), parse_date) } else { None },
            seen: seen(form.value(&name_of(place, "seen"))),
        });
    }
    for (later, first) in repeated_vouchers(&decided, today) {
        let place = |of: usize| places.get(of).copied().unwrap_or(of);
        reader.reject(&name_of(place(later), "voucher"), voucher_in_batch(place(first)));
    }
    if decided.is_empty() {
        reader.reject("", Message::new("batch-none"));
    }
    reader.finish(Some(PaymentBatchInput { lines: decided }))
}

/// A line that was refused.
struct RefusedLine {
    item: DeskItem,
    /// Reasons of the refusal.
    words: Vec<String>,
    /// What was typed, each with its label.
    typed: Vec<String>,
    /// Address of the identical record, if the line repeats one.
    existing: Option<String>,
}

#[derive(Template)]
#[template(path = "payments/decided.html")]
struct ResultPage {
    page: Shell,
    step: String,
    done: Vec<(DeskItem, PaymentState)>,
    refused: Vec<RefusedLine>,
    /// Address of the form with the refused lines as they were typed.
    again: Option<String>,
}

impl ResultPage {
    /// Shows a kept result with the current payment requests.
    fn load(app: &App, caller: &Caller, page: Shell, form: &Form) -> Result<Self, Error> {
        let (step, ids) = (form.value(STEP), ids_of(form));
        let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
        let (mut done, mut refused) = (Vec::new(), Vec::new());
        for (place, line) in batch::check(app, caller, step, (&ids, &Days::new()))?.into_iter().enumerate() {
            let value = |name: &str| form.value(&name_of(place, name));
            match PaymentState::parse(value("state")) {
                Some(state) => done.push((line.item, state)),
                None => {
                    let words = value(page.language.as_str()).lines().map(str::to_owned).collect();
                    let existing = form.filled(&name_of(place, "existing"));
                    let typed = TYPED.iter().filter_map(|(name, label)| {
                        Some(page.labelled(page.say(label), form.filled(&name_of(place, name))?))
                    });
                    refused.push(RefusedLine { item: line.item, words, typed: typed.collect(), existing });
                }
            }
        }
        Ok(Self { step: step.to_owned(), done, refused, again: form.filled(AGAIN), page })
    }
}
