//! Contracts: the aggregate of head, terms and facts (`record`), and everything that changes or reads it as a whole.
//!
//! Facts are recorded only through `append`, which keeps `projections` in step within the same transaction.

pub(in crate::services) mod acts;
pub(in crate::services) mod announcement;
pub mod append;
pub(in crate::services) mod clause_bounds;
pub mod drafts;
pub mod due_changes;
pub mod effect_views;
pub mod effects;
pub mod funding;
pub mod history;
pub(in crate::services) mod imported;
pub(in crate::services) mod indicators;
mod input_checks;
pub mod list;
mod moved_days;
pub(in crate::services) mod new_contract;
pub(in crate::services) mod openings;
pub mod parts;
pub mod preview;
mod projected_rows;
pub mod projections;
pub mod record;
mod registered;
pub mod registration;
pub(in crate::services) mod repeats;
mod score_effects;
pub mod settlement;
pub(in crate::services) mod sign_offs;
pub mod transitions;
pub mod undecided;
pub mod versions;
pub mod view;
