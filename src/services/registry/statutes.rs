//! The statutory rules and interest rates that the program applies, listed for people who want to know why something is
//! refused or due. Nothing is decided here: `domain::statutes` and `docs/rules.md` state where each rule applies.

use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;

use crate::app::App;
use crate::domain::policy::Action;
use crate::domain::statute_settings::StatuteSetting;
use crate::domain::statutes::STATUTES;
use crate::error::Error;
use crate::services::identity::caller::Caller;
use crate::services::registry::loan_rates;
use crate::services::registry::statute_settings::percent;
use crate::storage::registry::statute_settings as stored;
use crate::text;

/// Statutory rules and interest rates.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct StatutesView {
    /// Rules, in the order of a contract's life.
    pub rules: Vec<StatuteView>,
    /// One-year loan prime rates, latest first.
    pub rates: Vec<RateView>,
}

/// A statutory rule, in the language of the request.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct StatuteView {
    /// Identifier, which refusals name as `rule`.
    pub id: String,
    /// Title of the rule.
    pub name: String,
    /// Article of the law.
    pub article: String,
    /// Requirement in words.
    pub requires: String,
    /// Effect: `blocks`, `duty` or `reckons`.
    pub effect: String,
    /// Contracts concerned: `every`, `sme` or `procurement`.
    pub scope: String,
    /// Laws from which the rule is taken.
    pub laws: Vec<LawView>,
    /// Approved changes of the rule, in the order of their approval.
    pub changes: Vec<ChangeView>,
}

/// A change of a rule from a day on.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ChangeView {
    /// First day on which it holds.
    pub from: NaiveDate,
    /// False if the rule ends.
    pub applies: bool,
    /// Limit in percent of the contract's amount; absent for that of the law.
    pub percent: Option<String>,
    /// Days for the task; absent for those of the law.
    pub days: Option<u32>,
}

/// A law, as cited.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct LawView {
    /// Title of the law.
    pub name: String,
    /// Day from which the cited version is in force.
    pub since: NaiveDate,
}

/// A one-year loan prime rate.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct RateView {
    /// Day from which the rate applies.
    pub from: NaiveDate,
    /// Percent a year, such as `3.35`.
    pub percent: String,
}

/// Lists the rules and rates.
///
/// # Errors
/// `Forbidden` for a caller without a seat today.
pub fn list(app: &App, caller: &Caller) -> Result<StatutesView, Error> {
    caller.may(Action::ReadRules)?;
    let (rates, settings) =
        app.pool.read(|connection| Ok::<_, Error>((loan_rates::known(connection)?, stored::approved(connection)?)))?;
    let changes = |id: &str| {
        let own = settings.iter().filter(|setting| setting.rule.as_str() == id);
        let change = |setting: &StatuteSetting| ChangeView {
            from: setting.from_on,
            applies: setting.applies,
            percent: setting.hundredths.map(percent),
            days: setting.days,
        };
        own.map(change).collect()
    };
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
        changes: changes(statute.id),
    });
    let rates = rates.listed().map(|(from, percent)| RateView { from, percent }).collect();
    Ok(StatutesView { rules: rules.collect(), rates })
}
