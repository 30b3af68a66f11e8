//! One function a use case: who asks, what they may see, may they, decide in the domain, save, record, enqueue.

pub mod alerts;
pub mod asks;
pub mod caller;
pub mod changes;
pub mod check;
pub mod contracts;
pub mod documents;
pub mod health;
pub mod inputs;
pub mod ledger;
pub mod lists;
pub mod observations;
mod payment_views;
pub mod payments;
pub mod printing;
pub mod projections;
pub mod recalls;
pub mod record;
pub mod scores;
pub mod sessions;
pub mod transitions;
