//! A contract's page: next tasks, money as one bar, the five terms, a timeline, and every figure with its derivation.

pub mod folded;
mod objecting;
mod printed;

use actix_web::web::Path;
use askama::Template;
use chrono::NaiveDate;
use serde::Deserialize;
use serde_json::json;

use crate::domain::codes::{ChangeRequestKind, ChangeRequestState, ContractState, PaymentState};
use crate::domain::interest::MilestoneInterest;
use crate::domain::money::Sum;
use crate::domain::policy::Action;
use crate::domain::publications::is_current;
use crate::domain::standing::{BreachStanding, DeliverableStanding, MilestoneStanding};
use crate::domain::subject::BreachKey;
use crate::services::change_requests::{ChangeRequestView, find_pending};
use crate::services::contracts::history::Entry;
use crate::services::contracts::view::{self, ContractPageData, Securities};
use crate::services::deliverables::invoices::InvoiceView;
use crate::services::deliverables::{DeliverableView, SubmissionView, is_awaited};
use crate::services::documents::words;
use crate::services::notifications::tasks::Task;
use crate::services::payments::PaymentRequestView;
use crate::services::shared::typed_values::parse_date;
use crate::services::suspensions::{self, SuspensionView};
use crate::text;
use crate::web::pages::actions::{self, change_request, next_task};
use crate::web::pages::contracts::money_bar::{Share, money_shares};
use crate::web::pages::contracts::timeline::Timeline;
use crate::web::pages::deliverables::receipt;
use crate::web::pages::forms::field::{Field, FieldKind};
use crate::web::pages::request::{PageAnswer, PageRequest};
use crate::web::pages::shell::Shell;
use crate::web::query::PageQuery;

/// Query of the page: the day that the page shows, and the act to confirm.
#[derive(Deserialize)]
pub struct ContractQuery {
    #[serde(default)]
    as_of: String,
    done: Option<String>,
    #[serde(default)]
    subject: String,
    /// Name of the folded part that is open (`folded`).
    #[serde(default)]
    open: String,
}

#[derive(Template)]
#[template(path = "contract/show.html")]
struct ContractPage {
    page: Shell,
    data: ContractPageData,
    terms: Vec<(&'static str, Vec<String>)>,
    bar: Vec<Share>,
    timeline: Timeline,
    /// Acts on the contract itself that the caller may take. The flag is true for an act that refuses or ends
    /// something.
    actions: Vec<(&'static str, bool)>,
    /// True for a reader who may register a contract as a copy of this one.
    may_copy: bool,
    /// True if the reader may save the terms as a template.
    may_save_template: bool,
    done: Option<Done>,
    /// The typed day, and the fault in it; with a fault, the page shows today.
    as_of: (String, Option<String>),
    /// Name of the folded part that the address opens; empty if it opens none.
    open: String,
}

/// Confirmation of the act just taken.
struct Done {
    /// Name of the act, or of its message if one act has several outcomes.
    what: &'static str,
    /// The following task as text.
    next: String,
    /// Address of the submission's receipt.
    receipt: Option<String>,
}

/// Tasks shown without opening the list.
const NEAREST: usize = 3;

impl ContractPage {
    /// Builds the field for the day that the page shows.
    fn as_of_field(&self) -> Field {
        let (typed, fault) = &self.as_of;
        let shown = self.data.overview.snapshot.as_of.to_string();
        let typed = if fault.is_some() { typed } else { &shown };
        let field = Field::new("as_of", FieldKind::Day, self.page.say("contract-as-of")).propose(typed);
        Field { fault: fault.clone(), ..field }
    }

    fn steps(&self, milestone: &MilestoneStanding) -> Vec<String> {
        words::steps_of_payable(milestone, &self.data.overview.snapshot, self.page.language)
    }

    fn breach_steps(&self, breach: &BreachStanding) -> Vec<String> {
        words::steps_of_breach(breach, &self.data.overview.snapshot, self.page.language)
    }

    /// Returns a breach as the subject of the act `waiver`.
    fn breach_subject(&self, breach: &BreachStanding) -> String {
        BreachKey::new(&breach.clause, &breach.subject).to_string()
    }

    fn pending_extension(&self, deliverable: &DeliverableView) -> Option<&ChangeRequestView> {
        self.pending(ChangeRequestKind::Extension, &json!({ "deliverable": deliverable.code }))
    }

    fn pending_waiver(&self, breach: &BreachStanding) -> Option<&ChangeRequestView> {
        self.pending(ChangeRequestKind::Waiver, &json!({ "clause": breach.clause, "subject": breach.subject }))
    }

    fn pending_reversal(&self, seq: &i64) -> Option<&ChangeRequestView> {
        self.pending(ChangeRequestKind::Reversal, &json!({ "seq": seq }))
    }

    fn pending(&self, kind: ChangeRequestKind, fact: &serde_json::Value) -> Option<&ChangeRequestView> {
        find_pending(&self.data.change_requests, kind, fact)
    }

    fn score_steps(&self) -> Vec<String> {
        words::steps_of_score(&self.data.overview.snapshot, self.page.language)
    }

    fn clause(&self, code: impl std::fmt::Display) -> String {
        words::clause(&code.to_string(), &self.data.overview.snapshot, self.page.language)
    }

    fn subject(&self, code: &str) -> String {
        words::breach_subject_name(code, &self.data.overview.snapshot)
    }

    fn subject_name(&self, code: &str) -> String {
        words::subject_name(code, &self.data.overview.snapshot, self.page.language)
    }

    fn receipt(&self, deliverable: &DeliverableView, submission: &SubmissionView) -> String {
        receipt::address(&self.data.overview.id, &deliverable.code, submission.no)
    }

    /// Returns the reader's act to request an `extension` or `waiver`, as purchaser or contractor; `None` for any other
    /// reader.
    fn requesting(&self, change: &str) -> Option<String> {
        if self.data.overview.may(&format!("{change}s.ask")) {
            return Some(change.to_owned());
        }
        self.data.overview.may(&format!("{change}s.apply")).then(|| format!("apply-{change}"))
    }

    /// Returns the address at which a message about something of the contract is written.
    fn messages_about(&self, kind: &str, code: impl std::fmt::Display) -> String {
        let about = format!("{kind}/{code}");
        let about: String = form_urlencoded::byte_serialize(about.as_bytes()).collect();
        format!("/contracts/{}/messages?about={about}", self.data.overview.id)
    }

    fn describe_request(&self, request: &ChangeRequestView) -> String {
        change_request::describe(&self.page, &self.data.overview, request)
    }

    fn measures(&self) -> Vec<(&'static str, String)> {
        let measures = &self.data.overview.snapshot.standing.performance.measures;
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

    /// Returns the standing of a deliverable on the day that the page shows.
    fn standing_of(&self, deliverable: &DeliverableView) -> Option<&DeliverableStanding> {
        self.data
            .overview
            .snapshot
            .standing
            .deliverables
            .iter()
            .find(|standing| standing.code.as_str() == deliverable.code)
    }

    /// Returns the last day to put a deliverable right, while that time runs on the day that the page shows.
    fn cure_until(&self, code: &str) -> Option<NaiveDate> {
        let input = &self.data.overview.snapshot;
        let found = input.standing.deliverables.iter().find(|standing| standing.code.as_str() == code)?;
        found.cure_until.filter(|day| is_awaited(found.state) && *day >= input.as_of)
    }

    /// Returns the invoices of a milestone up to the day that the page shows.
    fn invoices(&self, milestone: &MilestoneStanding) -> Vec<&InvoiceView> {
        let by = self.data.overview.snapshot.as_of;
        let of = |invoice: &&InvoiceView| {
            invoice.milestone == milestone.code.as_str() && invoice.on.is_none_or(|day| day <= by)
        };
        self.data.overview.invoices.iter().filter(of).collect()
    }

    /// Returns the late interest of a milestone, if some has accrued by today and the page shows today.
    fn interest_of(&self, milestone: &MilestoneStanding) -> Option<&MilestoneInterest> {
        let found = self.data.interest.iter().find(|(code, _)| *code == milestone.code).map(|(_, interest)| interest);
        found.filter(|interest| self.is_today() && interest.accrued != Sum::ZERO)
    }

    fn describe_interest(&self, interest: &MilestoneInterest) -> String {
        let amounts = [
            ("sum", interest.accrued),
            ("requested", interest.requested),
            ("paid", interest.paid),
            ("waived", interest.waived),
            ("left", interest.requestable()),
        ];
        let values = amounts.map(|(name, amount)| (name, self.page.money(amount)));
        text::message(self.page.language, "interest-line", &values)
    }

    /// Names the object of a payment request.
    fn describe_payment(&self, payment: &PaymentRequestView) -> String {
        let milestone = self.data.overview.snapshot.details.milestone(&payment.milestone);
        words::payment(milestone, payment.kind, self.page.language)
    }

    /// Returns the submissions of a deliverable up to the day that the page shows.
    fn submissions<'a>(&self, deliverable: &'a DeliverableView) -> Vec<&'a SubmissionView> {
        let by = self.data.overview.snapshot.as_of;
        deliverable.submissions.iter().filter(|submission| submission.on <= by).collect()
    }

    /// Returns whether the contract is or was in force; before that, no amount is owed.
    fn is_in_force(&self) -> bool {
        use ContractState::{Draft, Funded, Submitted, Withdrawn};
        !matches!(self.data.overview.snapshot.state, Draft | Submitted | Funded | Withdrawn)
    }

    /// Returns the sections of the page: anchor and key of the heading.
    fn sections(&self) -> Vec<(&'static str, &'static str)> {
        let runs = self.is_in_force();
        let Securities { guarantees, recoveries, to_recover } = &self.data.securities;
        let is_guaranteed = !guarantees.is_empty() || self.data.overview.may("guarantees.create");
        let is_recovering = !recoveries.is_empty() || *to_recover != Sum::ZERO;
        let all = [
            ("money", "contract-money", runs),
            ("progress", "contract-progress", runs),
            ("yearly-shares", "register-yearly-shares", !self.data.shares.is_empty()),
            ("terms", "contract-terms", true),
            ("deliverables", "contract-deliverables", true),
            ("milestones", "contract-milestones", true),
            ("payments", "contract-payments", !self.data.payments.is_empty()),
            ("breaches", "contract-breaches", runs && !self.data.overview.snapshot.standing.breaches.is_empty()),
            ("change-requests", "contract-change-requests", !self.data.change_requests.is_empty()),
            ("objections", "contract-objections", !self.data.objections.is_empty()),
            ("suspensions", "register-suspensions", !self.data.suspensions.is_empty()),
            ("publications", "contract-publications", !self.data.publications.is_empty()),
            ("guarantees", "contract-guarantees", is_guaranteed),
            ("recoveries", "contract-recoveries", is_recovering),
            ("evaluations", "contract-evaluations", !self.data.evaluations.is_empty()),
            ("amendments", "contract-amendments", !self.data.amendments.is_empty()),
            ("undelivered", "contract-undelivered", !self.data.undelivered.is_empty()),
            ("performance", "contract-performance", runs),
            ("documents", "contract-documents", true),
            ("history", "contract-history", true),
        ];
        all.into_iter().filter(|(_, _, is_there)| *is_there).map(|(place, heading, _)| (place, heading)).collect()
    }

    /// Returns the suspension in force on the day that the page shows.
    fn suspended(&self) -> Option<&SuspensionView> {
        let input = &self.data.overview.snapshot;
        suspensions::in_force(&self.data.suspensions, input.as_of).filter(|_| input.state == ContractState::Active)
    }

    /// Returns the entry that returned a submitted draft, until the draft is submitted again.
    fn returned(&self) -> Option<&Entry> {
        let is_draft = self.data.overview.snapshot.state == ContractState::Draft;
        let mut entries = self.data.overview.history.iter().filter(|_| is_draft);
        entries.find(|entry| entry.what.starts_with("event-contracts-return_"))
    }

    fn is_today(&self) -> bool {
        self.data.overview.snapshot.as_of == self.page.today
    }
}

/// Returns the act named in an address, if the page can confirm it.
fn find_confirmable(word: &str) -> Option<&'static str> {
    actions::rights()
        .map(|(name, _)| name)
        .chain(["registered", "saved", "amendment-proposed"])
        .find(|known| *known == word)
}

/// Acts that are offered only while a task calls for them, although the services might accept them earlier.
const WHEN_DUE: &[&str] = &["publish", "complete", "consent", "close"];

/// Returns whether to offer an act. The acts in [`WHEN_DUE`] are offered while a task calls for them, an early end
/// unless one was requested already, and a publication unless there is one.
fn is_offered(data: &ContractPageData, name: &str) -> bool {
    let overview = &data.overview;
    let is_due = |kind: &str| data.tasks.iter().any(|task| task.kind == kind);
    let is_asked = || {
        data.change_requests.iter().any(|request| {
            request.kind == ChangeRequestKind::Termination && request.state == ChangeRequestState::Requested
        })
    };
    match name {
        "sign-off" => overview.is_own_turn,
        "fund" => overview.turn.is_none(),
        "return" if overview.snapshot.state == ContractState::Submitted => {
            overview.is_own_turn || (overview.turn.is_none() && overview.open.contains(&Action::ReturnSubmitted))
        }
        "terminate" => !is_asked(),
        "decline" => is_asked(),
        "publication" => !data.publications.iter().any(|one| is_current(one.state)),
        _ => !WHEN_DUE.contains(&name) || is_due(name),
    }
}

/// Describes the task that follows an act, or else the contract's most urgent task; empty if there is none.
fn describe_next(page: &Shell, data: &ContractPageData, done: &str, subject: &str) -> String {
    let say = |on_time: &str, late: &str, task: &Task| {
        let who = format!("{} · {}", task.organisation, page.word("role", task.role));
        let day = page.day(&task.due_on);
        let day = if task.provisional { page.noted(day, page.provisional(&task.due_on)) } else { day };
        let values = [
            ("who", who),
            ("what", page.task_title(task)),
            ("day", day),
            ("late", page.time_left_of(&task.kind, &task.due_on)),
        ];
        text::message(page.language, if page.is_past(&task.due_on) { late } else { on_time }, &values)
    };
    let follows = next_task::find(data, done, subject).map(|task| say("done-follows", "done-follows-late", task));
    let next = || data.tasks.first().map(|task| say("done-next", "done-next-late", task));
    follows.or_else(next).unwrap_or_default()
}

/// Returns the name of the message that confirms an act: the message for a payment differs while its day awaits
/// consent.
fn words_of_done(data: &ContractPageData, what: &'static str, subject: &str) -> &'static str {
    let waits = |payment: &PaymentRequestView| payment.id == subject && payment.state == PaymentState::Backdated;
    if what == "pay" && data.payments.iter().any(waits) { "pay-backdated" } else { what }
}

/// Returns the address of the receipt of a deliverable's last submission.
fn last_receipt(data: &ContractPageData, code: &str) -> Option<String> {
    let deliverable = data.deliverables.iter().find(|deliverable| deliverable.code == code)?;
    Some(receipt::address(&data.overview.id, code, deliverable.submissions.last()?.no))
}

/// Shows a contract, today or as of a day.
pub async fn show(request: PageRequest, id: Path<String>, query: PageQuery<ContractQuery>) -> PageAnswer {
    request
        .show(move |app, caller, page| {
            let typed = Some(query.as_of.as_str()).filter(|typed| !typed.is_empty());
            let (as_of, fault) = match typed.map(parse_date).transpose() {
                Ok(as_of) => (as_of, None),
                Err(message) => (None, Some(message.text(page.language))),
            };
            let data = view::load_page_data(app, caller, &id, as_of)?;
            let done = query.done.as_deref().and_then(find_confirmable).map(|what| Done {
                what: words_of_done(&data, what, &query.subject),
                next: describe_next(&page, &data, what, &query.subject),
                receipt: last_receipt(&data, &query.subject).filter(|_| what == "submission"),
            });
            let actions = actions::of_contract(&data.overview).filter(|(name, _)| is_offered(&data, name)).collect();
            let input = &data.overview.snapshot;
            Ok(ContractPage {
                terms: words::five_terms(&input.terms, &input.details, page.language),
                bar: money_shares(&data.overview),
                timeline: Timeline::draw(input, &data.deliverables, &data.payments, page.language),
                may_copy: caller.may(Action::CreateContract).is_ok(),
                may_save_template: caller.may(Action::SaveContractTemplate).is_ok(),
                data,
                actions,
                done,
                as_of: (query.as_of.clone(), fault),
                open: query.open.clone(),
                page,
            })
        })
        .await
}
