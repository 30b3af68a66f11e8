//! Performance: what was observed of a contractor's work (incidents, headcounts, surveys) and the scores of milestones.

pub mod observations;
pub mod scores;
