//! Performance of a contractor: the observations made of its work (headcounts, surveys) and the scores of
//! milestones. Ratings and measures are computed by `domain::standing`; nothing here works them out.

pub mod observations;
pub mod scores;
