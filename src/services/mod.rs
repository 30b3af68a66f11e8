//! One function a use case: who asks, what they may see, may they, decide in the domain, save, record, enqueue.

pub mod alerts;
pub mod caller;
pub mod changes;
pub mod check;
pub mod contracts;
pub mod deliverables;
pub mod documents;
pub mod files;
pub mod health;
pub mod invoices;
pub mod ledger;
pub mod lists;
pub mod printing;
pub mod projections;
pub mod recalls;
pub mod record;
pub mod sessions;
pub mod transitions;
pub mod uploads;
