//! Statutes: requirements of the law on a contract beyond its own terms, each with an id (`docs/rules.md`).
//!
//! A rule that blocks an action returns a [`StatuteViolation`] with the path and the message key. Tasks required by
//! statutes are in `tasks`; rules that need database tables (budget) are in the services. [`STATUTES`] lists every
//! rule, for people.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use rust_decimal::Decimal;

use crate::domain::codes::Regime;
use crate::domain::details::Details;
use crate::domain::facts::{Acceptance, Verdict};
use crate::domain::numbers::Rate;
use crate::domain::statute_settings::{Parameters, StatuteSettings};
use crate::domain::terms::{Deliverable, PaymentFrom, Terms};

/// A statute that forbids an action.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatuteViolation {
    /// Id of the rule, such as `five-terms`.
    pub rule: &'static str,
    /// Path in the input.
    pub path: String,
    /// Key of the message, which names the article.
    pub code: &'static str,
    /// Values that the message names.
    pub args: Vec<(&'static str, String)>,
}

impl StatuteViolation {
    fn new(rule: &'static str, path: impl Into<String>, code: &'static str) -> Self {
        Self { rule, path: path.into(), code, args: Vec::new() }
    }

    fn with(mut self, name: &'static str, value: impl ToString) -> Self {
        self.args.push((name, value.to_string()));
        self
    }
}

/// A law from which rules are taken. The name of the law is the message `law-CODE`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Law {
    /// Code within the message key.
    pub code: &'static str,
    /// Day from which the cited version is in force.
    pub since: NaiveDate,
}

const PROCUREMENT: Law = Law { code: "procurement", since: from(2003, 1, 1) };
const PROCUREMENT_DECREE: Law = Law { code: "procurement-decree", since: from(2015, 3, 1) };
const PAYMENT_DECREE: Law = Law { code: "payment-decree", since: from(2025, 6, 1) };
const BUDGET: Law = Law { code: "budget", since: from(2015, 1, 1) };
const CIVIL_CODE: Law = Law { code: "civil-code", since: from(2021, 1, 1) };
/// The notice on community correction services (宣司〔2017〕43号).
const NOTICE_2017: Law = Law { code: "notice-2017", since: from(2017, 4, 19) };

/// The effect of a rule. The name of the effect is the message `statute-effect-CODE`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// Refuses the action.
    Blocks,
    /// Creates a task with a due day.
    Duty,
    /// Determines how figures are computed.
    Reckons,
}

impl Effect {
    /// Returns the code within the message key.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Blocks => "blocks",
            Self::Duty => "duty",
            Self::Reckons => "reckons",
        }
    }
}

/// The contracts to which a rule applies. The name of the scope is the message `statute-scope-CODE`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// All contracts.
    Every,
    /// Contracts with a contractor that had declared itself a small or medium enterprise on the day of signing.
    Sme,
    /// Contracts under the procurement law.
    Procurement,
}

impl Scope {
    /// Returns the code within the message key.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Every => "every",
            Self::Sme => "sme",
            Self::Procurement => "procurement",
        }
    }
}

/// A rule enforced by this program. The texts of the rule are the messages `statute-ID-name`, `-article` and
/// `-requires`.
#[derive(Debug, Clone, Copy)]
pub struct Statute {
    /// Id, which refusals name.
    pub id: &'static str,
    pub effect: Effect,
    pub scope: Scope,
    /// Laws from which the rule is taken.
    pub laws: &'static [Law],
}

/// Every enforced rule, in the order of a contract's life. `docs/rules.md` says where each is implemented and tested.
#[rustfmt::skip]
pub const STATUTES: &[Statute] = &[
    Statute { id: "five-terms", effect: Effect::Blocks, scope: Scope::Every, laws: &[PROCUREMENT, NOTICE_2017] },
    Statute { id: "budget-first", effect: Effect::Blocks, scope: Scope::Every, laws: &[PAYMENT_DECREE, BUDGET] },
    Statute { id: "sign-30d", effect: Effect::Duty, scope: Scope::Procurement, laws: &[PROCUREMENT] },
    Statute { id: "publish-2wd", effect: Effect::Duty, scope: Scope::Procurement, laws: &[PROCUREMENT_DECREE] },
    Statute { id: "bond-10pct", effect: Effect::Blocks, scope: Scope::Every, laws: &[PROCUREMENT_DECREE] },
    Statute { id: "supplement-10pct", effect: Effect::Blocks, scope: Scope::Procurement, laws: &[PROCUREMENT] },
    Statute { id: "no-unilateral-change", effect: Effect::Blocks, scope: Scope::Every, laws: &[PROCUREMENT, CIVIL_CODE] },
    Statute { id: "sme-at-signing", effect: Effect::Reckons, scope: Scope::Sme, laws: &[PAYMENT_DECREE] },
    Statute { id: "penalty-or-deposit", effect: Effect::Blocks, scope: Scope::Every, laws: &[CIVIL_CODE] },
    Statute { id: "acceptance-signed", effect: Effect::Blocks, scope: Scope::Every, laws: &[PROCUREMENT] },
    Statute { id: "acceptance-every-standard", effect: Effect::Blocks, scope: Scope::Procurement, laws: &[PROCUREMENT_DECREE] },
    Statute { id: "pay-30-60", effect: Effect::Blocks, scope: Scope::Every, laws: &[PAYMENT_DECREE] },
    Statute { id: "pay-from-acceptance", effect: Effect::Blocks, scope: Scope::Sme, laws: &[PAYMENT_DECREE] },
    Statute { id: "no-excuse", effect: Effect::Blocks, scope: Scope::Every, laws: &[PAYMENT_DECREE] },
    Statute { id: "undisputed-part", effect: Effect::Reckons, scope: Scope::Every, laws: &[PAYMENT_DECREE] },
    Statute { id: "late-interest", effect: Effect::Reckons, scope: Scope::Every, laws: &[PAYMENT_DECREE] },
    Statute { id: "last-day", effect: Effect::Reckons, scope: Scope::Every, laws: &[CIVIL_CODE] },
    Statute { id: "termination-1y", effect: Effect::Duty, scope: Scope::Every, laws: &[CIVIL_CODE] },
    Statute { id: "keep-15y", effect: Effect::Blocks, scope: Scope::Every, laws: &[PROCUREMENT, PROCUREMENT_DECREE] },
];

/// The 1-year loan prime rate from each day on, in hundredths of a percent a year (全国银行间同业拆借中心). Written from memory:
/// the administrator proposes those of the announcements, which then count in their place.
const LOAN_PRIME_RATE: &[(NaiveDate, i64)] = &[
    (from(2019, 8, 20), 425),
    (from(2019, 9, 20), 420),
    (from(2019, 11, 20), 415),
    (from(2020, 2, 20), 405),
    (from(2020, 4, 20), 385),
    (from(2021, 12, 20), 380),
    (from(2022, 1, 20), 370),
    (from(2022, 8, 22), 365),
    (from(2023, 6, 20), 355),
    (from(2023, 8, 21), 345),
    (from(2024, 7, 22), 335),
    (from(2024, 10, 21), 310),
    (from(2025, 5, 20), 300),
];

const fn from(year: i32, month: u32, day: u32) -> NaiveDate {
    // Evaluated at compile time: an invalid day would not compile.
    NaiveDate::from_ymd_opt(year, month, day).expect("a day of the calendar")
}

/// Days in a year, for converting a daily rate to a yearly one.
const YEAR_DAYS: u64 = 365;

/// One-year loan prime rates by the day from which each holds, in hundredths of a percent a year.
#[derive(Debug, Clone)]
pub struct LoanRates(BTreeMap<NaiveDate, i64>);

impl LoanRates {
    /// Returns the rates that the program knows, with others in their place or beside them; the last of a day counts.
    pub fn with(others: impl IntoIterator<Item = (NaiveDate, i64)>) -> Self {
        let mut rates: BTreeMap<NaiveDate, i64> = LOAN_PRIME_RATE.iter().copied().collect();
        rates.extend(others);
        Self(rates)
    }

    /// Returns the rate that holds on a day, in percent a year; `None` before the first.
    fn on(&self, day: NaiveDate) -> Option<Decimal> {
        self.0.range(..=day).next_back().map(|(_, rate)| Self::percent(*rate))
    }

    /// Lists the rates, latest first: the day from which each holds, and the percent a year, such as `3.35`.
    pub fn listed(&self) -> impl Iterator<Item = (NaiveDate, String)> {
        self.0.iter().rev().map(|(from, rate)| (*from, Self::percent(*rate).to_string()))
    }

    /// Returns hundredths of a percent as a percentage.
    pub fn percent(hundredths: i64) -> Decimal {
        Decimal::new(hundredths, 2)
    }
}

/// Returns the violations that forbid signing: five-terms, and for an SME pay-from-acceptance and late-interest. `sme`
/// is the contractor's declaration on the day of signing (支付条例 3), since that decree protects no other contractor.
pub fn before_signing(
    (terms, details): (&Terms, &Details),
    sme: bool,
    (signed_on, parameters): (NaiveDate, &Parameters),
) -> Vec<StatuteViolation> {
    let mut found = five_terms((terms, details), (signed_on, &parameters.settings));
    if sme {
        found.extend(pay_from_acceptance(terms));
        found.extend(late_interest(terms.late_payment_daily_rate, parameters.rates.on(signed_on)));
    }
    found.retain(|violation| parameters.settings.applies(violation.rule, signed_on));
    found
}

/// Checks that quantity, quality, payment and breach are stated (宣司〔2017〕43号 §5, 政府采购法 44). The fifth term, the term of
/// service, is always stated, because no contract is accepted without its two days.
pub fn five_terms(
    (terms, details): (&Terms, &Details),
    (on, settings): (NaiveDate, &StatuteSettings),
) -> Vec<StatuteViolation> {
    if !settings.applies("five-terms", on) {
        return Vec::new();
    }
    let standard = details.items.values().any(|item| !item.standard.trim().is_empty());
    let indicators = terms.deliverables.iter().any(|d| !d.indicators.is_empty());
    [
        (terms.items.is_empty() || terms.deliverables.is_empty(), "terms.items", "five-terms-quantity"),
        (!standard && !indicators, "terms.deliverables", "five-terms-quality"),
        (terms.milestones.is_empty(), "terms.milestones", "five-terms-payment"),
        (terms.breach_terms.is_empty(), "terms.breach_terms", "five-terms-breach"),
    ]
    .into_iter()
    .filter(|(missing, _, _)| *missing)
    .map(|(_, path, code)| StatuteViolation::new("five-terms", path, code))
    .collect()
}

/// Checks that the inspection period is stated if payment depends on acceptance (支付条例 10).
fn pay_from_acceptance(terms: &Terms) -> Option<StatuteViolation> {
    let accepted = terms.milestones.iter().any(|milestone| !milestone.requires.is_empty());
    let waits = terms.payment_from == PaymentFrom::Acceptance || accepted;
    (waits && accepted && terms.inspection_days.is_none())
        .then(|| StatuteViolation::new("pay-from-acceptance", "terms.inspection_days", "inspection-period-missing"))
}

/// Checks that the agreed late-payment rate is not below the 1-year LPR on the day of signing (支付条例 17).
fn late_interest(daily: Rate, least: Option<Decimal>) -> Option<StatuteViolation> {
    let least = least?;
    let yearly = daily.percent().checked_mul(YEAR_DAYS.into())?;
    (yearly < least).then(|| {
        StatuteViolation::new("late-interest", "terms.late_payment_daily_rate", "interest-under-lpr").with("lpr", least)
    })
}

/// Checks that an acceptance has a result for each indicator (实施条例 45).
pub fn acceptance_every_standard(
    regime: Regime,
    (deliverable, verdict): (&Deliverable, &Verdict),
    (on, settings): (NaiveDate, &StatuteSettings),
) -> Vec<StatuteViolation> {
    let Some(Acceptance { measured, .. }) = verdict.acceptance() else { return Vec::new() };
    if regime != Regime::ProcurementLaw || !settings.applies("acceptance-every-standard", on) {
        return Vec::new();
    }
    let missing = deliverable.indicators.iter().filter(|indicator| !measured.contains_key(&indicator.code));
    missing
        .map(|indicator| {
            StatuteViolation::new(
                "acceptance-every-standard",
                format!("measured.{}", indicator.code),
                "standard-without-result",
            )
            .with("indicator", &indicator.code)
        })
        .collect()
}
