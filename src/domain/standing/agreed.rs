//! Validated terms: rules 1 to 9 of `docs/standing.md`, Validity, and the values that follow from the terms alone, such
//! as the value of each deliverable and the milestone that requires it. Facts are not considered.

use std::collections::BTreeMap;

use crate::domain::calendar::{Day, day};
use crate::domain::fixed::{div_round, format_units, format_units_short};
use crate::domain::invalid::Invalid;
use crate::domain::numbers::{Code, Quantity, Rate};
use crate::domain::shape::LIST_BOUND;
use crate::domain::terms::{Base, Clause, Deliverable, Milestone, Terms};

/// Positions of codes in their lists.
pub(super) type Places<'a> = BTreeMap<&'a str, usize>;

/// Validated terms with positions for codes. Money is in fen, quantities in units of 10^-4.
pub(super) struct Agreed<'a> {
    pub terms: &'a Terms,
    pub amount: i128,
    pub starts_on: Day,
    pub deliverables: Vec<AgreedDeliverable<'a>>,
    pub milestones: Vec<AgreedMilestone<'a>>,
    /// For each breach term, the deliverables that it covers.
    pub covered: Vec<Vec<usize>>,
    pub deliverable_places: Places<'a>,
    pub milestone_places: Places<'a>,
    pub clause_places: Places<'a>,
}

/// A deliverable of the terms: planned quantity in units of 10^-4, unit price and value in fen.
pub(super) struct AgreedDeliverable<'a> {
    pub terms: &'a Deliverable,
    pub due_on: Day,
    pub planned: i128,
    pub unit_price: i128,
    pub value: i128,
    /// Index of the milestone that requires the deliverable.
    pub milestone: usize,
}

/// A milestone of the terms: the indices of the deliverables that it requires, and its planned amount in fen.
pub(super) struct AgreedMilestone<'a> {
    pub terms: &'a Milestone,
    pub not_before: Option<Day>,
    pub requires: Vec<usize>,
    pub planned: i128,
}

impl<'a> Agreed<'a> {
    /// Returns the deliverable with a code.
    pub fn deliverable(&self, code: &Code) -> Option<&AgreedDeliverable<'a>> {
        self.deliverable_places.get(code.as_str()).and_then(|place| self.deliverables.get(*place))
    }

    /// Returns the milestone with a code.
    pub fn milestone(&self, code: &Code) -> Option<&AgreedMilestone<'a>> {
        self.milestone_places.get(code.as_str()).and_then(|place| self.milestones.get(*place))
    }

    /// Returns the cap on all penalties: `round(amount × penalty_cap)`, in fen; `None` without a cap.
    pub fn cap(&self) -> Option<i128> {
        self.terms.penalty_cap.map(|cap| share(self.amount, cap))
    }

    /// Returns the amount, in fen, to which the rate of a breach on a deliverable applies.
    pub fn base_amount(&self, base: Base, deliverable: &AgreedDeliverable) -> i128 {
        match base {
            Base::Deliverable => deliverable.value,
            Base::Milestone => self.milestones.get(deliverable.milestone).map_or(0, |m| m.planned),
            Base::Contract => self.amount,
        }
    }
}

/// Computes `round(quantity × unit_price)`, in fen.
pub(super) fn price(quantity: i128, unit_price: i128) -> i128 {
    div_round(quantity * unit_price, Quantity::SCALE)
}

/// Computes `round(money × rate)`, in fen. Amounts under 10^28 fen do not overflow; the largest base times the most
/// days is under 10^20.
pub(super) fn share(money: i128, rate: Rate) -> i128 {
    div_round(money * rate.exact(), Rate::SCALE)
}

/// Checks rules 1 to 9, in their order.
pub(super) fn validate_terms(terms: &Terms) -> Result<Agreed<'_>, Invalid> {
    check_list_lengths(terms)?;
    if terms.ends_on < terms.starts_on {
        return Err(Invalid::at("terms.ends_on", "ends-before-start").with("starts_on", terms.starts_on));
    }
    if terms.deemed_acceptance && terms.inspection_days.is_none() {
        return Err(Invalid::at("terms.deemed_acceptance", "deemed-without-inspection"));
    }
    let items = index_codes("items", terms.items.iter().map(|item| &item.code))?;
    let deliverable_places = index_codes("deliverables", terms.deliverables.iter().map(|d| &d.code))?;
    let milestone_places = index_codes("milestones", terms.milestones.iter().map(|m| &m.code))?;
    let clause_places = index_codes("breach_terms", terms.breach_terms.iter().map(|b| &b.code))?;
    let deliverables = check_deliverables(terms, &items)?;
    let mut agreed = Agreed {
        terms,
        amount: terms.amount.exact(),
        starts_on: day(terms.starts_on),
        deliverables,
        milestones: Vec::with_capacity(terms.milestones.len()),
        covered: Vec::with_capacity(terms.breach_terms.len()),
        deliverable_places,
        milestone_places,
        clause_places,
    };
    check_milestones(&mut agreed)?;
    check_clauses(&mut agreed)?;
    Ok(agreed)
}

/// Checks the bound of lists (Notation), for terms that were not parsed from JSON.
fn check_list_lengths(terms: &Terms) -> Result<(), Invalid> {
    let lists = [
        ("terms.items", terms.items.len()),
        ("terms.deliverables", terms.deliverables.len()),
        ("terms.milestones", terms.milestones.len()),
        ("terms.breach_terms", terms.breach_terms.len()),
    ];
    match lists.iter().find(|(_, length)| *length > LIST_BOUND) {
        Some((path, _)) => Err(Invalid::at(*path, "malformed-list")),
        None => Ok(()),
    }
}

/// Checks rule 3 for one list and returns the position of each code.
fn index_codes<'a>(list: &str, codes: impl Iterator<Item = &'a Code>) -> Result<Places<'a>, Invalid> {
    let mut places = Places::new();
    for (n, code) in codes.enumerate() {
        if places.insert(code.as_str(), n).is_some() {
            return Err(Invalid::at(format!("terms.{list}[{n}].code"), "code-twice").with("code", code));
        }
    }
    Ok(places)
}

/// Checks rules 4, 5 and 6.
fn check_deliverables<'a>(terms: &'a Terms, items: &Places) -> Result<Vec<AgreedDeliverable<'a>>, Invalid> {
    let mut agreed = Vec::with_capacity(terms.deliverables.len());
    let mut quantities = vec![0; terms.items.len()];
    for (n, deliverable) in terms.deliverables.iter().enumerate() {
        let place = items.get(deliverable.item.as_str()).copied();
        let item = place.and_then(|place| terms.items.get(place).zip(quantities.get_mut(place)));
        let Some((item, quantity)) = item else {
            return Err(
                Invalid::at(format!("terms.deliverables[{n}].item"), "no-such-item").with("code", &deliverable.item)
            );
        };
        for (k, indicator) in deliverable.indicators.iter().enumerate() {
            if deliverable.indicators.iter().take(k).any(|earlier| earlier.code == indicator.code) {
                let path = format!("terms.deliverables[{n}].indicators[{k}].code");
                return Err(Invalid::at(path, "code-twice").with("code", &indicator.code));
            }
        }
        let (planned, unit_price) = (deliverable.quantity.exact(), item.unit_price.exact());
        *quantity += planned;
        let value = price(planned, unit_price);
        agreed.push(AgreedDeliverable {
            terms: deliverable,
            due_on: day(deliverable.due_on),
            planned,
            unit_price,
            value,
            milestone: 0,
        });
    }
    for (n, (item, quantity)) in terms.items.iter().zip(&quantities).enumerate() {
        if item.quantity.exact() != *quantity {
            let sum = format_units_short(*quantity, 4);
            return Err(Invalid::at(format!("terms.items[{n}].quantity"), "quantity-not-sum").with("sum", sum));
        }
    }
    let sum: i128 = agreed.iter().map(|d| d.value).sum();
    if terms.amount.exact() != sum {
        return Err(Invalid::at("terms.amount", "amount-not-sum").with("sum", format_units(sum, 2)));
    }
    Ok(agreed)
}

/// Checks rules 7 and 8.
fn check_milestones(agreed: &mut Agreed) -> Result<(), Invalid> {
    let mut required = vec![false; agreed.deliverables.len()];
    for (n, milestone) in agreed.terms.milestones.iter().enumerate() {
        let wrong = |field: &str, code| Err(Invalid::at(format!("terms.milestones[{n}].{field}"), code));
        let mut requires = Vec::with_capacity(milestone.requires.len());
        let mut values = 0;
        for (k, code) in milestone.requires.iter().enumerate() {
            let path = || format!("terms.milestones[{n}].requires[{k}]");
            let place = agreed.deliverable_places.get(code.as_str()).copied();
            let found = place.and_then(|place| agreed.deliverables.get_mut(place).zip(required.get_mut(place)));
            let (Some(place), Some((deliverable, taken))) = (place, found) else {
                return Err(Invalid::at(path(), "no-such-deliverable").with("code", code));
            };
            if std::mem::replace(taken, true) {
                return Err(Invalid::at(path(), "required-twice").with("code", code));
            }
            deliverable.milestone = n;
            values += deliverable.value;
            requires.push(place);
        }
        if requires.is_empty() && milestone.amount.is_none() {
            return wrong("amount", "by-quantity-of-nothing");
        }
        if requires.is_empty() && milestone.not_before.is_none() {
            return wrong("not_before", "nothing-required");
        }
        if !(1..=60).contains(&milestone.payment_days.get()) {
            return wrong("payment_days", "payment-days");
        }
        let planned = milestone.amount.map_or(values, |amount| amount.exact());
        agreed.milestones.push(AgreedMilestone {
            terms: milestone,
            not_before: milestone.not_before.map(day),
            requires,
            planned,
        });
    }
    if let Some(n) = required.iter().position(|required| !required) {
        let code = agreed.deliverables.get(n).map(|d| d.terms.code.to_string()).unwrap_or_default();
        return Err(Invalid::at(format!("terms.deliverables[{n}].code"), "not-required").with("code", code));
    }
    let sum: i128 = agreed.milestones.iter().map(|m| m.planned).sum();
    if sum != agreed.amount {
        let told = Invalid::at("terms.milestones", "milestones-not-amount").with("sum", format_units(sum, 2));
        let told = told.with("amount", format_units(agreed.amount, 2));
        let side = if sum > agreed.amount { "over" } else { "under" };
        return Err(told.with("side", side).with("left", format_units((sum - agreed.amount).abs(), 2)));
    }
    Ok(())
}

/// Checks rule 9.
fn check_clauses(agreed: &mut Agreed) -> Result<(), Invalid> {
    for (n, term) in agreed.terms.breach_terms.iter().enumerate() {
        let named = term.clause.deliverables();
        let mut covered = Vec::new();
        let mut seen = vec![false; if named.is_empty() { 0 } else { agreed.deliverables.len() }];
        for (k, code) in named.iter().enumerate() {
            let path = || format!("terms.breach_terms[{n}].deliverables[{k}]");
            let Some(&place) = agreed.deliverable_places.get(code.as_str()) else {
                return Err(Invalid::at(path(), "no-such-deliverable").with("code", code));
            };
            if seen.get_mut(place).is_some_and(|seen| std::mem::replace(seen, true)) {
                return Err(Invalid::at(path(), "code-twice").with("code", code));
            }
            covered.push(place);
        }
        if named.is_empty() {
            covered.extend(0..agreed.deliverables.len());
        }
        match &term.clause {
            Clause::QualityShortfall { indicator, .. } => {
                let measures = |place: &usize| {
                    let deliverable = agreed.deliverables.get(*place);
                    deliverable.is_some_and(|d| d.terms.indicators.iter().any(|i| i.code == *indicator))
                };
                if !covered.iter().any(measures) {
                    return Err(Invalid::at(format!("terms.breach_terms[{n}].indicator"), "no-such-indicator")
                        .with("code", indicator));
                }
            }
            Clause::Incident { amount, rate } => {
                if amount.is_some() == rate.is_some() {
                    return Err(Invalid::at(format!("terms.breach_terms[{n}].amount"), "amount-or-rate"));
                }
            }
            Clause::LateDelivery { .. }
            | Clause::NonDelivery { .. }
            | Clause::QuantityShortfall { .. }
            | Clause::LowScore { .. }
            | Clause::Staffing { .. } => {}
        }
        agreed.covered.push(covered);
    }
    Ok(())
}
