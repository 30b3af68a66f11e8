//! Recovery (追缴) of penalties that deductions could not bear, once a contract has ended: what was demanded, received
//! and written off, and what is still to be recovered.
//!
//! A write-off is proposed by the purchaser and granted by finance. Amounts received are income and return nothing to
//! an appropriation, so the ledger posts them outside of it.

use chrono::NaiveDate;

use crate::domain::codes::ContractState;
use crate::domain::guarantees::Guarantee;
use crate::domain::money::Sum;
use crate::domain::policy::Action;
use crate::domain::standing::Standing;

codes! {
    /// The kinds of step in the recovery of penalties that deductions could not bear.
    pub enum RecoveryKind {
        Demand = "demand",
        /// An amount received from the contractor.
        Receipt = "receipt",
        WriteOff = "write_off",
    }
}

codes! {
    /// The state of a step in a recovery. Only write-offs are decided on.
    pub enum RecoveryState {
        Recorded = "recorded",
        Proposed = "proposed",
        Granted = "granted",
        Refused = "refused",
    }
}

/// Acts on a proposed write-off by name, each with the right that it needs.
pub const RECOVERY_ACTIONS: &[(&str, Action)] =
    &[("grant", Action::DecideWriteOff), ("refuse", Action::DecideWriteOff)];

/// A demand, an amount received or a write-off.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recovery {
    /// Public id.
    pub id: String,
    pub kind: RecoveryKind,
    pub state: RecoveryState,
    pub amount_fen: i64,
    /// Day by which a demand is to be paid.
    pub due_on: Option<NaiveDate>,
    /// Day on which the step was recorded.
    pub since: NaiveDate,
}

impl Recovery {
    /// Returns whether the step is a write-off that waits for finance.
    pub fn is_waiting(&self) -> bool {
        self.state == RecoveryState::Proposed
    }
}

/// Everything on which the recovery from a contract depends.
#[derive(Debug, Clone, Copy)]
pub struct Recovering<'a> {
    pub state: ContractState,
    pub standing: &'a Standing,
    pub guarantees: &'a [Guarantee],
    pub recoveries: &'a [Recovery],
}

/// Returns whether a contract has ended, so that no later milestone can bear a penalty.
pub fn has_ended(state: ContractState) -> bool {
    match state {
        ContractState::Completed | ContractState::Terminated | ContractState::Closed => true,
        ContractState::Draft
        | ContractState::Submitted
        | ContractState::Funded
        | ContractState::Active
        | ContractState::Withdrawn => false,
    }
}

/// Returns the total that the contractor paid, in fen.
pub fn received_fen(recoveries: &[Recovery]) -> i64 {
    let received = recoveries.iter().filter(|one| one.kind == RecoveryKind::Receipt);
    received.fold(0, |sum, one| sum.saturating_add(one.amount_fen))
}

impl Recovering<'_> {
    /// Returns whether no later milestone can bear a penalty.
    pub fn has_ended(&self) -> bool {
        has_ended(self.state)
    }

    /// Returns the penalties that deductions could not bear. While the contract runs there are none, because a later
    /// milestone may still bear them.
    pub fn recoverable(&self) -> Sum {
        if self.has_ended() { self.standing.totals.outstanding } else { Sum::ZERO }
    }

    /// Returns the sum of the granted claims on guarantees for the recovery.
    pub fn claimed(&self) -> Sum {
        let claimed = self.guarantees.iter().map(|guarantee| i128::from(guarantee.claimed_for_recovery_fen));
        Sum::from_fen(claimed.sum())
    }

    /// Returns the sum that the contractor paid.
    pub fn received(&self) -> Sum {
        Sum::from_fen(received_fen(self.recoveries).into())
    }

    /// Returns the sum that was written off.
    pub fn written_off(&self) -> Sum {
        self.total(RecoveryKind::WriteOff, RecoveryState::Granted)
    }

    /// Returns what is still to be recovered, never below 0.
    pub fn to_recover(&self) -> Sum {
        let settled = self.claimed().fen() + self.received().fen() + self.written_off().fen();
        Sum::from_fen((self.recoverable().fen() - settled).max(0))
    }

    /// Returns the last day to pay the newest demand; `None` without a demand.
    pub fn demanded_until(&self) -> Option<NaiveDate> {
        self.recoveries.iter().rev().find_map(|recovery| recovery.due_on)
    }

    /// Sums the steps of a kind that are in a state.
    fn total(&self, kind: RecoveryKind, state: RecoveryState) -> Sum {
        let counted = self.recoveries.iter().filter(|one| one.kind == kind && one.state == state);
        Sum::from_fen(counted.map(|one| i128::from(one.amount_fen)).sum())
    }
}
