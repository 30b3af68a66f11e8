//! Loads the content of a form about a contract from the services that pages use. Callers check the reader's right to
//! the contract first.

use chrono::NaiveDate;
use serde::Deserialize;

use crate::domain::clauses::ClauseKind;
use crate::domain::codes::{DocumentKind, FactKind, Language, ObjectionTarget};
use crate::domain::facts::{Decision, DecisionWord, Headcount, Incident};
use crate::domain::objections::Objected;
use crate::domain::policy::Action;
use crate::domain::standing::Standing;
use crate::domain::subject::BreachKey;
use crate::domain::terms::{Deliverable, Terms};
use crate::error::{Error, Message};
use crate::services::contracts::record::{ContractRecord, stored};
use crate::services::contracts::settlement;
use crate::services::deliverables::{self, DecisionView, DeliverableView, inspection, invoices};
use crate::services::documents::forms::Content;
use crate::services::documents::forms::acceptance::{AcceptanceRecord, Standard};
use crate::services::documents::forms::breach::BreachNotice;
use crate::services::documents::forms::payment::{Budget, InvoiceLine, PaymentForm, RequiredDeliverable};
use crate::services::documents::forms::settlement::SettlementForm;
use crate::services::identity::caller::Caller;
use crate::services::ledger;
use crate::services::ledger::yearly_shares;
use crate::services::payments::{self, stored_money};
use crate::services::registry::appropriations as budgets;
use crate::storage::AnyConnection;
use crate::storage::audit::hash_chains;
use crate::storage::contracts::facts::FactRow;
use crate::storage::identity::names::Names;
use crate::storage::ledger as balances;
use crate::storage::payments as requests;
use crate::storage::registry::appropriations;

/// The contract and the reader of a form.
pub struct Source<'a> {
    pub record: &'a ContractRecord,
    /// Standing on the day of the form, with trails.
    pub standing: &'a Standing,
    /// The reader; `None` for a command on the machine itself, which may read everything.
    pub caller: Option<&'a Caller>,
}

/// Loads the content of a form about the part that `subject` names.
///
/// # Errors
/// `Malformed` without a required subject; `NotFound` for a part that the contract does not have.
pub fn content(
    connection: &mut AnyConnection,
    of: &Source<'_>,
    kind: DocumentKind,
    subject: Option<&str>,
) -> Result<Content, Error> {
    let named = || subject.ok_or_else(|| Error::malformed("subject", Message::new("document-subject-missing")));
    Ok(match kind {
        DocumentKind::Settlement => Content::Settlement(Box::new(settlement_form(connection, of)?)),
        DocumentKind::Payment => Content::Payment(Box::new(payment_form(connection, of, named()?)?)),
        DocumentKind::Acceptance => Content::Acceptance(Box::new(acceptance_record(connection, of, named()?)?)),
        DocumentKind::Breach => Content::Breach(Box::new(breach_notice(of, named()?)?)),
        DocumentKind::Summary | DocumentKind::Arrears | DocumentKind::Annual => return Err(Error::NotFound),
    })
}

fn settlement_form(connection: &mut AnyConnection, of: &Source<'_>) -> Result<SettlementForm, Error> {
    // The same language for all readers, so that the same data have the same fingerprint.
    let (sheet, open) = settlement::compute(connection, of.record, of.standing, Language::Zh)?;
    Ok(SettlementForm { committed: sheet.committed, sheet, open })
}

fn payment_form(connection: &mut AnyConnection, of: &Source<'_>, id: &str) -> Result<PaymentForm, Error> {
    let (record, standing) = (of.record, of.standing);
    let contract = &record.contract;
    let row = requests::one_of_contract(connection, contract.id, id)?.ok_or(Error::NotFound)?;
    let request = payments::view::view_of(connection, of.caller, (record, standing), row)?;
    let milestone = standing.milestones.iter().find(|milestone| milestone.code.as_str() == request.milestone);
    let milestone = milestone.ok_or(Error::NotFound)?.clone();
    let terms = record.terms_on(standing.as_of);
    let required = terms.milestones.iter().find(|agreed| agreed.code == milestone.code);
    let required: Vec<&str> =
        required.map_or_else(Vec::new, |agreed| agreed.requires.iter().map(|code| code.as_str()).collect());
    let views = deliverables::views(connection, record, standing)?;
    let views = views.iter().filter(|view| required.contains(&view.code.as_str()));
    let events = hash_chains::events_of(connection, &format!("contract:{}", contract.public_id))?;
    let lines = invoices::of_contract(record, &events)?.into_iter().filter(|one| one.milestone == request.milestone);
    Ok(PaymentForm {
        name: record.all_names_on(standing.as_of).milestone(&request.milestone).to_owned(),
        deliverables: views.map(|view| required_deliverable(record, standing, view)).collect(),
        invoices: lines.map(|one| InvoiceLine { number: one.number, on: one.on, amount: one.amount }).collect(),
        contract_amount: terms.amount,
        totals: standing.totals.clone(),
        budget: budget(connection, of, &request.milestone)?,
        request,
        milestone,
    })
}

fn required_deliverable(record: &ContractRecord, standing: &Standing, view: &DeliverableView) -> RequiredDeliverable {
    let mut decisions = view.submissions.iter().filter_map(|submission| submission.decision.as_ref());
    RequiredDeliverable {
        name: view.name.clone(),
        unit: record.details_on(standing.as_of).unit(&view.item).to_owned(),
        agreed: view.quantity.clone(),
        accepted: view.standing.accepted.clone(),
        state: view.standing.state,
        decided_on: decisions.next_back().map(|decision| decision.on),
    }
}

/// Loads the appropriation that bears a milestone, for people of the purchaser and of finance who may list
/// appropriations.
fn budget(connection: &mut AnyConnection, of: &Source<'_>, milestone: &str) -> Result<Option<Budget>, Error> {
    let contract = &of.record.contract;
    let parties = [contract.purchaser_id, contract.funder_id];
    let may_see = of.caller.is_none_or(|caller| {
        let seats = caller.may(Action::ListAppropriations).unwrap_or_default();
        seats.iter().any(|seat| parties.contains(&seat.organisation))
    });
    if !may_see {
        return Ok(None);
    }
    let share = yearly_shares::bearer_of(connection, of.record, (milestone, of.standing.as_of))?;
    let Some(id) = share.or(contract.appropriation_id) else { return Ok(None) };
    let Some(row) = appropriations::by_id(connection, id)? else { return Ok(None) };
    let committed = stored_money(ledger::used_with(&balances::of_contract(connection, contract.id)?, contract, id))?;
    Ok(Some(Budget { appropriation: budgets::view_of(connection, row)?, committed }))
}

fn acceptance_record(
    connection: &mut AnyConnection,
    of: &Source<'_>,
    subject: &str,
) -> Result<AcceptanceRecord, Error> {
    let (record, standing) = (of.record, of.standing);
    let Some(Objected::Decision { deliverable: code, no }) = Objected::parse(ObjectionTarget::Decision, subject) else {
        return Err(Error::NotFound);
    };
    let views = deliverables::views(connection, record, standing)?;
    let view = views.into_iter().find(|view| view.code == code).ok_or(Error::NotFound)?;
    let mut submission = view.submissions.into_iter().find(|one| one.no == no).ok_or(Error::NotFound)?;
    // A decision of a later day does not exist yet on the day of the form.
    let decision =
        submission.decision.take().filter(|decision| decision.on <= standing.as_of).ok_or(Error::NotFound)?;
    let facts = record.live::<Decision>(FactKind::Decision)?;
    let of_this = |fact: &Decision| fact.deliverable.as_str() == code && fact.no.get() == no;
    let (_, row) = facts.iter().find(|(fact, _)| of_this(fact)).ok_or(Error::NotFound)?;
    let names = Names::load(connection, [Some(row.actor_id.0), row.for_id])?;
    let details = record.details_on(decision.on);
    Ok(AcceptanceRecord {
        name: view.name,
        item: details.item(&view.item).to_owned(),
        unit: details.unit(&view.item).to_owned(),
        agreed: view.quantity,
        due_on: view.standing.due_on,
        days_late: (decision.decision != DecisionWord::Rejected).then_some(view.standing.days_late),
        decided_by: names.of(row.actor_id),
        on_behalf_of: names.find(row.for_id),
        standards: standards(record, &decision, &code),
        code,
        submission,
        decision,
    })
}

/// Returns the standards of a deliverable by the terms in force on the day of its decision.
fn standards(record: &ContractRecord, decision: &DecisionView, code: &str) -> Vec<Standard> {
    let details = record.details_on(decision.on);
    let Some(agreed) = agreed(record.terms_on(decision.on), code) else { return Vec::new() };
    let indicators = agreed.indicators.iter().map(|indicator| {
        let measured = decision.measured.get(indicator.code.as_str());
        Standard::Indicator {
            name: details.indicator(indicator.code.as_str()).to_owned(),
            direction: indicator.direction,
            target: indicator.target.to_string(),
            is_met: measured.and_then(|value| value.parse().ok()).map(|value| indicator.is_met_by(value)),
            measured: measured.cloned(),
        }
    });
    let in_words = inspection::standards_in_words(details, agreed).into_iter().map(|(kind, text)| Standard::Words {
        of: kind,
        text: text.to_owned(),
        result: decision.results.get(&kind).cloned(),
    });
    indicators.chain(in_words).collect()
}

fn agreed<'a>(terms: &'a Terms, code: &str) -> Option<&'a Deliverable> {
    terms.deliverables.iter().find(|deliverable| deliverable.code.as_str() == code)
}

fn breach_notice(of: &Source<'_>, subject: &str) -> Result<BreachNotice, Error> {
    let (record, standing) = (of.record, of.standing);
    let key: BreachKey = subject.parse().map_err(|_| Error::NotFound)?;
    let is_it = |clause: &str, subject: &str| clause == key.clause && subject == key.subject;
    let breach = standing.breaches.iter().find(|breach| is_it(breach.clause.as_str(), &breach.subject));
    let breach = breach.ok_or(Error::NotFound)?.clone();
    let (term, _) = record.clause(&key.clause, standing.as_of).ok_or(Error::NotFound)?;
    let details = record.all_names_on(standing.as_of);
    Ok(BreachNotice {
        term: term.clone(),
        notes: notes(record, (&key, term.clause.kind()), standing.as_of)?,
        settled_in: breach.settled_in.as_ref().map(|code| details.milestone(code.as_str()).to_owned()),
        breach,
    })
}

/// The texts recorded with a fact: the officer's reason for an incident that was granted, and a note.
#[derive(Deserialize)]
struct Noted {
    #[serde(default)]
    reason: String,
    #[serde(default)]
    note: String,
}

/// Returns the notes on the incident or headcount that breached a clause, recorded by a day.
fn notes(record: &ContractRecord, (key, kind): (&BreachKey, ClauseKind), by: NaiveDate) -> Result<Vec<String>, Error> {
    let rows: Vec<&FactRow> = match kind {
        ClauseKind::Incident => {
            let facts = record.live::<Incident>(FactKind::Incident)?.into_iter();
            facts.filter(|(fact, _)| fact.id.as_str() == key.subject).map(|(_, row)| row).collect()
        }
        ClauseKind::Staffing => {
            let facts = record.live::<Headcount>(FactKind::Headcount)?.into_iter();
            facts.filter(|(fact, _)| fact.month.as_str() == key.subject).map(|(_, row)| row).collect()
        }
        ClauseKind::LateDelivery
        | ClauseKind::NonDelivery
        | ClauseKind::QuantityShortfall
        | ClauseKind::QualityShortfall
        | ClauseKind::LowScore => Vec::new(),
    };
    let mut notes = Vec::new();
    for row in rows.into_iter().filter(|row| row.on_day <= by) {
        let Noted { reason, note } = stored(&row.words)?;
        notes.extend([reason, note].into_iter().filter(|text| !text.is_empty()));
    }
    Ok(notes)
}
