//! Checks of an imported contract's state and history, by the rules of the acts that lead there. Nothing is written.

use chrono::NaiveDate;

use crate::domain::codes::{ContractState, FactKind};
use crate::domain::invalid::Invalid;
use crate::domain::standing::{Trails, check};
use crate::domain::statutes;
use crate::error::{Error, FieldError, Message};
use crate::services::contracts::funding::is_funded;
use crate::services::contracts::imported::{EarlierContract, EarlierFact};
use crate::services::contracts::projections::was_signed;
use crate::services::contracts::record::ContractRecord;
use crate::services::contracts::{announcement, append, transitions};
use crate::services::registry::statute_settings;
use crate::storage::AnyConnection;

/// Returns the faults of state and history, by the checks of the acts that lead there.
pub(super) fn faults_of(
    connection: &mut AnyConnection,
    record: &ContractRecord,
    (earlier, sme): (&EarlierContract, bool),
    today: NaiveDate,
) -> Result<Vec<FieldError>, Error> {
    let state = earlier.state;
    let mut faults = Vec::new();
    let mut at = |path: String, message: Message| faults.push(FieldError { path, message });
    if is_funded(state) && record.contract.appropriation_id.is_none() {
        at("appropriation".to_owned(), Message::new("appropriation-missing"));
    }
    if !was_signed(state) && !earlier.facts.is_empty() {
        at("facts[0]".to_owned(), Message::new("import-facts-unsigned"));
    }
    let has_end = record.facts.end.is_some();
    let must_not_end = matches!(state, ContractState::Active | ContractState::Completed);
    if (state == ContractState::Terminated && !has_end) || (must_not_end && has_end) {
        at("state".to_owned(), Message::new("import-state-end"));
    }
    for (place, fact) in earlier.facts.iter().enumerate() {
        let possible = append::check_day(record, fact.kind, fact.on, today);
        for fault in refused(possible)? {
            at(format!("facts[{place}].{}", fault.path), fault.message);
        }
    }
    let entered = match state {
        ContractState::Draft | ContractState::Withdrawn => Ok(()),
        ContractState::Submitted | ContractState::Funded => {
            let settings = &record.settings;
            let agreed = (record.signed_terms(), record.details_on(today));
            transitions::refuse(statutes::five_terms(agreed, (today, settings)))
        }
        ContractState::Active | ContractState::Completed | ContractState::Terminated | ContractState::Closed => {
            let parameters = statute_settings::parameters_for(connection, record)?;
            transitions::check_signing(record, (sme, &parameters), record.contract.signed_on, today).map(|_| ())
        }
    };
    faults.extend(refused(entered)?);
    if let Some(on) = earlier.published_on {
        faults.extend(refused(announcement::check_announcement(record, on, today, "published_on"))?);
    }
    if let Err(invalid) = check(record.agreement(), &record.facts, &record.days.calendar, today) {
        faults.push(placed(invalid, &earlier.facts));
    }
    if faults.is_empty() {
        faults = faults_of_figures(connection, record, earlier, today)?;
    }
    Ok(faults)
}

/// Returns the faults that only the standing shows: too much interest, and open items that the state does not allow.
fn faults_of_figures(
    connection: &mut AnyConnection,
    record: &ContractRecord,
    earlier: &EarlierContract,
    today: NaiveDate,
) -> Result<Vec<FieldError>, Error> {
    let mut faults = Vec::new();
    let interest = record.interest()?;
    if !(interest.paid.is_empty() && interest.waived.is_empty()) {
        let standing = record.standing(today, Trails::Off)?;
        for milestone in standing.milestones.iter().filter(|milestone| interest.of(milestone, 0).is_exceeded()) {
            let is_last = |fact: &&EarlierFact| {
                let is_interest = matches!(fact.kind, FactKind::Interest | FactKind::InterestWaiver);
                is_interest && fact.body["milestone"] == milestone.code.as_str()
            };
            let place = earlier.facts.iter().rposition(|fact| is_last(&fact)).unwrap_or_default();
            let message = Message::new("import-interest").with("accrued", milestone.late_interest);
            faults.push(FieldError { path: format!("facts[{place}].amount"), message });
        }
    }
    let finished = match earlier.state {
        ContractState::Completed => transitions::check_completion(connection, record, today),
        ContractState::Closed => transitions::check_closing(connection, record, today),
        ContractState::Draft
        | ContractState::Submitted
        | ContractState::Funded
        | ContractState::Active
        | ContractState::Terminated
        | ContractState::Withdrawn => Ok(()),
    };
    faults.extend(refused(finished)?);
    Ok(faults)
}

/// Returns the faults of a refusal; passes other errors on.
fn refused(checked: Result<(), Error>) -> Result<Vec<FieldError>, Error> {
    match checked {
        Ok(()) => Ok(Vec::new()),
        Err(Error::Refused { errors, .. }) => Ok(errors),
        Err(error) => Err(error),
    }
}

/// Turns the path of a fact in a list of `domain::facts` into its place among all facts.
fn placed(invalid: Invalid, facts: &[EarlierFact]) -> FieldError {
    let path = invalid.path.strip_prefix("facts.").and_then(|rest| {
        let (list, field) = rest.split_once('.').unwrap_or((rest, ""));
        let (list, number) = list.split_once('[').unwrap_or((list, "0]"));
        let number: usize = number.trim_end_matches(']').parse().ok()?;
        let mut of_list = facts.iter().enumerate().filter(|(_, fact)| list_of(fact.kind) == list);
        let (place, _) = of_list.nth(number)?;
        Some(format!("facts[{place}].{field}"))
    });
    FieldError { path: path.unwrap_or(invalid.path), message: Message { key: invalid.code, args: invalid.args } }
}

/// Returns the list of `domain::facts` for a kind of fact; empty for a kind without a list.
const fn list_of(kind: FactKind) -> &'static str {
    match kind {
        FactKind::Extension => "extensions",
        FactKind::Submission => "submissions",
        FactKind::Decision => "decisions",
        FactKind::Invoice => "invoices",
        FactKind::Score => "scores",
        FactKind::Payment => "payments",
        FactKind::Headcount => "headcounts",
        FactKind::Incident => "incidents",
        FactKind::Waiver => "waivers",
        FactKind::Survey => "surveys",
        FactKind::End => "end",
        FactKind::Interest | FactKind::InterestWaiver | FactKind::Reversal => "",
    }
}
