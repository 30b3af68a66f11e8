//! A contractor's record: its final evaluations over contracts, services, counties and years, with their number, mean
//! and trend. It does not name contracts, since bureaus may read the record of a contractor whose other contracts they
//! may not see.

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate};
use serde::Serialize;
use utoipa::ToSchema;

use crate::app::App;
use crate::domain::evaluations::{Trend, mean_of, rating_of};
use crate::domain::numbers::Score;
use crate::domain::policy::Action;
use crate::domain::standing::Rating;
use crate::domain::text_input::identifier;
use crate::error::Error;
use crate::services::contracts::record::stored;
use crate::services::identity::caller::Caller;
use crate::storage::AnyConnection;
use crate::storage::evaluations::{self as rows, Evaluation};
use crate::storage::ids::OrganisationId;
use crate::storage::registry::organisations;

/// Maximum number of evaluations in a record; older ones are left out.
pub const MAX_EVALUATIONS: i64 = 200;

/// The record of a contractor.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ContractorRecord {
    /// Unified social credit code, 统一社会信用代码.
    pub credit_code: String,
    /// Registered name.
    pub name: String,
    /// Number of final evaluations, those without data included; the newest 200 count.
    pub count: usize,
    /// Mean of the scores; null without a score.
    #[schema(value_type = Option<String>)]
    pub mean: Option<Score>,
    /// Movement of the yearly mean; null unless two years have scores.
    pub trend: Option<Trend>,
    /// Evaluations by the year in which their period ends, oldest first.
    pub years: Vec<RecordGroup>,
    /// Evaluations by service, by name. An evaluation of a contract with several services counts for each.
    pub services: Vec<RecordGroup>,
    /// Evaluations by county of the purchaser, by name.
    pub counties: Vec<RecordGroup>,
    /// Evaluations, sorted by the end of the period, latest first.
    pub evaluations: Vec<RecordEntry>,
}

/// Evaluations that have a year, a service or a county in common.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct RecordGroup {
    /// Year, or name of the service or county.
    pub name: String,
    /// Number of evaluations.
    pub count: usize,
    /// Mean of the scores; null without a score.
    #[schema(value_type = Option<String>)]
    pub mean: Option<Score>,
}

/// A final evaluation of a contractor.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct RecordEntry {
    /// First day of the period.
    pub from: NaiveDate,
    /// Last day of the period.
    pub to: NaiveDate,
    /// Names of the contract's services.
    pub services: Vec<String>,
    /// County of the purchaser.
    pub county: String,
    /// Score; null without data.
    #[schema(value_type = Option<String>)]
    pub score: Option<Score>,
    /// Rating of the score; null without data.
    #[schema(value_type = Option<String>)]
    pub rating: Option<Rating>,
}

/// A contractor's record in one sentence, for people who are about to contract with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordHint {
    /// Unified social credit code.
    pub credit_code: String,
    /// Number of final evaluations.
    pub count: usize,
    /// Score and rating of the evaluation whose period ends last, among those with data.
    pub last: Option<(Score, Rating)>,
}

impl RecordHint {
    /// Returns whether the last result is poor, that is, below 60.
    pub fn is_warning(&self) -> bool {
        self.last.is_some_and(|(_, rating)| rating == Rating::Poor)
    }
}

/// Loads the record of a contractor. A contractor's own staff can only read their own.
///
/// # Errors
/// `Forbidden` without the right; `NotFound` for a contractor that does not exist or whose record the caller may not
/// read.
pub fn load(app: &App, caller: &Caller, credit_code: &str) -> Result<ContractorRecord, Error> {
    let seats = caller.may(Action::ReadContractorRecord)?;
    app.pool.read(|connection| {
        let code = identifier(credit_code).to_uppercase();
        let found = organisations::contractor_by_credit_code(connection, &code)?.ok_or(Error::NotFound)?;
        let own = found.organisation_id;
        if !seats.iter().any(|seat| seat.role.is_of_public_body() || seat.organisation == own) {
            return Err(Error::NotFound);
        }
        let evaluations = entries(connection, own)?;
        let group = |keys: fn(&RecordEntry) -> Vec<String>| groups(&evaluations, keys);
        let years = group(|entry| vec![entry.to.year().to_string()]);
        Ok(ContractorRecord {
            credit_code: found.credit_code,
            name: found.name,
            count: evaluations.len(),
            mean: mean_of(evaluations.iter().filter_map(|entry| entry.score)),
            trend: trend(&years),
            services: group(|entry| entry.services.clone()),
            counties: group(|entry| vec![entry.county.clone()]),
            years,
            evaluations,
        })
    })
}

/// Loads the record of the contractor with a credit code as a hint; `None` without a final evaluation, or for a code
/// that no contractor has.
///
/// # Errors
/// `Forbidden` without the right.
pub fn hint(app: &App, caller: &Caller, credit_code: &str) -> Result<Option<RecordHint>, Error> {
    caller.may(Action::ReadContractorRecord)?;
    if credit_code.is_empty() {
        return Ok(None);
    }
    app.pool.read(|connection| {
        let Some(found) = organisations::contractor_by_credit_code(connection, credit_code)? else { return Ok(None) };
        let evaluations = entries(connection, found.organisation_id)?;
        let last = evaluations.iter().find_map(|entry| entry.score.zip(entry.rating));
        let hint = RecordHint { credit_code: found.credit_code, count: evaluations.len(), last };
        Ok((hint.count > 0).then_some(hint))
    })
}

fn entries(connection: &mut AnyConnection, contractor: OrganisationId) -> Result<Vec<RecordEntry>, Error> {
    let entry = |(evaluation, county): (Evaluation, String)| {
        let score: Option<Score> = evaluation.score.as_deref().and_then(|score| score.parse().ok());
        Ok(RecordEntry {
            from: evaluation.from_on,
            to: evaluation.to_on,
            services: stored(&evaluation.services)?,
            county,
            score,
            rating: score.map(rating_of),
        })
    };
    let found = rows::final_of_contractor(connection, contractor, MAX_EVALUATIONS)?;
    let mut entries: Vec<RecordEntry> = found.into_iter().map(entry).collect::<Result<_, Error>>()?;
    entries.sort_by_key(|entry| std::cmp::Reverse((entry.to, entry.from)));
    Ok(entries)
}

fn groups(entries: &[RecordEntry], keys: fn(&RecordEntry) -> Vec<String>) -> Vec<RecordGroup> {
    let mut grouped: BTreeMap<String, Vec<Option<Score>>> = BTreeMap::new();
    for entry in entries {
        for key in keys(entry) {
            grouped.entry(key).or_default().push(entry.score);
        }
    }
    let group = |(name, scores): (String, Vec<Option<Score>>)| RecordGroup {
        name,
        count: scores.len(),
        mean: mean_of(scores.into_iter().flatten()),
    };
    grouped.into_iter().map(group).collect()
}

/// Compares the means of the last two years that have one; `None` with fewer years.
fn trend(years: &[RecordGroup]) -> Option<Trend> {
    let mut means = years.iter().rev().filter_map(|year| year.mean);
    let (last, before) = (means.next()?, means.next()?);
    Some(match last.cmp(&before) {
        std::cmp::Ordering::Greater => Trend::Rising,
        std::cmp::Ordering::Equal => Trend::Level,
        std::cmp::Ordering::Less => Trend::Falling,
    })
}
