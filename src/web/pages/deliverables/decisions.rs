//! Acceptance of many deliverables of one contract on one page: each line is decided by itself. A refused line stays on
//! the page as typed, with the reason. Below the lines, the page shows the combined effects of the chosen lines on
//! money and dates; a form whose sender has not seen the effects is shown again with them.

use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Path};
use askama::Template;

use crate::app::App;
use crate::domain::facts::DecisionWord;
use crate::domain::numbers::Quantity;
use crate::domain::standing::DeliverableState;
use crate::error::{Error, FieldError, Message};
use crate::services::contracts::effects as contract_effects;
use crate::services::contracts::view::{self, ContractOverview};
use crate::services::deliverables::batch::{
    DecisionBatchInput, DecisionLineInput, DecisionOutcome, decide_many, proposals,
};
use crate::services::deliverables::{DeliverableView, record_openings};
use crate::services::identity::caller::Caller;
use crate::services::payments::batch::MOST_LINES;
use crate::web::failure::Failure;
use crate::web::pages::actions::act::{ActContext, ActTarget};
use crate::web::pages::actions::effects::Effects;
use crate::web::pages::actions::summary::SummaryRow;
use crate::web::pages::actions::{act_address, decision, effects, why_closed};
use crate::web::pages::forms::field::{Field, FieldKind, fill};
use crate::web::pages::forms::{Form, is_unconfirmed};
use crate::web::pages::request::{Page, PageAnswer, PageRequest};
use crate::web::pages::shell::Shell;

/// Prefix of the fields that choose the decision on a line; the deliverable's code and the submission's number follow.
const DO: &str = "do.";
/// Choice that leaves a line for now.
const LEAVE: &str = "leave";
/// Fields shared by all lines, besides the fields of the inspection group.
const SHARED: [&str; 3] = ["note", "members", "on"];

fn is_shared(name: &str) -> bool {
    name.starts_with("group.") || SHARED.contains(&name)
}

/// A submission that awaits its decision.
struct Line {
    name: String,
    /// Code of the deliverable and number of the submission, as in field names.
    key: String,
    /// Address of the page on which it is decided on by itself.
    own_page: String,
    rows: Vec<SummaryRow>,
    fields: Vec<Field>,
    /// Fields for the result of each standard that the contract states in words.
    standards: Vec<Field>,
    /// True if a value of the line is taken once its sender confirms it.
    is_unconfirmed: bool,
}

impl Line {
    /// Returns all fields.
    fn all_fields(&self) -> impl Iterator<Item = &Field> {
        self.fields.iter().chain(&self.standards)
    }

    /// Returns whether the line has a field of this name.
    fn has_field(&self, name: &str) -> bool {
        self.all_fields().any(|field| field.name == name)
    }

    /// Returns whether the standards are open: something is filled in for one, or wrong with it.
    fn is_open(&self) -> bool {
        self.standards.iter().any(|field| !field.value.is_empty() || field.fault.is_some())
    }

    fn fill(&mut self, form: &Form) {
        fill(&mut self.fields, form);
        fill(&mut self.standards, form);
    }
}

#[derive(Template)]
#[template(path = "contract/decisions.html")]
struct DecisionsPage {
    page: Shell,
    overview: ContractOverview,
    lines: Vec<Line>,
    /// Fields that all lines share.
    shared: Vec<Field>,
    /// Combined effects of the chosen lines.
    effects: Effects,
    /// Names of the deliverables that were just accepted.
    done: Vec<String>,
    form: Form,
}

impl DecisionsPage {
    fn load(app: &App, caller: &Caller, page: Shell, id: &str, typed: Option<Form>) -> Result<Self, Error> {
        let data = view::for_action(app, caller, id, "")?;
        if !decision::ACT.is_open(&data.contract.overview) {
            return Err(why_closed(&data.contract.overview, &decision::ACT));
        }
        let (mut lines, mut shared) = (Vec::new(), Vec::new());
        for (deliverable, no) in pending(&data.contract.deliverables).take(MOST_LINES) {
            let key = format!("{}.{no}", deliverable.code);
            let (subject, no) = (deliverable.code.clone(), no.to_string());
            let target = ActTarget { act: &decision::ACT, contract: id.to_owned(), subject, no };
            let (contract, inspectors) = (&data.contract, &data.inspectors);
            let context = ActContext {
                target: &target,
                caller,
                page: &page,
                contract,
                payment: None,
                funding: None,
                open_change: None,
                open: &data.open,
                inspectors,
                recall_bar: None,
                opinions: &data.opinions,
                reused: &data.reused,
                staffing: None,
            };
            let rows = decision::show_submission(&context)?;
            let (of_all, own): (Vec<Field>, Vec<Field>) =
                decision::fields(&context)?.into_iter().partition(|field| is_shared(&field.name));
            shared = of_all;
            let own = own.into_iter().filter(|field| field.name != "decision");
            let own = own.map(|field| Field { name: format!("{key}.{}", field.name), ..field });
            let (standards, own): (Vec<Field>, Vec<Field>) = own.partition(|field| field.in_row.is_some());
            let fields = std::iter::once(choice(&page, deliverable, &key)).chain(own).collect();
            // The line's heading has the deliverable's name.
            let rows = rows.into_iter().skip(1).collect();
            let own_page = act_address(&target);
            let name = deliverable.name.clone();
            lines.push(Line { name, key, own_page, rows, fields, standards, is_unconfirmed: false });
        }
        let form = typed.unwrap_or_default();
        if form.with_prefix(DO).next().is_some() {
            fill(&mut shared, &form);
            lines.iter_mut().for_each(|line| line.fill(&form));
        }
        let fields = lines.iter().flat_map(Line::all_fields).chain(&shared);
        let filled = Form::new(fields.map(|field| (field.name.clone(), field.value.clone())).collect());
        let effects = effects::of_decisions(&data, &page, &proposals(&read_accepted_lines(&filled)?.0))?;
        Ok(Self { page, overview: data.contract.overview, lines, shared, effects, done: Vec::new(), form })
    }

    fn html(&self, status: StatusCode) -> Page {
        Page::html(status, &self.page.nonce, self)
    }
}

/// Returns the deliverables with a submission that awaits its decision, each with the submission's number.
fn pending(deliverables: &[DeliverableView]) -> impl Iterator<Item = (&DeliverableView, u64)> {
    let waits = deliverables.iter().filter(|one| one.standing.state == DeliverableState::Submitted);
    waits.filter_map(|one| Some((one, one.submissions.last().filter(|last| last.decision.is_none())?.no)))
}

/// Builds the field that chooses the decision on a line. A line with less than the agreed quantity is skipped by
/// default, because its own page compares partial acceptance with a return, and so is one that cannot be accepted yet.
fn choice(page: &Shell, deliverable: &DeliverableView, key: &str) -> Field {
    let units = |number: &str| number.parse::<Quantity>().ok().map(Quantity::units);
    let submitted = deliverable.submissions.last().and_then(|last| units(&last.quantity));
    let is_short = submitted < units(&deliverable.quantity);
    let accepted = DecisionWord::Accepted.to_string();
    let options = vec![
        (accepted.clone(), page.word("decision", DecisionWord::Accepted)),
        (LEAVE.to_owned(), page.say("batch-leave")),
    ];
    let field = Field::new(format!("{DO}{key}"), FieldKind::Choice, page.say("field-decision")).options(options);
    match deliverable.accept_from {
        Some(day) => field.propose(LEAVE).hint(page.with("decision-from", "day", page.day(&day))),
        None if is_short => field.propose(LEAVE).hint(page.say("decisions-short")),
        None => field.propose(accepted),
    }
}

/// Shows the submissions of a contract that wait for a decision, which are thereby opened.
pub async fn show(request: PageRequest, id: Path<String>) -> PageAnswer {
    request
        .show(move |app, caller, page| {
            record_openings(app, caller, &id)?;
            DecisionsPage::load(app, caller, page, &id, None)
        })
        .await
}

/// Decides the chosen lines; refused lines are shown again.
pub async fn decide(request: PageRequest, id: Path<String>, body: Bytes) -> PageAnswer {
    let again = id.clone();
    let act = move |app: &App, caller: &Caller, page: Shell, form: Form| {
        let language = page.language;
        let outcomes = match carry_out(app, caller, &id, &form) {
            Ok(outcomes) => outcomes,
            Err(error) => {
                let (status, form) = form.refused(error, language)?;
                let mut shown = DecisionsPage::load(app, caller, page, &id, Some(form))?;
                shown.place_faults();
                return Ok(shown.html(status));
            }
        };
        let mut form = form;
        let (mut done, mut doubtful) = (Vec::new(), Vec::new());
        for outcome in outcomes {
            let key = format!("{}.{}", outcome.deliverable, outcome.no);
            let Err(error) = outcome.result else {
                done.push(outcome.deliverable);
                continue;
            };
            if is_unconfirmed(&error) {
                doubtful.push(key.clone());
            }
            let problem = Failure { error: decision::at_rows(error, &form), language }.problem();
            let told: Vec<(String, String)> = if problem.errors.is_empty() {
                vec![(format!("{DO}{key}"), problem.title)]
            } else {
                problem.errors.into_iter().map(|fault| (at_line(&key, &fault.path), fault.message)).collect()
            };
            form.faults.extend(told);
        }
        let status = if done.is_empty() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
        let mut shown = DecisionsPage::load(app, caller, page, &id, Some(form))?;
        let details = &shown.overview.snapshot.details;
        shown.done = done.iter().map(|code| details.deliverable(code).to_owned()).collect();
        shown.place_faults();
        shown.lines.iter_mut().for_each(|line| line.is_unconfirmed = doubtful.contains(&line.key));
        Ok(shown.html(status))
    };
    let show = move |app: &App, caller: &Caller, page: Shell, form: Form| {
        Ok(DecisionsPage::load(app, caller, page, &again, Some(form))?.html(StatusCode::OK))
    };
    request.take_form(body, act, show).await
}

/// Decides the chosen lines of a form, or refuses them where its sender was not shown what they change. In that case
/// the outcomes of lines that would be refused are returned, and nothing is decided.
fn carry_out(app: &App, caller: &Caller, id: &str, form: &Form) -> Result<Vec<DecisionOutcome>, Error> {
    let lines = read_lines(form)?;
    let data = view::for_action(app, caller, id, "")?;
    let effects = contract_effects::of_decisions(&data, caller.today(), &proposals(&lines))?;
    let input = DecisionBatchInput { lines };
    if let Err(unseen) = contract_effects::require_shown(app, caller, &data, (&effects, form.value("seen"))) {
        let mut tried = decide_many(app, &caller.rehearsing(), id, &input)?;
        tried.retain(|outcome| outcome.result.is_err());
        return if tried.is_empty() { Err(unseen) } else { Ok(tried) };
    }
    decide_many(app, caller, id, &input)
}

/// Returns the name of the field of a line, or of all lines, for a path in the input of a decision.
fn at_line(key: &str, path: &str) -> String {
    if is_shared(path) { path.to_owned() } else { format!("{key}.{path}") }
}

/// Reads the decisions on the lines that are not skipped.
///
/// # Errors
/// `Malformed` with every fault, including the choice of no line.
fn read_lines(form: &Form) -> Result<Vec<DecisionLineInput>, Error> {
    let (lines, mut faults) = read_accepted_lines(form)?;
    if lines.is_empty() && faults.is_empty() {
        faults.push(FieldError { path: String::new(), message: Message::new("decisions-none") });
    }
    if faults.is_empty() { Ok(lines) } else { Err(Error::Malformed(faults)) }
}

/// Reads the lines marked as accepted, and the faults in their fields. A line whose key cannot be read is skipped.
///
/// # Errors
/// `Malformed` for more than `MOST_LINES` lines.
fn read_accepted_lines(form: &Form) -> Result<(Vec<DecisionLineInput>, Vec<FieldError>), Error> {
    let accepted = DecisionWord::Accepted.to_string();
    let chosen = form.with_prefix(DO).filter(|(_, choice)| *choice == accepted);
    let chosen: Vec<(&str, &str)> = chosen.take(MOST_LINES + 1).collect();
    // Refused before they are read, because each line is looked for in the whole form.
    if chosen.len() > MOST_LINES {
        return Err(Error::malformed("", Message::new("decision-batch-lines").with("most", MOST_LINES)));
    }
    let (mut lines, mut faults) = (Vec::new(), Vec::new());
    for (key, _) in chosen {
        let Some((code, no)) = key.rsplit_once('.').and_then(|(code, no)| Some((code, no.parse().ok()?))) else {
            continue;
        };
        let prefix = format!("{key}.");
        let own = form.with_prefix(&prefix);
        let shared = form.with_prefix("").filter(|(name, _)| is_shared(name));
        let values = own.chain(shared).chain([("decision", accepted.as_str())]);
        let typed = Form::new(values.map(|(name, value)| (name.to_owned(), value.to_owned())).collect());
        match decision::read_input(&typed) {
            Ok(decision) => lines.push(DecisionLineInput { deliverable: code.to_owned(), no, decision }),
            Err(Error::Malformed(errors)) => {
                faults.extend(errors.into_iter().map(|fault| FieldError { path: at_line(key, &fault.path), ..fault }));
            }
            Err(other) => return Err(other),
        }
    }
    Ok((lines, faults))
}

impl DecisionsPage {
    /// Places each fault at its field, or else at its line, and names the deliverable; faults of shared fields are
    /// reported once.
    fn place_faults(&mut self) {
        let (lines, page) = (&self.lines, &self.page);
        let label = |name: &str| {
            let mut fields = lines.iter().flat_map(Line::all_fields).chain(&self.shared);
            fields.find(|field| field.name == name).map(|field| field.label.clone())
        };
        let mut form = std::mem::take(&mut self.form);
        for (path, _) in &mut form.faults {
            let line = lines.iter().find(|line| path.starts_with(&format!("{}.", line.key)));
            if let Some(line) = line.filter(|line| !line.has_field(path)) {
                *path = format!("{DO}{}", line.key);
            }
        }
        let mut form = form.attach_faults(page, label);
        for (path, words) in &mut form.faults {
            if let Some(line) = lines.iter().find(|line| line.has_field(path)) {
                *words = page.labelled(&line.name, words.as_str());
            }
        }
        let mut told: Vec<(String, String)> = Vec::new();
        for fault in std::mem::take(&mut form.faults) {
            if !told.contains(&fault) {
                told.push(fault);
            }
        }
        form.faults = told;
        fill(&mut self.shared, &form);
        self.lines.iter_mut().for_each(|line| line.fill(&form));
        self.form = form;
    }
}
