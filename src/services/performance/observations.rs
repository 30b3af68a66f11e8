//! What the officer or the station saw: incidents, headcounts, surveys. Each becomes a fact as it is.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::app::App;
use crate::domain::codes::FactKind;
use crate::domain::facts::{Headcount, Incident, Month, Survey};
use crate::domain::numbers::{Code, Score, Whole};
use crate::domain::policy::Action;
use crate::domain::shape::{date, optional_date};
use crate::error::Error;
use crate::services::contracts::append::{self, record};
use crate::services::contracts::record::Ledger;
use crate::services::contracts::transitions::to_value;
use crate::services::identity::caller::{Caller, in_state};
use crate::services::payments::same_seat;
use crate::services::shared::inputs;
use crate::storage::contracts::facts::NewFact;
use crate::storage::write::write;

/// Something happened that a clause names.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct IncidentInput {
    /// A name for it within the contract.
    #[schema(value_type = String)]
    pub id: Code,
    /// The clause's code.
    #[schema(value_type = String)]
    pub clause: Code,
    /// The day on which it happened; today if it is not named.
    #[serde(default, deserialize_with = "optional_date")]
    pub on: Option<NaiveDate>,
    /// What happened, in words.
    #[serde(default)]
    pub note: String,
}

/// How many clients and workers there were in a month.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct HeadcountInput {
    /// `YYYY-MM`.
    #[schema(value_type = String)]
    pub month: Month,
    /// Clients.
    #[schema(value_type = u64)]
    pub clients: Whole,
    /// Workers.
    #[schema(value_type = u64)]
    pub workers: Whole,
    /// The day from which it counts; today if it is not named.
    #[serde(default, deserialize_with = "optional_date")]
    pub on: Option<NaiveDate>,
    /// What is to be said of it.
    #[serde(default)]
    pub note: String,
}

/// The recipients' satisfaction.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SurveyInput {
    /// 0 to 100.
    #[schema(value_type = String)]
    pub score: Score,
    /// The day from which it counts; today if it is not named.
    #[serde(default, deserialize_with = "optional_date")]
    pub on: Option<NaiveDate>,
    /// What is to be said of it.
    #[serde(default)]
    pub note: String,
}

/// A fact that was recorded.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Recorded {
    /// Its number within the contract, by which a reversal names it.
    pub seq: i64,
    /// What kind of fact.
    pub kind: FactKind,
    /// The day from which it counts.
    #[serde(deserialize_with = "date")]
    pub on: NaiveDate,
    /// The contract's version: the ETag.
    pub version: i64,
}

impl Recorded {
    /// The fact that a ledger was last brought up to date with.
    pub(crate) fn last(ledger: &Ledger) -> Self {
        let row = ledger.rows.last();
        Self {
            seq: ledger.contract.fact_seq,
            kind: row.map_or(FactKind::Reversal, |row| row.kind),
            on: row.map_or(ledger.contract.starts_on, |row| row.on_day),
            version: ledger.contract.version,
        }
    }
}

/// Records an incident.
///
/// # Errors
/// `Refused` where its clause is none on incidents, or a rule of facts says so.
pub fn incident(app: &App, caller: &Caller, contract: &str, input: &IncidentInput) -> Result<Recorded, Error> {
    observe(app, caller, contract, Action::RecordIncident, (input.on, &input.note), |on| {
        let body = to_value(&Incident { id: input.id.clone(), clause: input.clause.clone(), on })?;
        Ok((FactKind::Incident, body))
    })
}

/// Records a month's headcount.
///
/// # Errors
/// `Refused` where the month has one or is yet to come, or a rule of facts says so.
pub fn headcount(app: &App, caller: &Caller, contract: &str, input: &HeadcountInput) -> Result<Recorded, Error> {
    observe(app, caller, contract, Action::RecordHeadcount, (input.on, &input.note), |on| {
        let HeadcountInput { month, clients, workers, .. } = input.clone();
        Ok((FactKind::Headcount, to_value(&Headcount { on, month, clients, workers })?))
    })
}

/// Records a survey.
///
/// # Errors
/// `Refused` where a rule of facts says so.
pub fn survey(app: &App, caller: &Caller, contract: &str, input: &SurveyInput) -> Result<Recorded, Error> {
    observe(app, caller, contract, Action::RecordSurvey, (input.on, &input.note), |on| {
        Ok((FactKind::Survey, to_value(&Survey { on, score: input.score })?))
    })
}

fn observe(
    app: &App,
    caller: &Caller,
    contract: &str,
    action: Action,
    (on, note): (Option<NaiveDate>, &str),
    fact: impl Fn(NaiveDate) -> Result<(FactKind, serde_json::Value), Error>,
) -> Result<Recorded, Error> {
    caller.may(action)?;
    let (_, seat) = app.pool.read(|connection| caller.contract(connection, contract, action))?;
    write(&app.pool, &caller.context(app, &seat), |tx| {
        let (contract, seat) = caller.contract(tx.connection, contract, action)?;
        same_seat(tx, caller, &seat)?;
        in_state(&contract, action)?;
        let words = serde_json::json!({ "note": inputs::text("note", note)? });
        let on = append::day(tx, on);
        let (kind, body) = fact(on)?;
        let mut ledger = Ledger::load(tx.connection, contract)?;
        record(tx, &mut ledger, &NewFact { kind, on, body, words })?;
        Ok(Recorded::last(&ledger))
    })
}
