//! Rows of one synthetic contract: hash chains, projections, access, search index. Every figure, task and hash comes
//! from the function that the services use.

use std::sync::Arc;

use chrono::{NaiveDate, NaiveDateTime};

use crate::clock::{at_hour, civil_day};
use crate::domain::codes::{ChangeRequestState, ContractState, FactKind, PaymentKind, PaymentState, Role};
use crate::domain::facts::Facts;
use crate::domain::ledger::Posting;
use crate::domain::payments::{APPROVAL_CHAIN, PaymentStep};
use crate::domain::policy::Action;
use crate::domain::tasks::next_reminder;
use crate::error::Error;
use crate::services::contracts::projections::{Projection, derive};
use crate::services::contracts::record::ContractRecord;
use crate::services::contracts::undecided::Undecided;
use crate::services::ledger::post::opening;
use crate::services::registry::working_days::WorkingDays;
use crate::storage::audit::event_action::EventAction;
use crate::storage::audit::hash_chains::{EventRow, FIRST, digest};
use crate::storage::change_requests::ChangeRequest;
use crate::storage::contracts::facts::{FactRow, Place};
use crate::storage::contracts::search::SearchTexts;
use crate::storage::contracts::{Contract, ContractRow, TermsRow};
use crate::storage::identity::people::FOR_EVER;
use crate::storage::ids::{AppropriationId, ChangeRequestId, ContractId, OrganisationId, PaymentId, PersonId};
use crate::storage::ledger::BalanceRow;
use crate::storage::payments::{PaymentRequest, StepRow};
use crate::storage::registry::appropriations::Commitment;
use crate::synthetic::load::rows::city::{DeskKeys, Supplier, World};
use crate::synthetic::load::rows::story::{Paid, Recorded, Story, payment_fact, words_of};

/// Number of payment keys reserved for each contract.
const PAYMENT_KEYS: i64 = 32;

/// All rows of a contract.
pub(crate) struct Rows {
    pub contract: ContractRow,
    pub terms: TermsRow,
    pub facts: Vec<FactRow>,
    pub events: Vec<EventRow>,
    pub projection: Projection,
    pub viewers: Vec<OrganisationId>,
    pub pairs: Vec<String>,
    pub payments: Vec<PaymentRequest>,
    pub steps: Vec<(PaymentId, StepRow)>,
    pub change_requests: Vec<(ChangeRequest, Option<(PersonId, NaiveDateTime)>)>,
    pub commitment: Option<Commitment>,
    /// Balances in the ledger and the postings that lead to them.
    pub ledger: Option<(BalanceRow, Vec<Posting>)>,
}

/// An event to be appended to the hash chain.
struct Noted {
    at: NaiveDateTime,
    actor: Option<PersonId>,
    action: EventAction,
    body: serde_json::Value,
}

/// A fact to be appended to the hash chain.
struct Happened {
    at: NaiveDateTime,
    actor: PersonId,
    kind: FactKind,
    on: NaiveDate,
    body: String,
    words: String,
}

/// Derives the rows of a story as of a day.
pub(crate) fn of_story(world: &World, story: Story, today: NaiveDate) -> Result<Rows, Error> {
    let missing = || Error::Internal("a synthetic contract has unknown parties".to_owned());
    let (desk_no, contractor_no) = story.parties;
    let desk = world.desks.get(desk_no).ok_or_else(missing)?;
    let contractor = world.contractors.get(contractor_no).ok_or_else(missing)?;
    let who = |role| desk.person(role, contractor);
    let (public_id, amount_fen) = (story.ids.uuid(), story.terms.amount.fen());
    let terms = terms_row(&story)?;
    let mut notes = notes_of(&story, &terms, &who);
    let (payments, steps) = payments_of(&story, desk, contractor);
    notes.extend(payment_notes(&payments, &steps));
    let change_requests = change_requests_of(&story, &mut notes, &who);
    let (facts, happened) = facts_of(&story, (&payments, &change_requests), &who)?;
    let rows = chained(&public_id, happened);
    let appropriation = world.money.get(&(desk_no, year_of(&story))).copied();
    let funded = !matches!(story.state, ContractState::Draft | ContractState::Submitted | ContractState::Withdrawn);
    let contract = head_of(&story, (desk, contractor), (public_id, appropriation, terms.version), &rows);
    let days = Arc::new(WorkingDays::built_in());
    let mut record =
        ContractRecord::unamended(contract, (story.terms, story.details), (facts, rows), (days, Arc::default()));
    let asked: Vec<ChangeRequest> = change_requests.iter().map(|(request, _)| request.clone()).collect();
    let projection = dated(
        derive(&record, payments.clone(), Undecided { change_requests: asked, ..Undecided::default() }, today)?,
        today,
        &mut notes,
    );
    let fund = record.contract.appropriation_id.filter(|_| funded);
    let commitment = fund.map(|appropriation| Commitment {
        appropriation,
        contract: record.contract.id,
        amount_fen,
        at: story.created_at,
    });
    let ledger = fund.map(|appropriation| opened(record.contract.id, appropriation, &projection, today));
    let events = chain_of(&record.contract.public_id, notes);
    let last = events.last().map(|event| event.at).into_iter().chain(record.rows.last().map(|row| row.recorded_at));
    record.contract.recorded_at = last.max().unwrap_or(story.created_at);
    record.contract.version = i64::try_from(events.len() + record.rows.len()).unwrap_or(1);
    record.contract.next_change = projection.next_change;
    Ok(Rows {
        viewers: world.viewers(desk, contractor),
        pairs: searched_words(&record, contractor, &payments, today),
        contract: ContractRow {
            next_task_on: projection.tasks.iter().map(|task| task.due_on).min().unwrap_or(FOR_EVER),
            services: record.newest_details().listed_services(),
            created_by: who(Role::Officer),
            created_at: story.created_at,
            contract: record.contract,
        },
        facts: record.rows,
        terms,
        events,
        projection,
        payments,
        steps,
        change_requests,
        commitment,
        ledger,
    })
}

/// Opens the ledger of a contract with an appropriation.
fn opened(
    contract: ContractId,
    appropriation: AppropriationId,
    projection: &Projection,
    today: NaiveDate,
) -> (BalanceRow, Vec<Posting>) {
    let (balances, postings) = opening(&projection.uses.all);
    let last_seq = i64::try_from(postings.len()).unwrap_or(0);
    (BalanceRow { contract, appropriation, last_seq, as_of: Some(today), balances, from_year: None }, postings)
}

/// Notes the registration of a contract and the acts of its story.
fn notes_of(story: &Story, terms: &TermsRow, who: &impl Fn(Role) -> PersonId) -> Vec<Noted> {
    let created = Noted {
        at: story.created_at,
        actor: Some(who(Role::Officer)),
        action: EventAction::ContractCreate,
        body: serde_json::json!({ "number": story.number, "terms": terms.hash }),
    };
    let acts = story.acts.iter().map(|act| Noted {
        at: act.at,
        actor: Some(who(act.role)),
        action: act.action.into(),
        body: act.body.clone(),
    });
    std::iter::once(created).chain(acts).collect()
}

/// Builds the head of a contract with these facts. What follows from its events is filled in afterwards.
fn head_of(
    story: &Story,
    (desk, contractor): (&DeskKeys, &Supplier),
    (public_id, appropriation, terms_version): (String, Option<AppropriationId>, i64),
    facts: &[FactRow],
) -> Contract {
    let (fact_seq, fact_hash) = facts.last().map_or((0, FIRST.to_owned()), |row| (row.seq, row.hash.clone()));
    Contract {
        id: ContractId(story.key),
        public_id,
        number: story.number.clone(),
        title: story.title.clone(),
        purchaser_id: desk.purchaser,
        funder_id: desk.funder,
        contractor_id: contractor.organisation,
        region_id: desk.region,
        appropriation_id: appropriation,
        regime: story.regime,
        method: story.method.to_owned(),
        plan_no: String::new(),
        award_on: story.award_on,
        signed_on: story.signed_on,
        published_on: story.published_on,
        state: story.state,
        version: 0,
        terms_version,
        amount_fen: story.terms.amount.fen(),
        starts_on: story.terms.starts_on,
        ends_on: story.terms.ends_on,
        next_change: FOR_EVER,
        fact_seq,
        fact_hash,
        recorded_at: story.created_at,
        calendar_version: Some(0),
    }
}

/// Returns the words by which a contract is found.
fn searched_words(
    record: &ContractRecord,
    contractor: &Supplier,
    payments: &[PaymentRequest],
    today: NaiveDate,
) -> Vec<String> {
    let vouchers = payments.iter().map(|payment| payment.voucher.as_str());
    SearchTexts {
        number: &record.contract.number,
        title: &record.contract.title,
        contractor: &contractor.name,
        credit_code: &contractor.credit_code,
        milestones: record.details_on(today).milestones.values().map(|milestone| milestone.name.as_str()).collect(),
        deliverables: record.details_on(today).deliverable_texts(),
        recorded: vouchers.filter(|voucher| !voucher.is_empty()).collect(),
    }
    .words()
}

fn year_of(story: &Story) -> i32 {
    use chrono::Datelike;
    story.terms.starts_on.year()
}

fn terms_row(story: &Story) -> Result<TermsRow, Error> {
    let json = |value: serde_json::Result<String>| value.map_err(|error| Error::Internal(error.to_string()));
    let terms = json(serde_json::to_string(&story.terms))?;
    let details = json(serde_json::to_string(&story.details))?;
    let hash = digest(&[&terms, &details]);
    Ok(TermsRow { version: 1, effective_on: story.terms.starts_on, terms, details, hash })
}

fn payments_of(
    story: &Story,
    desk: &DeskKeys,
    contractor: &Supplier,
) -> (Vec<PaymentRequest>, Vec<(PaymentId, StepRow)>) {
    let (mut payments, mut steps) = (Vec::new(), Vec::new());
    for (place, paid) in (1..).zip(&story.payments) {
        let id = PaymentId((story.key - 1) * PAYMENT_KEYS + place);
        let taken = paid.steps.len();
        let state = taken
            .checked_sub(2)
            .and_then(|last| APPROVAL_CHAIN.get(last))
            .map_or(PaymentState::Requested, |step| step.to);
        let paid_on = (state == PaymentState::Paid).then(|| paid.steps.last().copied().map(civil_day)).flatten();
        let voucher =
            paid_on.map_or_else(String::new, |on| format!("ZF{}-{}-{place:02}", on.format("%Y%m%d"), story.key));
        let taken = APPROVAL_CHAIN.iter().map(|step| (step.kind, step.role));
        let path = std::iter::once((PaymentStep::Request, Role::Contractor)).chain(taken);
        for ((seq, (step, role)), at) in (1..).zip(path).zip(&paid.steps) {
            let note = if step == PaymentStep::Pay { voucher.clone() } else { String::new() };
            let person_id = desk.person(role, contractor);
            steps.push((id, StepRow { seq, action: step.as_str().to_owned(), person_id, for_id: None, at: *at, note }));
        }
        payments.push(PaymentRequest {
            id,
            public_id: story.ids.uuid(),
            contract_id: ContractId(story.key),
            milestone: paid.milestone.as_str().to_owned(),
            amount_fen: paid.amount.fen(),
            state,
            requested_at: paid.steps.first().copied().unwrap_or(story.created_at),
            voucher,
            paid_on,
            account: contractor.account.clone(),
            kind: PaymentKind::Principal,
            borne_by: None,
            reversed_in: None,
        });
    }
    (payments, steps)
}

/// Each step but the last, which is a fact, is noted.
fn payment_notes(payments: &[PaymentRequest], steps: &[(PaymentId, StepRow)]) -> Vec<Noted> {
    let mut notes = Vec::new();
    for (id, step) in steps {
        let action = match PaymentStep::parse(&step.action) {
            Some(PaymentStep::Request) => Action::RequestPayment,
            Some(PaymentStep::Pay) | None => continue,
            Some(taken) => match APPROVAL_CHAIN.iter().find(|step| step.kind == taken) {
                Some(step) => step.action,
                None => continue,
            },
        };
        let Some(payment) = payments.iter().find(|payment| payment.id == *id) else { continue };
        let amount = crate::domain::money::Money::from_fen(payment.amount_fen).unwrap_or_default();
        let body = serde_json::json!({
            "payment": payment.public_id, "milestone": payment.milestone, "amount": amount, "reason": "",
        });
        notes.push(Noted { at: step.at, actor: Some(step.person_id), action: action.into(), body });
    }
    notes
}

type ByTime = (Facts, Vec<Happened>);

fn facts_of(
    story: &Story,
    (payments, requests): (&[PaymentRequest], &[Decided]),
    who: &impl Fn(Role) -> PersonId,
) -> Result<ByTime, Error> {
    enum One<'a> {
        Recorded(&'a Recorded),
        Paid(&'a Paid, &'a PaymentRequest),
    }
    let mut all: Vec<(NaiveDateTime, One<'_>)> =
        story.facts.iter().map(|(at, fact)| (*at, One::Recorded(fact))).collect();
    for (paid, payment) in story.payments.iter().zip(payments) {
        if let (Some(at), Some(_)) = (paid.steps.last(), payment.paid_on) {
            all.push((*at, One::Paid(paid, payment)));
        }
    }
    all.sort_by_key(|(at, _)| *at);
    let mut facts = Facts::default();
    let mut happened = Vec::new();
    for (at, one) in all {
        let (kind, on, role, body, words) = match one {
            One::Recorded(fact) => {
                let (kind, on, role, body) = fact.parts();
                fact.clone().add_to(&mut facts);
                let granted = requests.iter().find(|(request, decided)| {
                    request.kind.as_str() == kind.as_str() && decided.is_some_and(|(_, granted_at)| granted_at == at)
                });
                let words = granted.map_or_else(
                    || words_of(fact).to_owned(),
                    |(request, _)| {
                        let words = serde_json::json!({
                            "ask": request.public_id, "reason": request.reason, "note": request.decision_note,
                        });
                        words.to_string()
                    },
                );
                (kind, on, role, body, words)
            }
            One::Paid(paid, payment) => {
                let fact = payment_fact(paid, civil_day(at));
                let body = serde_json::to_string(&fact);
                let words = serde_json::json!({ "payment": payment.public_id, "voucher": payment.voucher });
                let on = fact.on;
                facts.payments.push(fact);
                (FactKind::Payment, on, Role::Cashier, body, words.to_string())
            }
        };
        let body = body.map_err(|error| Error::Internal(error.to_string()))?;
        happened.push(Happened { at, actor: who(role), kind, on, body, words });
    }
    Ok((facts, happened))
}

fn chained(public_id: &str, happened: Vec<Happened>) -> Vec<FactRow> {
    let mut rows: Vec<FactRow> = Vec::with_capacity(happened.len());
    for fact in happened {
        let (last, prev) = rows.last().map_or((0, FIRST), |row| (row.seq, row.hash.as_str()));
        let place = Place { contract: public_id, last, prev };
        let row = FactRow::after(&place, (fact.kind, fact.on), (fact.at, fact.actor, None), (fact.body, fact.words));
        rows.push(row);
    }
    rows
}

/// A change request, with who decided it and when, once it is decided.
type Decided = (ChangeRequest, Option<(PersonId, NaiveDateTime)>);

fn change_requests_of(story: &Story, notes: &mut Vec<Noted>, who: &impl Fn(Role) -> PersonId) -> Vec<Decided> {
    use crate::domain::codes::ChangeRequestKind;
    let mut rows = Vec::new();
    for asked in &story.change_requests {
        let (asker, decider, action) = match asked.kind {
            ChangeRequestKind::Termination => (Role::Leader, Role::Reviewer, None),
            ChangeRequestKind::Extension => (Role::Officer, Role::Leader, Some(Action::RequestExtension)),
            ChangeRequestKind::Waiver => (Role::Officer, Role::Leader, Some(Action::RequestWaiver)),
            ChangeRequestKind::Reversal => (Role::Officer, Role::Leader, Some(Action::RequestReversal)),
            ChangeRequestKind::Incident => (Role::Officer, Role::Leader, Some(Action::ProposeIncident)),
        };
        let public_id = story.ids.uuid();
        let reason = match asked.kind {
            ChangeRequestKind::Incident => "服务对象反映工作记录外泄，经核实属实",
            ChangeRequestKind::Extension
            | ChangeRequestKind::Waiver
            | ChangeRequestKind::Termination
            | ChangeRequestKind::Reversal => "经核实，非承接主体原因",
        };
        if let Some(action) = action {
            let body = serde_json::json!({ "ask": public_id, "fact": asked.body, "reason": reason });
            notes.push(Noted { at: asked.at, actor: Some(who(asker)), action: action.into(), body });
        }
        let request = ChangeRequest {
            id: ChangeRequestId(0),
            public_id,
            contract_id: ContractId(story.key),
            kind: asked.kind,
            body: asked.body.clone(),
            reason: reason.to_owned(),
            state: if asked.granted_at.is_some() { ChangeRequestState::Granted } else { ChangeRequestState::Requested },
            requested_by: who(asker),
            requested_for: None,
            requested_at: asked.at,
            endorsed_by: None,
            endorsed_for: None,
            endorsed_at: None,
            endorsement: None,
            decision_note: String::new(),
        };
        rows.push((request, asked.granted_at.map(|at| (who(decider), at))));
    }
    rows
}

/// Dates the projection as if it had been refreshed daily: breaches were found and recorded on their day, reminders
/// were sent up to yesterday.
fn dated(mut projection: Projection, today: NaiveDate, notes: &mut Vec<Noted>) -> Projection {
    for breach in &mut projection.breaches {
        breach.found_at = at_hour(breach.since, 0);
        let body = serde_json::json!({ "clause": breach.clause, "subject": breach.subject, "since": breach.since });
        notes.push(Noted { at: breach.found_at, actor: None, action: EventAction::BreachFound, body });
    }
    let yesterday = today.pred_opt().unwrap_or(today);
    for task in &mut projection.tasks {
        task.alert_on = next_reminder((&task.kind, task.due_on), yesterday).unwrap_or(FOR_EVER);
        task.since = yesterday;
    }
    projection
}

fn chain_of(public_id: &str, mut notes: Vec<Noted>) -> Vec<EventRow> {
    notes.sort_by_key(|note| note.at);
    let stream = format!("contract:{public_id}");
    let mut rows: Vec<EventRow> = Vec::with_capacity(notes.len());
    for note in notes {
        let (last, prev) = rows.last().map_or((0, FIRST), |row| (row.seq, row.hash.as_str()));
        let what = (note.action, public_id, note.body.to_string());
        let row = EventRow::after((&stream, last, prev), (note.at, note.actor, None), what);
        rows.push(row);
    }
    rows
}
