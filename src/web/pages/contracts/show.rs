//! A contract's page: what is next, the money as one bar, the five terms, a time line, and every figure with how it came to be.

use actix_web::web::{Path, Query};
use askama::Template;
use chrono::NaiveDate;
use serde::Deserialize;

use crate::domain::codes::{ChangeRequestKind, ChangeRequestState, ContractState};
use crate::domain::shape::optional_date;
use crate::domain::standing::{BreachStanding, DeliverableStanding, MilestoneStanding};
use crate::domain::subject::BreachKey;
use crate::services::change_requests::ChangeRequestView;
use crate::services::contracts::view::{self, Dossier, Entry, Whole};
use crate::services::deliverables::invoices::InvoiceView;
use crate::services::deliverables::{DeliverableView, SubmissionView};
use crate::services::documents::words;
use crate::services::notifications::tasks::Task;
use crate::services::payments::PaymentRequestView;
use crate::text;
use crate::web::pages::actions::{self, change_request, next_task};
use crate::web::pages::contracts::timeline::Timeline;
use crate::web::pages::deliverables::receipt;
use crate::web::pages::request::{PageAnswer, PageRequest};
use crate::web::pages::shell::Shell;

/// The day that a page shows, and what was done just before.
#[derive(Deserialize)]
pub struct Shown {
    #[serde(default, deserialize_with = "optional_date")]
    as_of: Option<NaiveDate>,
    done: Option<String>,
    /// What it was done to.
    #[serde(default)]
    subject: String,
}

#[derive(Template)]
#[template(path = "contract/show.html")]
struct ContractPage {
    page: Shell,
    dossier: Dossier,
    duties: Vec<Task>,
    deliverables: Vec<DeliverableView>,
    payments: Vec<PaymentRequestView>,
    asks: Vec<ChangeRequestView>,
    terms: Vec<(&'static str, Vec<String>)>,
    bar: Vec<Share>,
    timeline: Timeline,
    /// The contract's own acts that the caller may take, and whether each refuses or ends something.
    actions: Vec<(&'static str, bool)>,
    done: Option<Done>,
}

/// What was just done.
struct Done {
    /// Which act.
    what: &'static str,
    /// Who is next with what.
    next: String,
    /// Where the receipt of what was handed in is.
    receipt: Option<String>,
}

/// Duties that are open to see.
const NEAREST: usize = 3;
/// Lines of the history that are open to see.
const NEWEST: usize = 12;

/// A part of the contract's money.
struct Share {
    class: &'static str,
    yuan: String,
    from: String,
    width: String,
}

impl ContractPage {
    fn steps(&self, milestone: &MilestoneStanding) -> Vec<String> {
        words::steps_of_payable(milestone, &self.dossier.input, self.page.language)
    }

    fn breach_steps(&self, breach: &BreachStanding) -> Vec<String> {
        words::steps_of_breach(breach, &self.dossier.input, self.page.language)
    }

    /// A breach as the act that waives it names it.
    fn breach_of(&self, breach: &BreachStanding) -> String {
        BreachKey::new(&breach.clause, &breach.subject).to_string()
    }

    fn score_steps(&self) -> Vec<String> {
        words::steps_of_score(&self.dossier.input, self.page.language)
    }

    fn clause(&self, code: impl std::fmt::Display) -> String {
        words::clause(&code.to_string(), &self.dossier.input, self.page.language)
    }

    fn subject(&self, code: &str) -> String {
        words::subject(code, &self.dossier.input)
    }

    fn anything(&self, code: &str) -> String {
        words::anything(code, &self.dossier.input, self.page.language)
    }

    fn receipt(&self, deliverable: &DeliverableView, submission: &SubmissionView) -> String {
        receipt::address(&self.dossier.id, &deliverable.code, submission.no)
    }

    fn asked(&self, ask: &ChangeRequestView) -> String {
        change_request::about(&self.page, &self.dossier, ask)
    }

    fn measures(&self) -> Vec<(&'static str, String)> {
        let measures = &self.dossier.input.standing.performance.measures;
        let all = [
            ("quantity", measures.quantity),
            ("timeliness", measures.timeliness),
            ("first_pass", measures.first_pass),
            ("quality", measures.quality),
            ("compliance", measures.compliance),
            ("satisfaction", measures.satisfaction),
        ];
        all.into_iter().filter_map(|(name, points)| Some((name, points?.to_string()))).collect()
    }

    /// How a deliverable stood on the day that the page shows.
    fn stood(&self, deliverable: &DeliverableView) -> Option<&DeliverableStanding> {
        self.dossier.input.standing.deliverables.iter().find(|standing| standing.code.as_str() == deliverable.code)
    }

    /// The invoices of a milestone that had been handed in by the day that the page shows.
    fn invoices(&self, milestone: &MilestoneStanding) -> Vec<&InvoiceView> {
        let by = self.dossier.input.as_of;
        let of = |invoice: &&InvoiceView| {
            invoice.milestone == milestone.code.as_str() && invoice.on.is_none_or(|day| day <= by)
        };
        self.dossier.invoices.iter().filter(of).collect()
    }

    /// What had been handed over by the day that the page shows.
    fn handed_over<'a>(&self, deliverable: &'a DeliverableView) -> Vec<&'a SubmissionView> {
        let by = self.dossier.input.as_of;
        deliverable.submissions.iter().filter(|submission| submission.on <= by).collect()
    }

    /// Whether the contract runs or ran: before, what its terms come to is no money that anybody owes.
    fn is_in_force(&self) -> bool {
        use ContractState::{Draft, Funded, Submitted, Withdrawn};
        !matches!(self.dossier.input.state, Draft | Submitted | Funded | Withdrawn)
    }

    /// The parts that the page has today, by their place and their heading.
    fn sections(&self) -> Vec<(&'static str, &'static str)> {
        let runs = self.is_in_force();
        let all = [
            ("money", "contract-money", runs),
            ("progress", "contract-progress", runs),
            ("terms", "contract-terms", true),
            ("deliverables", "contract-deliverables", true),
            ("milestones", "contract-milestones", true),
            ("payments", "contract-payments", !self.payments.is_empty()),
            ("breaches", "contract-breaches", runs && !self.dossier.input.standing.breaches.is_empty()),
            ("asks", "contract-asks", !self.asks.is_empty()),
            ("performance", "contract-performance", runs),
            ("documents", "contract-documents", true),
            ("history", "contract-history", true),
        ];
        all.into_iter().filter(|(_, _, is_there)| *is_there).map(|(place, heading, _)| (place, heading)).collect()
    }

    /// What was done last.
    fn newest(&self) -> &[Entry] {
        self.dossier.history.get(..NEWEST).unwrap_or(&self.dossier.history)
    }

    /// What was done before.
    fn older(&self) -> &[Entry] {
        self.dossier.history.get(NEWEST..).unwrap_or_default()
    }

    fn is_today(&self) -> bool {
        self.dossier.input.as_of == self.page.today
    }
}

/// What the page can say was done: an act, or what a registration did; anything else in the address says nothing.
fn known(word: &str) -> Option<&'static str> {
    actions::rights().map(|(name, _)| name).chain(["registered", "saved"]).find(|known| *known == word)
}

/// What is offered only where it waits to be done, although it would not always be refused.
const WHEN_DUE: &[&str] = &["publish", "complete", "consent", "close"];

/// Whether an act is to be offered: what only is due at times, when it is; an early end, unless it was asked for already.
fn waits(whole: &Whole, name: &str) -> bool {
    let is_due = |kind: &str| whole.tasks.iter().any(|duty| duty.kind == kind);
    let is_asked = || {
        whole
            .asks
            .iter()
            .any(|ask| ask.kind == ChangeRequestKind::Termination && ask.state == ChangeRequestState::Asked)
    };
    match name {
        "terminate" => !is_asked(),
        "decline" => is_asked(),
        _ => !WHEN_DUE.contains(&name) || is_due(name),
    }
}

/// Who is next: the duty that follows from what was done, or else the contract's most urgent one; empty if nothing waits.
fn next(page: &Shell, whole: &Whole, done: &str, subject: &str) -> String {
    let say = |key: &str, duty: &Task| {
        let who = format!("{} · {}", duty.organisation, page.word("role", duty.role));
        let values = [("who", who), ("what", page.duty(duty)), ("day", page.day(&duty.due_on))];
        text::message(page.language, key, &values)
    };
    let follows = next_task::duty(whole, done, subject).map(|duty| say("done-follows", duty));
    follows.or_else(|| whole.tasks.first().map(|duty| say("done-next", duty))).unwrap_or_default()
}

/// Where the receipt of a deliverable's last submission is.
fn last_receipt(whole: &Whole, code: &str) -> Option<String> {
    let deliverable = whole.deliverables.iter().find(|deliverable| deliverable.code == code)?;
    Some(receipt::address(&whole.dossier.id, code, deliverable.submissions.last()?.no))
}

/// Shows a contract, today or as of a day.
pub async fn show(request: PageRequest, id: Path<String>, query: Query<Shown>) -> PageAnswer {
    request
        .show(move |app, caller, page| {
            let whole = view::whole(app, caller, &id, query.as_of)?;
            let done = query.done.as_deref().and_then(known).map(|what| Done {
                what,
                next: next(&page, &whole, what, &query.subject),
                receipt: last_receipt(&whole, &query.subject).filter(|_| what == "submission"),
            });
            let actions = actions::of_contract(&whole.dossier).filter(|(name, _)| waits(&whole, name)).collect();
            let Whole { dossier, tasks: duties, deliverables, payments, asks } = whole;
            let input = &dossier.input;
            Ok(ContractPage {
                terms: words::five_terms(&input.terms, &input.details, page.language),
                bar: bar(&dossier),
                timeline: Timeline::of(input, &deliverables, &payments, page.language),
                deliverables,
                payments,
                asks,
                actions,
                done,
                page,
                duties,
                dossier,
            })
        })
        .await
}

/// The contract's money: paid, payable and unpaid, deducted, not yet earned; widths in hundredths of the whole.
fn bar(dossier: &Dossier) -> Vec<Share> {
    let shares = words::money(&dossier.input);
    let whole: i128 = shares.iter().map(|(_, fen)| *fen).sum::<i128>().max(1);
    let mut from = 0;
    shares
        .into_iter()
        .map(|(class, fen)| {
            let share =
                Share { class, yuan: words::yuan_of(fen), from: per_cent(from, whole), width: per_cent(fen, whole) };
            from += fen;
            share
        })
        .collect()
}

/// A part of a whole as a percentage with two digits.
fn per_cent(part: i128, whole: i128) -> String {
    let hundredths = part * 10_000 / whole;
    format!("{}.{:02}%", hundredths / 100, hundredths % 100)
}
