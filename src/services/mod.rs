//! Use cases, one function each: authorise the caller, load what they may see, decide in the domain, save, record,
//! enqueue.
//!
//! One folder per feature, with the same names in `storage`, `web/api`, `web/pages` and `tests`. A service opens the
//! one transaction of its use case. It must not depend on HTTP or read the machine's clock.

pub mod amendments;
pub mod annexes;
pub mod audit;
pub mod boards;
pub mod change_requests;
pub mod contracts;
pub mod coordination;
pub mod deliverables;
pub mod documents;
pub mod dossier;
pub mod evaluations;
pub mod guarantees;
pub mod identity;
pub mod imports;
pub mod ledger;
pub mod messages;
pub mod notifications;
pub mod objections;
pub mod operations;
pub mod opinions;
pub mod payments;
pub mod performance;
pub mod publications;
pub mod records;
pub mod recoveries;
pub mod registry;
pub mod reports;
pub mod search;
pub mod shared;
pub mod suspensions;
pub mod work_stations;
pub mod workers;
