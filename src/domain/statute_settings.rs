//! Settings of statutes: from a day on, a rule has another limit or other days, or no longer applies, because its law was
//! changed. What was done before is judged by what held on its own day.

use std::sync::Arc;

use chrono::NaiveDate;

use crate::domain::statutes::LoanRates;

codes! {
    /// The rules that a setting can change.
    pub enum SettableRule {
        FiveTerms = "five-terms",
        Bond = "bond-10pct",
        Supplement = "supplement-10pct",
        AcceptanceEveryStandard = "acceptance-every-standard",
        PayFromAcceptance = "pay-from-acceptance",
        /// The task of signing a contract after its award (政府采购法 46).
        Sign = "sign-30d",
        /// The task of announcing a contract that was signed (实施条例 50).
        Publish = "publish-2wd",
    }
}

/// Limit of the laws that the program knows, in hundredths of a percent of the contract's amount (实施条例 48, 政府采购法 49).
const LIMIT: i64 = 1_000;
/// Days from the award notice to signing (政府采购法 46).
const SIGNING_DAYS: u32 = 30;
/// Working days from signing to the announcement (实施条例 50).
const PUBLISHING_WORKING_DAYS: u32 = 2;
/// Largest number of days that a setting gives for a task.
pub const MOST_DAYS: u32 = 365;
/// All of an amount, in hundredths of a percent.
pub const WHOLE: i64 = 10_000;

impl SettableRule {
    /// Returns whether the rule limits an amount to a part of the contract's.
    pub const fn has_limit(self) -> bool {
        matches!(self, Self::Bond | Self::Supplement)
    }

    /// Returns the days that the law gives for the task of the rule; `None` for a rule without a task.
    pub const fn days(self) -> Option<u32> {
        match self {
            Self::Sign => Some(SIGNING_DAYS),
            Self::Publish => Some(PUBLISHING_WORKING_DAYS),
            Self::FiveTerms
            | Self::Bond
            | Self::Supplement
            | Self::AcceptanceEveryStandard
            | Self::PayFromAcceptance => None,
        }
    }
}

/// A setting of a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StatuteSetting {
    pub rule: SettableRule,
    /// First day on which it holds.
    pub from_on: NaiveDate,
    pub applies: bool,
    /// Limit in hundredths of a percent; `None` for that of the law.
    pub hundredths: Option<i64>,
    /// Days for the task of the rule; `None` for those of the law.
    pub days: Option<u32>,
}

/// Settings in the order of their approval.
#[derive(Debug, Clone, Default)]
pub struct StatuteSettings(pub Vec<StatuteSetting>);

impl StatuteSettings {
    /// Returns the setting of a rule on a day: the newest that has begun, of several from one day the last.
    fn on(&self, rule: SettableRule, day: NaiveDate) -> Option<&StatuteSetting> {
        self.0.iter().filter(|one| one.rule == rule && one.from_on <= day).max_by_key(|one| one.from_on)
    }

    /// Returns whether a rule applies on a day, by its id; always for a rule that no setting can change.
    pub fn applies(&self, rule: &str, day: NaiveDate) -> bool {
        let setting = SettableRule::parse(rule).and_then(|rule| self.on(rule, day));
        setting.is_none_or(|setting| setting.applies)
    }

    /// Returns the limit of a rule on a day, in hundredths of a percent; `None` if the rule does not apply.
    pub fn limit(&self, rule: SettableRule, day: NaiveDate) -> Option<i64> {
        match self.on(rule, day) {
            Some(setting) if !setting.applies => None,
            Some(setting) => Some(setting.hundredths.unwrap_or(LIMIT)),
            None => Some(LIMIT),
        }
    }

    /// Returns the days for the task of a rule on a day; `None` if the rule has none or does not apply.
    pub fn days(&self, rule: SettableRule, day: NaiveDate) -> Option<u32> {
        match self.on(rule, day) {
            Some(setting) if !setting.applies => None,
            Some(StatuteSetting { days: Some(days), .. }) => Some(*days),
            _ => rule.days(),
        }
    }
}

/// Returns a part of an amount in fen, given in hundredths of a percent, rounded down.
pub fn part_fen(amount_fen: i64, hundredths: i64) -> i128 {
    i128::from(amount_fen) * i128::from(hundredths) / i128::from(WHOLE)
}

/// Parameters of the statutes, each from a day on.
#[derive(Debug, Clone)]
pub struct Parameters {
    pub rates: LoanRates,
    pub settings: Arc<StatuteSettings>,
}
