//! Operations: readiness, metrics and housekeeping, for the people who run the program.

pub mod health;
pub mod housekeeping;
pub mod metrics;
