//! Statutes: what the law asks of a contract beyond its own terms, each rule by its id (`docs/rules.md`).
//!
//! A rule that blocks gives a `StatuteViolation`, with the place and the key of the words; duties that statutes make stand in
//! `duties`. Rules that need tables (budget) stand in the services that have them. `STATUTES` lists all that hold, for people.

use chrono::NaiveDate;

use crate::domain::codes::Regime;
use crate::domain::details::Details;
use crate::domain::facts::{Acceptance, Verdict};
use crate::domain::numbers::Rate;
use crate::domain::terms::{Deliverable, PaymentFrom, Terms};

/// A statute that stands against an action.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatuteViolation {
    /// The rule's id, as `five-terms`.
    pub rule: &'static str,
    /// Where in the input.
    pub path: String,
    /// Key of the words, which name the article.
    pub code: &'static str,
    /// Values that the words name.
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

/// A law that rules are taken from. Its name is `law-CODE`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Law {
    /// Its code in words.
    pub code: &'static str,
    /// The day from which it is in force, as it is cited here.
    pub since: NaiveDate,
}

const PROCUREMENT: Law = Law { code: "procurement", since: from(2003, 1, 1) };
const PROCUREMENT_DECREE: Law = Law { code: "procurement-decree", since: from(2015, 3, 1) };
const PAYMENT_DECREE: Law = Law { code: "payment-decree", since: from(2025, 6, 1) };
const BUDGET: Law = Law { code: "budget", since: from(2015, 1, 1) };
const CIVIL_CODE: Law = Law { code: "civil-code", since: from(2021, 1, 1) };
/// The notice on community corrections, by its date.
const NOTICE_2017: Law = Law { code: "notice-2017", since: from(2017, 4, 19) };

/// What a rule does to somebody who does not keep it. Its word is `statute-effect-CODE`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// What it stands against is refused.
    Blocks,
    /// It is somebody's duty by a day.
    Duty,
    /// It is part of how figures are worked out.
    Reckons,
}

impl Effect {
    /// The code of its word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Blocks => "blocks",
            Self::Duty => "duty",
            Self::Reckons => "reckons",
        }
    }
}

/// To which contracts a rule applies. Its word is `statute-scope-CODE`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// Every contract.
    Every,
    /// A contractor that declared itself a small or medium enterprise on the day of signing.
    Sme,
    /// Contracts under the procurement law.
    Procurement,
}

impl Scope {
    /// The code of its word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Every => "every",
            Self::Sme => "sme",
            Self::Procurement => "procurement",
        }
    }
}

/// A rule that holds in this program, as people read of it: `statute-ID-name`, `-article`, `-requires`.
#[derive(Debug, Clone, Copy)]
pub struct Statute {
    /// Its id: what a refusal names.
    pub id: &'static str,
    /// What it does.
    pub effect: Effect,
    /// To which contracts it applies.
    pub scope: Scope,
    /// The laws that it is taken from.
    pub laws: &'static [Law],
}

/// Every rule that holds, in the order of a contract's life (`docs/rules.md` says where each is and what tests it).
#[rustfmt::skip]
pub const STATUTES: &[Statute] = &[
    Statute { id: "five-terms", effect: Effect::Blocks, scope: Scope::Every, laws: &[PROCUREMENT, NOTICE_2017] },
    Statute { id: "budget-first", effect: Effect::Blocks, scope: Scope::Every, laws: &[PAYMENT_DECREE, BUDGET] },
    Statute { id: "sign-30d", effect: Effect::Duty, scope: Scope::Procurement, laws: &[PROCUREMENT] },
    Statute { id: "publish-2wd", effect: Effect::Duty, scope: Scope::Procurement, laws: &[PROCUREMENT_DECREE] },
    Statute { id: "acceptance-every-standard", effect: Effect::Blocks, scope: Scope::Procurement, laws: &[PROCUREMENT_DECREE] },
    Statute { id: "pay-30-60", effect: Effect::Blocks, scope: Scope::Every, laws: &[PAYMENT_DECREE] },
    Statute { id: "pay-from-acceptance", effect: Effect::Blocks, scope: Scope::Sme, laws: &[PAYMENT_DECREE] },
    Statute { id: "no-excuse", effect: Effect::Blocks, scope: Scope::Every, laws: &[PAYMENT_DECREE] },
    Statute { id: "late-interest", effect: Effect::Reckons, scope: Scope::Every, laws: &[PAYMENT_DECREE] },
    Statute { id: "last-day", effect: Effect::Reckons, scope: Scope::Every, laws: &[CIVIL_CODE] },
];

/// The 1-year loan prime rate from each day on, in hundredths of a percent a year (全国银行间同业拆借中心; written from memory,
/// to be confirmed by the administrator before it decides a contract).
const LOAN_PRIME_RATE: &[(NaiveDate, u64)] = &[
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
    // Only called in the constants above: a wrong day would not compile.
    NaiveDate::from_ymd_opt(year, month, day).expect("a day of the calendar")
}

/// Days of a year in which a yearly rate becomes a daily one.
const YEAR_DAYS: u64 = 365;
/// Units of a rate in a hundredth of a percent (rates have 10 places).
const RATE_UNITS: u64 = 1_000_000;

/// The 1-year loan prime rates that are known: each with the day from which it holds, in percent a year, as 3.35.
pub fn loan_prime_rates() -> impl DoubleEndedIterator<Item = (NaiveDate, String)> {
    LOAN_PRIME_RATE.iter().map(|(from, rate)| (*from, percent(*rate)))
}

fn percent(hundredths: u64) -> String {
    format!("{}.{:02}", hundredths / 100, hundredths % 100)
}

/// What stands against a contract being signed: five-terms, pay-from-acceptance, late-interest.
/// `sme` is the contractor's declaration on the day of signing (支付条例 3); the rules of that decree hold for it alone.
pub fn before_signing(terms: &Terms, details: &Details, sme: bool, signed_on: NaiveDate) -> Vec<StatuteViolation> {
    let mut found = five_terms(terms, details);
    if sme {
        found.extend(pay_from_acceptance(terms));
        found.extend(late_interest(terms.late_payment_daily_rate, signed_on));
    }
    found
}

/// 宣司〔2017〕43号 §5, 政府采购法 44: quantity, quality, term, payment and breach are all stated. (The term is: its two days
/// are required of any contract.)
pub fn five_terms(terms: &Terms, details: &Details) -> Vec<StatuteViolation> {
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

/// 支付条例 10: where acceptance is a condition of payment, the contract states the inspection period.
fn pay_from_acceptance(terms: &Terms) -> Option<StatuteViolation> {
    let accepted = terms.milestones.iter().any(|milestone| !milestone.requires.is_empty());
    let waits = terms.payment_from == PaymentFrom::Acceptance || accepted;
    (waits && accepted && terms.inspection_days.is_none())
        .then(|| StatuteViolation::new("pay-from-acceptance", "terms.inspection_days", "inspection-period-missing"))
}

/// 支付条例 17: an agreed rate of interest on late payment is not under the 1-year LPR at signing.
fn late_interest(daily: Rate, signed_on: NaiveDate) -> Option<StatuteViolation> {
    let (_, least) = LOAN_PRIME_RATE.iter().rfind(|(from, _)| *from <= signed_on)?;
    (daily.units() * YEAR_DAYS < least * RATE_UNITS).then(|| {
        StatuteViolation::new("late-interest", "terms.late_payment_daily_rate", "interest-under-lpr")
            .with("lpr", percent(*least))
    })
}

/// 实施条例 45: an acceptance record covers every standard: each indicator has a result.
pub fn acceptance_every_standard(
    regime: Regime,
    deliverable: &Deliverable,
    verdict: &Verdict,
) -> Vec<StatuteViolation> {
    let (Verdict::Accepted(acceptance) | Verdict::Partial(acceptance)) = verdict else { return Vec::new() };
    if regime != Regime::ProcurementLaw {
        return Vec::new();
    }
    let Acceptance { measured, .. } = acceptance;
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
