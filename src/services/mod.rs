//! One function a use case: who asks, what they may see, may they, decide in the domain, save, record, enqueue.

pub mod accounts;
pub mod alerts;
pub mod appropriations;
pub mod caller;
pub mod catalogue;
pub mod changes;
pub mod check;
pub mod contractors;
pub mod contracts;
pub mod delegations;
pub mod documents;
pub mod faults;
pub mod health;
pub mod installing;
pub mod ledger;
pub mod lists;
pub mod me;
pub mod organisations;
pub mod paging;
pub mod people;
pub mod printing;
pub mod projections;
pub mod recalls;
pub mod record;
pub mod sessions;
pub mod transitions;
