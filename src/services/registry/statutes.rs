//! The rules of law that this program holds, for whoever wants to know why something is refused or due. It decides nothing:
//! `domain::statutes` and `docs/rules.md` say where each rule is applied.

use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::policy::Action;
use crate::domain::statutes::{self, STATUTES};
use crate::error::Error;
use crate::services::identity::caller::Caller;
use crate::text;

/// What the program holds of the law.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct StatutesView {
    /// The rules, in the order of a contract's life.
    pub rules: Vec<StatuteView>,
    /// The 1-year loan prime rates, the latest first.
    pub rates: Vec<RateView>,
}

/// A rule, in the language of the request.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct StatuteView {
    /// Its id: what a refusal names as `rule`.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The article.
    pub article: String,
    /// What it asks.
    pub requires: String,
    /// `blocks`, `duty` or `reckons`.
    pub effect: String,
    /// To which contracts it applies: `every`, `sme` or `procurement`.
    pub scope: String,
    /// The laws that it is taken from.
    pub laws: Vec<LawView>,
}

/// A law.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct LawView {
    /// Its name.
    pub name: String,
    /// The day from which it is in force as it is cited.
    pub since: NaiveDate,
}

/// A rate of interest.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct RateView {
    /// The day from which it holds.
    pub from: NaiveDate,
    /// Percent a year, as 3.35.
    pub percent: String,
}

/// The rules and rates.
///
/// # Errors
/// `Forbidden` for somebody without a seat.
pub fn list(caller: &Caller) -> Result<StatutesView, Error> {
    caller.may(Action::ReadRules)?;
    let say = |key: String| text::message(caller.language, &key, &[]);
    let rules = STATUTES.iter().map(|statute| StatuteView {
        id: statute.id.to_owned(),
        name: say(format!("statute-{}-name", statute.id)),
        article: say(format!("statute-{}-article", statute.id)),
        requires: say(format!("statute-{}-requires", statute.id)),
        effect: statute.effect.as_str().to_owned(),
        scope: statute.scope.as_str().to_owned(),
        laws: statute
            .laws
            .iter()
            .map(|law| LawView { name: say(format!("law-{}", law.code)), since: law.since })
            .collect(),
    });
    let rates = statutes::loan_prime_rates().rev().map(|(from, percent)| RateView { from, percent });
    Ok(StatutesView { rules: rules.collect(), rates: rates.collect() })
}
