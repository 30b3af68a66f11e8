//! The contract's money as one bar: its parts with their sums and positions.

use crate::services::contracts::view::ContractOverview;
use crate::services::documents::words;

/// A part of the contract's money.
pub(super) struct Share {
    pub class: &'static str,
    pub yuan: String,
    pub from: String,
    pub width: String,
}

/// Divides the contract's money into paid, payable and unpaid, deducted, not yet earned, and never due.
pub(super) fn money_shares(overview: &ContractOverview) -> Vec<Share> {
    let shares = words::money(&overview.snapshot);
    let total: i128 = shares.iter().map(|(_, fen)| *fen).sum::<i128>().max(1);
    let mut from = 0;
    shares
        .into_iter()
        .map(|(class, fen)| {
            let share =
                Share { class, yuan: words::yuan_of(fen), from: per_cent(from, total), width: per_cent(fen, total) };
            from += fen;
            share
        })
        .collect()
}

/// Formats a part of a whole as a percentage with two places.
fn per_cent(part: i128, total: i128) -> String {
    let hundredths = part * 10_000 / total;
    format!("{}.{:02}%", hundredths / 100, hundredths % 100)
}
