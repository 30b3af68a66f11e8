//! A generator of random amendments of random contracts, some of which would change what was settled.

use chrono::{Days as Later, NaiveDate};
use luyue::domain::money::Money;
use luyue::domain::numbers::{Quantity, Whole};
use luyue::domain::standing::check_terms;
use luyue::domain::terms::*;

use crate::standing::contracts::{Tape, clause, code, days_of, deliverable, on, price, rate};

/// Decodes one to three amendments, each of the terms before it.
pub fn amendments(tape: &mut Tape, terms: &Terms) -> Vec<Amendment> {
    let mut effective_on: NaiveDate = terms.starts_on;
    let mut amendments: Vec<Amendment> = Vec::new();
    for _ in 0..=tape.pick(3) {
        effective_on = effective_on + Later::new(1 + tape.pick(60));
        let before = amendments.last().map_or(terms, |amendment| &amendment.terms);
        let amended = amended(tape, before);
        // Changes that do not fit together leave the terms as they are.
        let terms = if check_terms(&amended).is_ok() { amended } else { before.clone() };
        amendments.push(Amendment { effective_on, terms });
    }
    amendments
}

fn amended(tape: &mut Tape, before: &Terms) -> Terms {
    let mut terms = before.clone();
    if tape.often(5) {
        scope(tape, &mut terms);
    }
    for deliverable in &mut terms.deliverables {
        let day = on(10 + tape.pick(100));
        if tape.often(2) {
            deliverable.due_on = day;
        }
    }
    if tape.often(5) {
        payment(tape, &mut terms);
    }
    if tape.often(5) {
        clauses(tape, &mut terms);
    }
    if tape.often(3) {
        terms.termination = Some(Termination {
            penalty_fraction: tape.often(6).then(|| rate(tape.one(&["0.01", "0", "0.1", "0.001"]))),
            days_late: tape.often(4).then(|| days_of(tape.pick(40))),
            breaches: tape.often(4).then(|| Whole::new(tape.pick(6)).unwrap()),
        });
    }
    balance(&mut terms);
    terms
}

/// Changes quantities, prices, deliverables and what milestones require.
fn scope(tape: &mut Tape, terms: &mut Terms) {
    for deliverable in &mut terms.deliverables {
        if tape.often(2) {
            let units = deliverable.quantity.units() * [5, 10, 15, 20][tape.pick(4) as usize] / 10;
            deliverable.quantity = Quantity::from_units(units).unwrap();
        }
    }
    if tape.often(1) {
        terms.items[0].unit_price = Money::from_fen(1 + tape.pick(500) as i64).unwrap();
    }
    if tape.often(3) && terms.milestones.len() > 1 {
        let place = tape.pick(terms.milestones.len() as u64) as usize;
        let gone = terms.milestones.remove(place);
        terms.deliverables.retain(|deliverable| !gone.requires.contains(&deliverable.code));
    }
    if tape.often(3) {
        let place = 20 + tape.pick(3) as usize;
        let added = deliverable(tape, place, 0, 10_000);
        if !terms.deliverables.iter().any(|known| known.code == added.code) {
            let requires = vec![added.code.clone()];
            terms.deliverables.push(added);
            match tape.pick(2) {
                0 => terms.milestones.push(Milestone {
                    code: code(format!("M{place}")),
                    amount: None,
                    requires,
                    not_before: None,
                    requires_score: tape.often(3),
                    payment_days: days_of(1 + tape.pick(30)),
                }),
                _ => terms.milestones.last_mut().unwrap().requires.extend(requires),
            }
        }
    }
    if tape.often(3) {
        terms.milestones.reverse();
    }
    if tape.often(2) {
        terms.deliverables.reverse();
    }
}

fn payment(tape: &mut Tape, terms: &mut Terms) {
    terms.payment_from = tape.one(&[PaymentFrom::Acceptance, PaymentFrom::Invoice]);
    terms.late_payment_daily_rate = rate(tape.one(&["0.0005", "0", "0.013", "10"]));
    terms.inspection_days = tape.often(6).then(|| days_of(tape.pick(10)));
    terms.deemed_acceptance = terms.inspection_days.is_some() && tape.often(5);
    terms.cure_days = days_of(tape.one(&[0, 3, 8, 20]));
    for milestone in &mut terms.milestones {
        let (score, days, day) = (tape.often(3), 1 + tape.pick(30), on(tape.pick(100)));
        match tape.pick(6) {
            0 => milestone.requires_score = score,
            1 => milestone.payment_days = days_of(days),
            2 => milestone.not_before = Some(day),
            _ => {}
        }
    }
}

fn clauses(tape: &mut Tape, terms: &mut Terms) {
    terms.penalty_cap = tape.often(6).then(|| tape.one(&["0.05", "0", "0.2", "0.013"])).map(rate);
    if tape.often(3) {
        terms.breach_terms.reverse();
    }
    for place in 0..terms.breach_terms.len() {
        let changed = clause(tape, terms);
        let term = &mut terms.breach_terms[place];
        match tape.pick(5) {
            0 => term.clause = changed,
            1 => term.outside_cap = !term.outside_cap,
            2 => term.severity = Severity::Critical,
            _ => {}
        }
    }
    match tape.pick(4) {
        0 => drop(terms.breach_terms.pop()),
        1 => {
            let place = 20 + tape.pick(3);
            let clause = clause(tape, terms);
            let added = BreachTerm {
                code: code(format!("B{place}")),
                severity: Severity::Major,
                outside_cap: tape.often(3),
                clause,
            };
            terms.breach_terms.push(added);
        }
        _ => {}
    }
}

/// Adjusts the sums so that they agree: quantities of items, the amount, and the milestones' amounts, whose last fixed
/// ones take the difference.
fn balance(terms: &mut Terms) {
    for place in 0..terms.items.len() {
        let of_item = terms.deliverables.iter().filter(|d| d.item == terms.items[place].code);
        terms.items[place].quantity = Quantity::from_units(of_item.map(|d| d.quantity.units()).sum()).unwrap();
    }
    let value = |terms: &Terms, codes: &[luyue::domain::numbers::Code]| -> i64 {
        terms.deliverables.iter().filter(|d| codes.contains(&d.code)).map(|d| price(terms, d)).sum()
    };
    let amount: i64 = terms.deliverables.iter().map(|d| price(terms, d)).sum();
    let planned = |m: &Milestone| m.amount.map_or_else(|| value(terms, &m.requires), Money::fen);
    let mut over = terms.milestones.iter().map(planned).sum::<i64>() - amount;
    for milestone in terms.milestones.iter_mut().rev() {
        if let Some(fen) = milestone.amount.map(Money::fen) {
            let left = (fen - over).max(0);
            over -= fen - left;
            milestone.amount = Money::from_fen(left);
        }
    }
    terms.amount = Money::from_fen(amount).unwrap();
}
