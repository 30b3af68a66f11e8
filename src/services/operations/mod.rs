//! Operations: backups, readiness, metrics and housekeeping, for the people who run the program.

pub mod backups;
pub mod database_clock;
pub mod health;
pub mod housekeeping;
pub mod metrics;
