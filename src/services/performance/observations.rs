//! Observations by the officer or the justice station: monthly headcounts and surveys. Each is recorded as a fact
//! without a second person's approval; penalties that follow from it are computed by `domain::standing`. Incidents are
//! proposed and granted (`services::change_requests`).

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::app::App;
use crate::domain::codes::FactKind;
use crate::domain::facts::{Headcount, Month, Survey};
use crate::domain::numbers::{Score, Whole};
use crate::domain::policy::Action;
use crate::domain::shape::{date, optional_date};
use crate::error::{Error, Message};
use crate::services::contracts::acts;
use crate::services::contracts::append::{self, append_fact};
use crate::services::contracts::record::ContractRecord;
use crate::services::contracts::repeats;
use crate::services::contracts::transitions::to_value;
use crate::services::identity::caller::Caller;
use crate::services::performance::confirm_score;
use crate::services::shared::inputs;
use crate::storage::contracts::facts::NewFact;

/// The number of clients and workers in a month.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct HeadcountInput {
    /// Month, as `YYYY-MM`.
    #[schema(value_type = String)]
    pub month: Month,
    /// Number of clients.
    #[schema(value_type = u64)]
    pub clients: Whole,
    /// Number of workers.
    #[schema(value_type = u64)]
    pub workers: Whole,
    /// Day from which the headcount counts. Defaults to today.
    #[serde(default, deserialize_with = "optional_date")]
    pub on: Option<NaiveDate>,
    /// Remarks on the record.
    #[serde(default)]
    pub note: String,
    /// True to record the same headcount again.
    #[serde(default)]
    pub another: bool,
}

/// A survey of the clients' satisfaction.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SurveyInput {
    /// Satisfaction score, 0 to 100.
    #[schema(value_type = String)]
    pub score: Score,
    /// Day from which the survey counts. Defaults to today.
    #[serde(default, deserialize_with = "optional_date")]
    pub on: Option<NaiveDate>,
    /// Remarks on the record.
    #[serde(default)]
    pub note: String,
    /// True to record the same survey again.
    #[serde(default)]
    pub another: bool,
    /// True to confirm a score of at most one point of 100.
    #[serde(default)]
    pub confirmed: bool,
}

impl HeadcountInput {
    /// Returns the fact that counts from a day.
    pub(in crate::services) fn fact(&self, on: NaiveDate) -> Headcount {
        Headcount { on, month: self.month.clone(), clients: self.clients, workers: self.workers }
    }
}

impl SurveyInput {
    /// Returns the fact that counts from a day.
    pub(in crate::services) fn fact(&self, on: NaiveDate) -> Survey {
        Survey { on, score: self.score }
    }
}

/// A recorded fact.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct FactReceipt {
    /// Number within the contract; a reversal refers to it.
    pub seq: i64,
    /// Kind of fact.
    pub kind: FactKind,
    /// Day from which the fact counts.
    #[serde(deserialize_with = "date")]
    pub on: NaiveDate,
    /// Version of the contract, used as the ETag.
    pub version: i64,
}

impl FactReceipt {
    /// Describes the last fact of a record.
    pub(crate) fn of_last_fact(record: &ContractRecord) -> Self {
        let row = record.rows.last();
        Self {
            seq: record.contract.fact_seq,
            kind: row.map_or(FactKind::Reversal, |row| row.kind),
            on: row.map_or(record.contract.starts_on, |row| row.on_day),
            version: record.contract.version,
        }
    }
}

/// Records the headcount of a month.
///
/// # Errors
/// `Forbidden`; `NotFound`; `Conflict` in another state; `Duplicate` for a repetition; `Refused` if the month already
/// has a headcount or is in the future, or a rule of standing forbids the fact.
pub fn record_headcount(
    app: &App,
    caller: &Caller,
    contract: &str,
    input: &HeadcountInput,
) -> Result<FactReceipt, Error> {
    record_observation(
        app,
        caller,
        contract,
        Action::RecordHeadcount,
        (input.on, &input.note, input.another),
        |record, on| {
            let first = Month::of(record.contract.starts_on);
            if input.month < first {
                let message = Message::new("month-before-service").with("first", first);
                return Err(Error::refused_at("not-before-the-service", "month", message));
            }
            Ok((FactKind::Headcount, to_value(&input.fact(on))?))
        },
    )
}

/// Records a survey of the clients.
///
/// # Errors
/// `Forbidden`; `NotFound`; `Conflict` in another state; `Duplicate` for a repetition; `Refused` for a score of at most
/// one point that is not confirmed, or if a rule of standing forbids the fact.
pub fn record_survey(app: &App, caller: &Caller, contract: &str, input: &SurveyInput) -> Result<FactReceipt, Error> {
    record_observation(app, caller, contract, Action::RecordSurvey, (input.on, &input.note, input.another), |_, on| {
        confirm_score(input.score, input.confirmed)?;
        Ok((FactKind::Survey, to_value(&input.fact(on))?))
    })
}

fn record_observation(
    app: &App,
    caller: &Caller,
    contract: &str,
    action: Action,
    (on, note, another): (Option<NaiveDate>, &str, bool),
    fact: impl Fn(&ContractRecord, NaiveDate) -> Result<(FactKind, serde_json::Value), Error>,
) -> Result<FactReceipt, Error> {
    acts::write_contract(app, caller, contract, action, |tx, record, _| {
        let words = serde_json::json!({ "note": inputs::text("note", note)? });
        let on = append::effective_day(tx, on);
        let (kind, body) = fact(record, on)?;
        let fact = NewFact { kind, on, body, words };
        if !another {
            repeats::refuse_repeated_fact(tx, record, &fact)?;
        }
        append_fact(tx, record, &fact)?;
        Ok(FactReceipt::of_last_fact(record))
    })
}
