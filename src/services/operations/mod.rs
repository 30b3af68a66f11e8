//! Operations: readiness, metrics and housekeeping, for those who run the program.

pub mod health;
pub mod housekeeping;
pub mod metrics;
