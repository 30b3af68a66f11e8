//! Alerts about breaches that have begun to count: the notice to the contractor, with the amount, its steps and the way
//! to object, and the notice to the officers.

use chrono::NaiveDate;

use crate::domain::alerts::recipients_of;
use crate::domain::codes::{AlertKind, Language};
use crate::domain::objections::ANSWER_WORKING_DAYS;
use crate::domain::standing::{Step, Trails};
use crate::domain::subject::{BreachKey, Subject};
use crate::error::Error;
use crate::services::contracts::record::ContractRecord;
use crate::services::documents::words;
use crate::services::notifications::alerts::{Alert, Spoken, format_yuan};
use crate::storage::contracts::projections::BreachRow;

/// Builds the alerts about breaches found on a day.
///
/// # Errors
/// `Internal`, although stored terms and facts were validated before they were written.
pub fn found(record: &ContractRecord, breaches: &[BreachRow], today: NaiveDate) -> Result<Vec<Alert>, Error> {
    if breaches.is_empty() {
        return Ok(Vec::new());
    }
    let standing = record.standing(today, Trails::On)?;
    let mut alerts = Vec::new();
    for breach in breaches {
        let is_it =
            |clause: &str, subject: &str| (clause, subject) == (breach.clause.as_str(), breach.subject.as_str());
        let computed = standing.breaches.iter().find(|one| is_it(one.clause.as_str(), &one.subject));
        // The stored amount of a breach that still accrues is 0, so that it need not change every day.
        let charged = computed.map_or_else(|| format_yuan(breach.charged_fen), |one| one.charged.to_string());
        let spoken = computed.map(|one| spoken_steps(record, &one.trail, today)).unwrap_or_default();
        for kind in [AlertKind::BreachFound, AlertKind::BreachNoted] {
            alerts.push(Alert {
                kind,
                subject: Subject::Breach(BreachKey::new(&breach.clause, &breach.subject)),
                to: recipients_of(kind),
                day: breach.since,
                args: args(record, (breach, &charged), today),
                spoken: spoken.clone(),
                except: Vec::new(),
            });
        }
    }
    Ok(alerts)
}

/// Explains the steps of an amount in each language.
fn spoken_steps(record: &ContractRecord, trail: &[Step], today: NaiveDate) -> Vec<Spoken> {
    let (terms, details) = (record.terms_on(today), record.all_names_on(today));
    let steps = |language: Language| words::steps_in_one(trail, (terms, &details), language);
    Language::ALL.iter().map(|language| (*language, "steps", steps(*language))).collect()
}

fn args(
    record: &ContractRecord,
    (breach, charged): (&BreachRow, &str),
    today: NaiveDate,
) -> Vec<(&'static str, String)> {
    let clause = record.clause(&breach.clause, breach.since);
    let named = clause.and_then(|(_, details)| details.clause(&breach.clause)).unwrap_or_default();
    let details = record.details_on(breach.since);
    let subject = match details.deliverable(&breach.subject) {
        same if same == breach.subject => details.milestone(&breach.subject),
        name => name,
    };
    vec![
        ("clause", named.to_owned()),
        ("breach", clause.map_or("", |(term, _)| term.clause.kind().as_str()).to_owned()),
        ("subject", subject.to_owned()),
        ("since", breach.since.to_string()),
        ("accruing", breach.accruing.to_string()),
        ("charged", charged.to_owned()),
        ("on", today.to_string()),
        ("answer_days", ANSWER_WORKING_DAYS.to_string()),
    ]
}
