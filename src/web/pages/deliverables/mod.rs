//! The receipt of a submission.

pub mod decisions;
pub mod receipt;
