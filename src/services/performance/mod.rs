//! Performance of a contractor: observations of its work (headcounts, surveys) and the scores of milestones. Ratings
//! and measures are computed by `domain::standing`, not here.

pub mod observations;
pub mod scores;

use rust_decimal::Decimal;

use crate::domain::numbers::Score;
use crate::error::{Error, Message};

/// Refuses a score of at most one point unless it is confirmed: a share of the whole, such as 0.92 for 92 %, was
/// probably meant.
fn confirm_score(score: Score, is_confirmed: bool) -> Result<(), Error> {
    let points: Decimal = score.to_string().parse().unwrap_or_default();
    if is_confirmed || points.is_zero() || points > Decimal::ONE {
        return Ok(());
    }
    let percent = (points * Decimal::ONE_HUNDRED).normalize();
    let message = Message::new("score-as-share").with("score", score).with("percent", percent);
    Err(Error::refused_at("unconfirmed", "score", message))
}
