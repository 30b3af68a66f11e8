//! Statutes: what the law asks of a contract beyond its own terms, each rule by its id (`docs/rules.md`).
//!
//! A rule that blocks gives a `Breached`, with the place and the key of the words; duties that statutes make stand in
//! `duties`. Rules that need tables (budget) stand in the services that have them.

use chrono::NaiveDate;

use super::codes::Regime;
use super::details::Details;
use super::facts::{Acceptance, Verdict};
use super::numbers::Rate;
use super::terms::{Deliverable, PaymentFrom, Terms};

/// A statute that stands against an action.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Breached {
    /// The rule's id, as `five-terms`.
    pub rule: &'static str,
    /// Where in the input.
    pub path: String,
    /// Key of the words, which name the article.
    pub code: &'static str,
    /// Values that the words name.
    pub args: Vec<(&'static str, String)>,
}

impl Breached {
    fn new(rule: &'static str, path: impl Into<String>, code: &'static str) -> Self {
        Self { rule, path: path.into(), code, args: Vec::new() }
    }

    fn with(mut self, name: &'static str, value: impl ToString) -> Self {
        self.args.push((name, value.to_string()));
        self
    }
}

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

/// What stands against a contract being signed: five-terms, pay-from-acceptance, late-interest.
/// `sme` is the contractor's declaration on the day of signing (支付条例 3); the rules of that decree hold for it alone.
pub fn before_signing(terms: &Terms, details: &Details, sme: bool, signed_on: NaiveDate) -> Vec<Breached> {
    let mut found = five_terms(terms, details);
    if sme {
        found.extend(pay_from_acceptance(terms));
        found.extend(late_interest(terms.late_payment_daily_rate, signed_on));
    }
    found
}

/// 宣司〔2017〕43号 §5, 政府采购法 44: quantity, quality, term, payment and breach are all stated. (The term is: its two days
/// are required of any contract.)
pub fn five_terms(terms: &Terms, details: &Details) -> Vec<Breached> {
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
    .map(|(_, path, code)| Breached::new("five-terms", path, code))
    .collect()
}

/// 支付条例 10: where acceptance is a condition of payment, the contract states the inspection period.
fn pay_from_acceptance(terms: &Terms) -> Option<Breached> {
    let accepted = terms.milestones.iter().any(|milestone| !milestone.requires.is_empty());
    let waits = terms.payment_from == PaymentFrom::Acceptance || accepted;
    (waits && accepted && terms.inspection_days.is_none())
        .then(|| Breached::new("pay-from-acceptance", "terms.inspection_days", "inspection-period-missing"))
}

/// 支付条例 17: an agreed rate of interest on late payment is not under the 1-year LPR at signing.
fn late_interest(daily: Rate, signed_on: NaiveDate) -> Option<Breached> {
    let (_, least) = LOAN_PRIME_RATE.iter().rfind(|(from, _)| *from <= signed_on)?;
    (daily.units() * YEAR_DAYS < least * RATE_UNITS).then(|| {
        let percent = format!("{}.{:02}", least / 100, least % 100);
        Breached::new("late-interest", "terms.late_payment_daily_rate", "interest-under-lpr").with("lpr", percent)
    })
}

/// 实施条例 45: an acceptance record covers every standard: each indicator has a result.
pub fn acceptance_every_standard(regime: Regime, deliverable: &Deliverable, verdict: &Verdict) -> Vec<Breached> {
    let (Verdict::Accepted(acceptance) | Verdict::Partial(acceptance)) = verdict else { return Vec::new() };
    if regime != Regime::ProcurementLaw {
        return Vec::new();
    }
    let Acceptance { measured, .. } = acceptance;
    let missing = deliverable.indicators.iter().filter(|indicator| !measured.contains_key(&indicator.code));
    missing
        .map(|indicator| {
            Breached::new(
                "acceptance-every-standard",
                format!("measured.{}", indicator.code),
                "standard-without-result",
            )
            .with("indicator", &indicator.code)
        })
        .collect()
}
