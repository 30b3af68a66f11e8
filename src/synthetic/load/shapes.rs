//! Terms of synthetic contracts: four shapes with random dates and amounts.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use crate::domain::clauses::{Base, BreachTerm, Clause, QualityTier, ScoreTier, Severity};
use crate::domain::details::{
    ClauseDetails, DeliverableDetails, Details, IndicatorDetails, ItemDetails, MilestoneDetails,
};
use crate::domain::money::Money;
use crate::domain::numbers::{Code, Days, Measured, Quantity, Rate, Score, Whole};
use crate::domain::terms::{
    Deliverable, Direction, Indicator, Item, Milestone, PaymentFrom, Scorecard, Termination, Terms,
};
use crate::error::Error;
use crate::synthetic::days::after;
use crate::synthetic::load::chance::Chance;
use crate::synthetic::samples::SERVICES;

/// Upper bound on the amount of a contract, in fen.
pub(super) const MOST_FEN: i64 = 200_000_000;

/// Terms and wording of a contract, and the name of its service.
pub(super) struct Agreed {
    pub terms: Terms,
    pub details: Details,
    pub service: &'static str,
}

/// A payment scheme with its clauses.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shape {
    /// Paid by accepted quantity, each deliverable separately.
    ByQuantity,
    /// An advance, and the rest after a score.
    Scored,
    /// Fixed amounts, due from the invoice.
    Invoiced,
    /// Deliverables not decided in time count as accepted; staffing is checked.
    Deemed,
}

/// Generates the terms of a contract that starts on a day.
pub(super) fn agree(chance: &mut Chance, starts_on: NaiveDate) -> Result<Agreed, Error> {
    let shapes = [Shape::ByQuantity, Shape::ByQuantity, Shape::Scored, Shape::Invoiced, Shape::Deemed];
    let shape = shapes[chance.below(shapes.len())];
    let (item, service, unit, price, quantity) = SERVICES[chance.below(SERVICES.len())];
    let parts = if shape == Shape::Invoiced { 2 } else { chance.between(2, 3) };
    let span = chance.between(40, 110);
    let each = u64::from(quantity) * chance.between(1, 8) as u64;
    let price = i64::from(price) * 100;
    let value = price.checked_mul(i64::try_from(each).unwrap_or(i64::MAX)).ok_or_else(out_of_bounds)?;
    let code_of = |part: usize| format!("{item}-{}", part + 1);
    let mut deliverables = Vec::new();
    for part in 0..parts {
        deliverables.push(Deliverable {
            code: code(&code_of(part))?,
            item: code(item)?,
            quantity: whole(each)?,
            due_on: after(starts_on, span * (part + 1)),
            indicators: vec![Indicator { code: code("SAT")?, target: measured(85)?, direction: Direction::AtLeast }],
        });
    }
    let amount = value.checked_mul(i64::try_from(parts).unwrap_or(i64::MAX)).ok_or_else(out_of_bounds)?;
    let milestones = milestones(shape, &deliverables, (value, amount), starts_on)?;
    let terms = Terms {
        amount: money(amount)?,
        starts_on,
        ends_on: after(starts_on, span * parts + 10),
        penalty_cap: Some(rate(200_000)?),
        late_payment_daily_rate: rate(500)?,
        payment_from: if shape == Shape::Invoiced { PaymentFrom::Invoice } else { PaymentFrom::Acceptance },
        inspection_days: Some(days(10)?),
        deemed_acceptance: shape == Shape::Deemed,
        cure_days: days(if shape == Shape::Scored { 5 } else { 0 })?,
        items: vec![Item { code: code(item)?, quantity: whole(each * parts as u64)?, unit_price: money(price)? }],
        breach_terms: clauses(shape)?,
        termination: Some(Termination {
            penalty_fraction: Some(rate(100_000)?),
            days_late: Some(days(45)?),
            breaches: None,
        }),
        scorecard: Scorecard::default(),
        deliverables,
        milestones,
    };
    let details = words(&terms, item, service, unit);
    Ok(Agreed { terms, details, service })
}

fn milestones(
    shape: Shape,
    deliverables: &[Deliverable],
    (value, amount): (i64, i64),
    starts_on: NaiveDate,
) -> Result<Vec<Milestone>, Error> {
    let all: Vec<Code> = deliverables.iter().map(|deliverable| deliverable.code.clone()).collect();
    let milestone = |name: &str, amount: Option<i64>, requires: Vec<Code>| {
        Ok::<_, Error>(Milestone {
            code: code(name)?,
            amount: amount.map(money).transpose()?,
            requires,
            not_before: None,
            requires_score: false,
            payment_days: days(30)?,
        })
    };
    if shape == Shape::Scored {
        let advance = amount / 100 * 30;
        return Ok(vec![
            Milestone { not_before: Some(after(starts_on, 10)), ..milestone("ADVANCE", Some(advance), Vec::new())? },
            Milestone { requires_score: true, ..milestone("FINAL", Some(amount - advance), all)? },
        ]);
    }
    if shape == Shape::Deemed {
        let (last, first) = all.split_last().ok_or_else(out_of_bounds)?;
        return Ok(vec![milestone("M1", None, first.to_vec())?, milestone("M2", None, vec![last.clone()])?]);
    }
    let fixed = (shape == Shape::Invoiced).then_some(value);
    all.into_iter().enumerate().map(|(place, one)| milestone(&format!("M{}", place + 1), fixed, vec![one])).collect()
}

fn clauses(shape: Shape) -> Result<Vec<BreachTerm>, Error> {
    let term = |name: &str, severity, clause| {
        Ok::<_, Error>(BreachTerm { code: code(name)?, severity, outside_cap: false, clause })
    };
    let mut clauses = vec![
        term(
            "LATE",
            Severity::Minor,
            Clause::LateDelivery {
                deliverables: Vec::new(),
                grace_days: days(2)?,
                daily_rate: rate(2_000)?,
                base: Base::Deliverable,
                cap: Some(rate(100_000)?),
            },
        )?,
        term(
            "SHORT",
            Severity::Major,
            Clause::QuantityShortfall { deliverables: Vec::new(), tolerance: rate(20_000)?, rate: rate(300_000)? },
        )?,
        term(
            "QUAL",
            Severity::Major,
            Clause::QualityShortfall {
                deliverables: Vec::new(),
                indicator: code("SAT")?,
                base: Base::Deliverable,
                tiers: vec![
                    QualityTier { beyond: measured(85)?, rate: rate(30_000)? },
                    QualityTier { beyond: measured(75)?, rate: rate(100_000)? },
                ],
            },
        )?,
    ];
    match shape {
        Shape::Scored => {
            let below = Score::from_units(800_000_000_000).ok_or_else(out_of_bounds)?;
            let tiers = vec![ScoreTier { below, rate: rate(50_000)? }];
            clauses.push(term("SCORE", Severity::Major, Clause::LowScore { tiers })?);
        }
        Shape::Deemed => {
            let clients_per_worker = Whole::new(20).ok_or_else(out_of_bounds)?;
            let staffing = Clause::Staffing { clients_per_worker, amount_per_worker: money(50_000)? };
            clauses.push(term("STAFF", Severity::Minor, staffing)?);
            let leak = Clause::Incident { amount: Some(money(200_000)?), rate: None };
            clauses.push(term("LEAK", Severity::Critical, leak)?);
        }
        Shape::ByQuantity | Shape::Invoiced => {}
    }
    Ok(clauses)
}

fn words(terms: &Terms, item: &str, service: &str, unit: &str) -> Details {
    let named = |name: &str| {
        (
            name.to_owned(),
            ItemDetails {
                name: service.to_owned(),
                unit: unit.to_owned(),
                service: service.to_owned(),
                standard: "宣司〔2017〕43号".to_owned(),
            },
        )
    };
    let clause = |code: &str| match code {
        "LATE" => "逾期提交",
        "SHORT" => "数量不足",
        "QUAL" => "满意度不达标",
        "SCORE" => "绩效不达标",
        "STAFF" => "人员配备不足",
        _ => "信息泄露",
    };
    Details {
        items: BTreeMap::from([named(item)]),
        deliverables: (1..)
            .zip(&terms.deliverables)
            .map(|(part, deliverable)| {
                let name = format!("第 {part} 期{service}");
                (deliverable.code.as_str().to_owned(), DeliverableDetails { name, ..DeliverableDetails::default() })
            })
            .collect(),
        milestones: (1..)
            .zip(&terms.milestones)
            .map(|(part, milestone)| {
                (milestone.code.as_str().to_owned(), MilestoneDetails { name: format!("第 {part} 期款") })
            })
            .collect(),
        clauses: terms
            .breach_terms
            .iter()
            .map(|term| {
                let name = clause(term.code.as_str()).to_owned();
                (term.code.as_str().to_owned(), ClauseDetails { name, text: String::new() })
            })
            .collect(),
        indicators: BTreeMap::from([(
            "SAT".to_owned(),
            IndicatorDetails { name: "服务对象满意度".to_owned(), unit: None },
        )]),
        notes: String::new(),
    }
}

/// Reports a figure out of bounds, which is a fault of the shapes.
fn out_of_bounds() -> Error {
    Error::Internal("a synthetic figure is out of bounds".to_owned())
}

pub(super) fn code(text: &str) -> Result<Code, Error> {
    Code::new(text).map_err(|_| out_of_bounds())
}

pub(super) fn money(fen: i64) -> Result<Money, Error> {
    Money::from_fen(fen).ok_or_else(out_of_bounds)
}

/// Creates a quantity of whole units.
pub(super) fn whole(quantity: u64) -> Result<Quantity, Error> {
    quantity.checked_mul(10_000).and_then(Quantity::from_units).ok_or_else(out_of_bounds)
}

pub(super) fn measured(value: u64) -> Result<Measured, Error> {
    value.checked_mul(10_000_000_000).and_then(Measured::from_units).ok_or_else(out_of_bounds)
}

/// Creates a rate from millionths.
fn rate(millionths: u64) -> Result<Rate, Error> {
    millionths.checked_mul(10_000).and_then(Rate::from_units).ok_or_else(out_of_bounds)
}

pub(super) fn days(number: u64) -> Result<Days, Error> {
    Days::new(number).ok_or_else(out_of_bounds)
}

/// Creates a score from whole points.
pub(super) fn points(number: u64) -> Result<Score, Error> {
    number.checked_mul(10_000_000_000).and_then(Score::from_units).ok_or_else(out_of_bounds)
}

pub(super) fn count(number: u64) -> Result<Whole, Error> {
    Whole::new(number).ok_or_else(out_of_bounds)
}
