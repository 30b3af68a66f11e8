//! One function a use case: who asks, what they may see, may they, decide in the domain, save, record, enqueue.

pub mod alerts;
pub mod caller;
pub mod changes;
pub mod check;
pub mod contracts;
pub mod documents;
pub mod health;
pub mod ledger;
pub mod lists;
pub mod mail;
pub mod printing;
pub mod projections;
pub mod recalls;
pub mod record;
pub mod seals;
pub mod sessions;
pub mod transitions;
pub mod upkeep;
