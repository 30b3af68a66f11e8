//! Projected rows: milestones and breaches of a standing as rows of a contract's projection.

use chrono::NaiveDateTime;

use crate::domain::money::Sum;
use crate::domain::standing::{ExpectedPayment, Standing};
use crate::storage::contracts::projections::{BreachRow, MilestoneRow};
use crate::storage::identity::people::FOR_EVER;

/// Converts milestones to rows. Once a contract is no longer being settled, no payment is expected.
pub(super) fn milestone_rows(standing: &Standing, expected: &[Option<ExpectedPayment>]) -> Vec<MilestoneRow> {
    let expected = expected.iter().copied().chain(std::iter::repeat(None));
    let each = standing.milestones.iter().zip(0..).zip(expected);
    each.map(|((milestone, place), expected)| MilestoneRow {
        code: milestone.code.as_str().to_owned(),
        place,
        satisfied_on: milestone.satisfied_on.unwrap_or(FOR_EVER),
        gross_fen: milestone.gross.fen(),
        deductions_fen: milestone.deductions.fen(),
        payable_fen: milestone.payable.fen(),
        due_on: milestone.due_on.unwrap_or(FOR_EVER),
        paid_fen: milestone.paid.fen(),
        expected_on: Some(expected.map_or(FOR_EVER, |expected| expected.on)),
        expected_fen: Some(expected.map_or(0, |expected| expected.amount.fen())),
    })
    .collect()
}

/// Converts breaches to rows. An accruing amount is stored as 0, because it differs every day.
pub(super) fn breach_rows(standing: &Standing) -> Vec<BreachRow> {
    let fen = |sum: Sum| i64::try_from(sum.fen()).unwrap_or(i64::MAX);
    let stands = standing.breaches.iter();
    let mut breaches: Vec<BreachRow> = stands
        .map(|breach| BreachRow {
            clause: breach.clause.as_str().to_owned(),
            subject: breach.subject.clone(),
            since: breach.since,
            amount_fen: if breach.accruing { 0 } else { fen(breach.amount) },
            charged_fen: if breach.accruing { 0 } else { fen(breach.charged) },
            waived: breach.waived,
            accruing: breach.accruing,
            settled_in: breach.settled_in.as_ref().map_or_else(String::new, |code| code.as_str().to_owned()),
            found_at: NaiveDateTime::MIN,
        })
        .collect();
    breaches.sort_by(|a, b| (&a.clause, &a.subject).cmp(&(&b.clause, &b.subject)));
    breaches
}
