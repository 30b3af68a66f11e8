//! The recovery of the demonstration: the penalty of the contract that was terminated, which no payment could bear.

use chrono::NaiveDate;

use crate::domain::codes::Role;
use crate::domain::money::Money;
use crate::error::Error;
use crate::services::contracts::view;
use crate::services::recoveries::{self, DemandInput, ReceiptInput};
use crate::synthetic::days::day;
use crate::synthetic::demo::city::person;
use crate::synthetic::demo::narrator::Narrator;
use crate::synthetic::demo::plan::Plan;
use crate::synthetic::demo::script::voucher;

/// Number of the contract that was terminated.
pub(super) const TERMINATED: &str = "341802-2025-011";
/// Day of the demand, of the payment, and the last day to pay.
pub(super) const DEMANDED_ON: NaiveDate = day(2025, 11, 24);
pub(super) const RECEIVED_ON: NaiveDate = day(2025, 12, 15);
const DUE_ON: NaiveDate = day(2025, 12, 24);

fn outstanding(narrator: &mut Narrator<'_>, plan: &Plan, id: &str) -> Result<Money, Error> {
    let officer = person(plan.region, Role::Officer);
    let standing = narrator.act_as(&officer, |app, caller| view::standing(app, caller, id, None))?;
    Ok(standing.totals.outstanding.money().unwrap_or_default())
}

/// The officer demands the penalty for lateness.
pub(super) fn penalty_is_demanded(narrator: &mut Narrator<'_>, plan: &Plan, id: &str) -> Result<(), Error> {
    let reason = "合同解除后无款可扣，请限期缴纳逾期违约金".to_owned();
    let input = DemandInput { amount: outstanding(narrator, plan, id)?, reason, due_on: DUE_ON };
    narrator
        .act_as(&person(plan.region, Role::Officer), |app, caller| recoveries::demand(app, caller, id, &input))
        .map(|_| ())
}

/// Finance records that the contractor paid it.
pub(super) fn penalty_is_received(narrator: &mut Narrator<'_>, plan: &Plan, id: &str) -> Result<(), Error> {
    let (amount, receipt) = (outstanding(narrator, plan, id)?, voucher(plan, "ZJ", RECEIVED_ON));
    let input = ReceiptInput { amount, receipt, on: None, note: String::new() };
    narrator
        .act_as(&person(plan.region, Role::Cashier), |app, caller| recoveries::receive(app, caller, id, &input))
        .map(|_| ())
}
