//! The receipt of a submission.

pub mod receipt;
