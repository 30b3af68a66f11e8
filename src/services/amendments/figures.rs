//! Figures that an amendment changes, before and after: amount, days and cap of the contract, what is committed and
//! free of its appropriation, what falls due in each year, and every figure of the standing on the amendment's effective day.
//!
//! The API, the pages and the decisions all use this computation. Nothing is recorded here.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

use crate::domain::codes::FigureName;
use crate::domain::money::{Money, Sum};
use crate::domain::terms::Terms;
use crate::domain::yearly_shares::planned_by_year;
use crate::error::Error;
use crate::services::contracts::effects::{Effect, Figure, Figures, Part, add_differences, compare};
use crate::services::contracts::record::ContractRecord;
use crate::services::registry::appropriations::view_of;
use crate::storage::AnyConnection;
use crate::storage::registry::appropriations;

/// Computes the figures of a contract that new terms from a day on would change; empty if they change none.
///
/// # Errors
/// `Refused` by the rule that the terms break.
pub fn of_terms(
    connection: &mut AnyConnection,
    record: &ContractRecord,
    (effective_on, new): (NaiveDate, &Terms),
) -> Result<Vec<Effect>, Error> {
    let mut effects = Vec::new();
    let old = record.newest_in_force().0;
    add_differences(&mut effects, &Part::Contract, (Some(agreed(old)), Some(agreed(new))));
    add_budget(connection, record, new, &mut effects)?;
    add_years((old, new), &mut effects);
    let before = record.standing(effective_on, crate::domain::standing::Trails::Off)?;
    let after = record.amended_standing((effective_on, new), effective_on)?;
    effects.extend(compare(&before, &after));
    Ok(effects)
}

/// Returns the figures that the terms state by themselves.
fn agreed(terms: &Terms) -> Figures {
    vec![
        (FigureName::Amount, Figure::Amount(terms.amount.into())),
        (FigureName::EndsOn, Figure::Day(Some(terms.ends_on))),
        (FigureName::PenaltyCap, Figure::Rate(terms.penalty_cap)),
    ]
}

/// Adds what falls due in each year as agreed, which the appropriation of that year bears.
fn add_years((old, new): (&Terms, &Terms), effects: &mut Vec<Effect>) {
    let (before, after) = (planned_by_year(old), planned_by_year(new));
    let years: BTreeSet<i32> = before.keys().chain(after.keys()).copied().collect();
    for year in years {
        let of = |planned: &BTreeMap<i32, i64>| {
            let fen = planned.get(&year).copied().unwrap_or_default();
            Some(vec![(FigureName::Payable, Figure::Amount(Sum::from_fen(fen.into())))])
        };
        add_differences(effects, &Part::Year(year), (of(&before), of(&after)));
    }
}

/// Adds what the contract commits, and what is then free of its appropriation.
fn add_budget(
    connection: &mut AnyConnection,
    record: &ContractRecord,
    new: &Terms,
    effects: &mut Vec<Effect>,
) -> Result<(), Error> {
    let Some(id) = record.contract.appropriation_id else { return Ok(()) };
    let Some(appropriation) = appropriations::by_id(connection, id)? else { return Ok(()) };
    let committed = appropriations::committed_to(connection, record.contract.id, Some(id))?;
    let free = view_of(connection, appropriation)?.free.fen();
    let added = new.amount.fen().saturating_sub(committed).max(0);
    let sum = |fen: i64| Figure::Amount(Money::from_fen(fen).map_or(Sum::ZERO, Sum::from));
    let figures =
        |committed: i64, free: i64| Some(vec![(FigureName::Committed, sum(committed)), (FigureName::Free, sum(free))]);
    let after = figures(committed.saturating_add(added), free.saturating_sub(added));
    add_differences(effects, &Part::Contract, (figures(committed, free), after));
    Ok(())
}
