//! The settlement sheet (结算表): a contract in figures, the balance between the parties, and the kinds of open items that
//! keep a contract from being closed. Each figure has one function here; all come from the standing, the recorded
//! interest and the budget.

use crate::domain::codes::ContractState;
use crate::domain::guarantees::Guarantee;
use crate::domain::interest::RecordedInterest;
use crate::domain::money::Sum;
use crate::domain::recoveries::{Recovering, Recovery};
use crate::domain::standing::{MilestoneStanding, Standing};

codes! {
    /// The kinds of open items that must be finished before a contract is closed.
    pub enum OpenKind {
        /// Service records that the justice station has not decided on, which it can do only until the contract is
        /// completed.
        Records = "records",
        /// A submission that was not decided on.
        Inspection = "inspection",
        /// An amount that is payable and not paid.
        Payable = "payable",
        /// Late interest that is neither paid nor waived.
        Interest = "interest",
        /// A payment request in progress.
        Payment = "payment",
        ChangeRequest = "change_request",
        Amendment = "amendment",
        Objection = "objection",
        /// A guarantee that has not been returned.
        Guarantee = "guarantee",
        /// Penalties that are still to be recovered, or a write-off that waits for finance.
        Recovery = "recovery",
    }
}

impl OpenKind {
    /// Returns true if such an item even keeps a contract from being completed. Unpaid milestones are not included,
    /// because completion checks them by itself; late interest can be paid, and a guarantee returned, after completion.
    pub const fn bars_completion(self) -> bool {
        match self {
            Self::Records | Self::Payment | Self::ChangeRequest | Self::Amendment | Self::Objection => true,
            Self::Inspection | Self::Payable | Self::Interest | Self::Guarantee | Self::Recovery => false,
        }
    }
}

/// The data of a contract from which its settlement is computed.
#[derive(Clone, Copy, Debug)]
pub struct Settled<'a> {
    pub state: ContractState,
    pub standing: &'a Standing,
    pub interest: &'a RecordedInterest,
    pub guarantees: &'a [Guarantee],
    pub recoveries: &'a [Recovery],
    /// Amount of the appropriation that the contract uses by the ledger, paid or not, in fen.
    pub used_fen: i64,
}

impl Settled<'_> {
    /// Returns the value of what was accepted: the gross amounts of the milestones whose conditions are met.
    pub fn accepted(&self) -> Sum {
        let met = self.standing.milestones.iter().filter(|milestone| milestone.satisfied_on.is_some());
        total(met, |milestone| milestone.gross.into())
    }

    /// Returns what was deducted from the accepted value for breaches.
    pub fn deducted(&self) -> Sum {
        self.standing.totals.settled
    }

    /// Returns the total payable for the milestones, paid or not.
    pub fn payable(&self) -> Sum {
        self.standing.totals.payable
    }

    /// Returns the total paid for the milestones, without interest.
    pub fn paid(&self) -> Sum {
        self.standing.totals.paid
    }

    /// Returns the late interest that has accrued.
    pub fn interest(&self) -> Sum {
        self.standing.totals.late_interest
    }

    /// Returns the late interest that was paid.
    pub fn interest_paid(&self) -> Sum {
        Sum::from_fen(self.interest.paid_fen().into())
    }

    /// Returns the late interest that the contractor waived.
    pub fn interest_waived(&self) -> Sum {
        Sum::from_fen(self.interest.waived.iter().map(|waived| i128::from(waived.amount.fen())).sum())
    }

    /// Returns the penalties that were charged and not deducted.
    pub fn outstanding(&self) -> Sum {
        self.standing.totals.outstanding
    }

    /// Returns what can still be claimed on the guarantees that the purchaser holds.
    pub fn guarantees(&self) -> Sum {
        let held = self.guarantees.iter().filter(|guarantee| guarantee.is_held);
        Sum::from_fen(held.map(|guarantee| i128::from(guarantee.outstanding_fen())).sum())
    }

    /// Returns the figures of the recovery: the penalties that deductions could not bear, and how they were settled.
    pub fn recovering(&self) -> Recovering<'_> {
        Recovering {
            state: self.state,
            standing: self.standing,
            guarantees: self.guarantees,
            recoveries: self.recoveries,
        }
    }

    /// Returns the budget in use that no payable amount needs, and that closing releases. It is 0 while the contract
    /// runs, because later milestones may still need it. Interest is not charged to the budget.
    pub fn to_release(&self) -> Sum {
        if !self.recovering().has_ended() {
            return Sum::ZERO;
        }
        Sum::from_fen((i128::from(self.used_fen) - self.payable().fen()).max(0))
    }

    /// Returns the balance that the purchaser owes to the contractor: unpaid amounts, unpaid interest and guarantees,
    /// less what is still to be recovered; 0 if the contractor owes more.
    pub fn net_to_contractor(&self) -> Sum {
        Sum::from_fen(self.net_fen().max(0))
    }

    /// Returns the balance that the contractor owes to the purchaser; 0 if the purchaser owes more.
    pub fn net_to_purchaser(&self) -> Sum {
        Sum::from_fen((-self.net_fen()).max(0))
    }

    /// Returns the balance in fen: above 0 if the purchaser owes it, below 0 if the contractor does.
    fn net_fen(&self) -> i128 {
        let unpaid = self.payable().fen() - self.paid().fen();
        let interest = total(self.standing.milestones.iter(), |milestone| self.interest.of(milestone, 0).unpaid());
        unpaid + interest.fen() + self.guarantees().fen() - self.recovering().to_recover().fen()
    }
}

fn total<'a>(milestones: impl Iterator<Item = &'a MilestoneStanding>, of: impl Fn(&MilestoneStanding) -> Sum) -> Sum {
    Sum::from_fen(milestones.map(|milestone| of(milestone).fen()).sum())
}
