//! The performance guarantee of the demonstration: one that the purchaser holds.

use chrono::Days;

use crate::domain::codes::Role;
use crate::domain::guarantees::GuaranteeKind;
use crate::domain::money::Money;
use crate::error::Error;
use crate::services::guarantees::{self, GuaranteeInput};
use crate::synthetic::demo::city::person;
use crate::synthetic::demo::input::internal;
use crate::synthetic::demo::narrator::Narrator;
use crate::synthetic::demo::plan::Plan;

/// Days after the end of the term by which the guarantee is returned, and until which it is valid.
const AFTER_THE_END: (u64, u64) = (60, 90);

/// The officer records a bank's letter of guarantee for a twentieth of the amount.
pub(super) fn guarantee_is_recorded(narrator: &mut Narrator<'_>, plan: &Plan, id: &str) -> Result<(), Error> {
    let after = |days| {
        let day = plan.terms.ends_on.checked_add_days(Days::new(days));
        day.ok_or_else(|| internal(format!("no day {days} days after {}", plan.number)))
    };
    let input = GuaranteeInput {
        kind: GuaranteeKind::BankGuarantee.as_str().to_owned(),
        amount: Money::from_fen(plan.terms.amount.fen() / 20).unwrap_or_default(),
        issuer: "徽商银行宣城分行".to_owned(),
        number: format!("LYBH-{}", plan.number),
        valid_from: plan.signed_on,
        valid_until: after(AFTER_THE_END.1)?,
        return_on: after(AFTER_THE_END.0)?,
        confirmed: false,
        another: false,
    };
    narrator
        .act_as(&person(plan.region, Role::Officer), |app, caller| guarantees::record(app, caller, id, &input))
        .map(|_| ())
}
