//! Waivers of late interest by the contractor, in writing, and the interest of each milestone as pages show it.
//! Requests for interest take the steps of any payment request.

use serde::Deserialize;
use utoipa::ToSchema;

use crate::app::App;
use crate::domain::codes::{FactKind, PaymentKind};
use crate::domain::interest::{InterestRecord, MilestoneInterest};
use crate::domain::money::Money;
use crate::domain::numbers::Code;
use crate::domain::policy::Action;
use crate::domain::standing::Standing;
use crate::error::{Error, Message};
use crate::services::contracts::acts;
use crate::services::contracts::append::append_fact;
use crate::services::contracts::record::ContractRecord;
use crate::services::contracts::repeats;
use crate::services::contracts::transitions::to_value;
use crate::services::identity::caller::Caller;
use crate::services::notifications::money_alerts;
use crate::services::payments::limit::Limit;
use crate::services::payments::{milestone_standing, open_requests, sum_of};
use crate::services::performance::observations::FactReceipt;
use crate::services::shared::inputs;
use crate::storage::contracts::facts::NewFact;

/// A waiver of late interest.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct InterestWaiverInput {
    /// Amount in yuan, at most the interest that is neither paid, waived nor requested.
    #[schema(value_type = String)]
    pub amount: Money,
    /// The contractor's written statement; required.
    #[serde(default)]
    pub reason: String,
    /// True to waive the same amount a second time on the same day.
    #[serde(default)]
    pub another: bool,
}

/// Waives late interest of a milestone as the contractor.
///
/// # Errors
/// `Forbidden`; `NotFound` for a contract or milestone that the caller may not see; `Conflict` in another state;
/// `Duplicate` for a repetition; `Refused` without a reason, or for an amount of zero or above what can be waived.
pub fn waive_interest(
    app: &App,
    caller: &Caller,
    contract: &str,
    milestone: &str,
    input: &InterestWaiverInput,
) -> Result<FactReceipt, Error> {
    acts::write_contract(app, caller, contract, Action::WaiveInterest, |tx, record, _| {
        let reason = inputs::reason(Some(&input.reason))?;
        let standing = milestone_standing(tx, record, milestone)?;
        let on = tx.context.today();
        let body = to_value(&InterestRecord { milestone: standing.code.clone(), on, amount: input.amount })?;
        let words = serde_json::json!({ "reason": reason });
        let fact = NewFact { kind: FactKind::InterestWaiver, on, body, words };
        if !input.another {
            repeats::refuse_repeated_fact(tx, record, &fact)?;
        }
        let requests = open_requests(tx.connection, record, milestone, PaymentKind::Interest)?;
        let limit = Limit::of(record, &standing, PaymentKind::Interest, sum_of(&requests))?;
        if input.amount == Money::ZERO {
            return Err(Error::refused_at(limit.rule(), "amount", Message::new("malformed-positive-money")));
        }
        if input.amount.fen() > limit.left_fen() {
            return Err(limit.exceeded());
        }
        append_fact(tx, record, &fact)?;
        money_alerts::tell_interest_waiver(tx, record, milestone, (input.amount, reason))?;
        Ok(FactReceipt::of_last_fact(record))
    })
}

/// Returns the late interest of every milestone on the day of a standing, given milestone and fen of each open request
/// for interest.
///
/// # Errors
/// `Internal` for a recorded payment or waiver that cannot be read.
pub(in crate::services) fn of_milestones(
    record: &ContractRecord,
    standing: &Standing,
    open: &[(&str, i64)],
) -> Result<Vec<(Code, MilestoneInterest)>, Error> {
    let recorded = record.interest()?;
    let each = standing.milestones.iter().map(|milestone| {
        let requested = open.iter().filter(|(code, _)| *code == milestone.code.as_str());
        let requested_fen = requested.fold(0, |sum: i64, (_, fen)| sum.saturating_add(*fen));
        (milestone.code.clone(), recorded.of(milestone, requested_fen))
    });
    Ok(each.collect())
}
