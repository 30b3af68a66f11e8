//! The limit of a payment request: the part of a milestone's payable amount, or of its late interest, that is neither
//! paid, waived nor requested otherwise. Every step verifies the limit again.

use crate::domain::codes::PaymentKind;
use crate::domain::interest::MilestoneInterest;
use crate::domain::money::{Money, Sum};
use crate::domain::payments as approvals;
use crate::domain::standing::MilestoneStanding;
use crate::error::{Error, Message};
use crate::services::contracts::record::ContractRecord;

/// Largest amount of money, in fen.
pub(super) const MOST_FEN: i64 = 99_999_999_999_999;

/// The figures that limit a payment request.
pub(super) enum Limit {
    Principal {
        payable: Money,
        paid: Money,
        /// Amount of the other open requests, in fen.
        open_fen: i64,
    },
    Interest(MilestoneInterest),
}

impl Limit {
    /// Returns the limit of a request of a kind for a milestone, whose other open requests amount to `open_fen` fen.
    ///
    /// # Errors
    /// `Internal` for a recorded payment of interest that cannot be read.
    pub fn of(
        record: &ContractRecord,
        standing: &MilestoneStanding,
        kind: PaymentKind,
        open_fen: i64,
    ) -> Result<Self, Error> {
        Ok(match kind {
            PaymentKind::Principal => Self::Principal { payable: standing.payable, paid: standing.paid, open_fen },
            PaymentKind::Interest => Self::Interest(record.interest()?.of(standing, open_fen)),
        })
    }

    /// Returns the amount within the limit, in fen and never below 0.
    pub fn left_fen(&self) -> i64 {
        match self {
            Self::Principal { payable, paid, open_fen } => {
                approvals::remaining_fen(payable.fen(), paid.fen(), *open_fen)
            }
            Self::Interest(interest) => i64::try_from(interest.requestable().fen()).unwrap_or(MOST_FEN).min(MOST_FEN),
        }
    }

    /// Returns the rule that refuses an amount over the limit.
    pub fn rule(&self) -> &'static str {
        match self {
            Self::Principal { .. } => "within-payable",
            Self::Interest(_) => "late-interest",
        }
    }

    /// Builds the refusal of an amount over the limit.
    pub fn exceeded(&self) -> Error {
        let yuan = |fen| Money::from_fen(fen).map_or(Sum::ZERO, Sum::from);
        let left = yuan(self.left_fen());
        let message = match self {
            Self::Principal { payable, paid, open_fen } => Message::new("payment-not-within-payable")
                .with("payable", payable)
                .with("paid", paid)
                .with("open", yuan(*open_fen))
                .with("left", left),
            Self::Interest(interest) => Message::new("interest-not-left")
                .with("sum", interest.accrued)
                .with("paid", interest.paid)
                .with("waived", interest.waived)
                .with("open", interest.requested)
                .with("left", left),
        };
        Error::refused_at(self.rule(), "amount", message)
    }
}
