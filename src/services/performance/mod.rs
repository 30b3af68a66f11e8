//! Performance of a contractor: observations of its work (headcounts, surveys) and the scores of milestones. Ratings
//! and measures are computed by `domain::standing`, not here.

pub mod observations;
pub mod scores;
