//! The JSON API, one module per feature. A handler parses the request, calls one service and answers with JSON;
//! decisions are left to the services.

pub mod amendments;
pub mod annexes;
pub mod audit;
pub mod change_requests;
pub mod contracts;
pub mod deliverables;
pub mod dossier;
pub mod evaluations;
pub mod guarantees;
pub mod identity;
pub mod ledger;
pub mod messages;
pub mod multipart;
pub mod notifications;
pub mod objections;
pub mod operations;
pub mod page;
pub mod payments;
pub mod performance;
pub mod publications;
pub mod records;
pub mod recoveries;
pub mod registry;
pub mod reports;
pub mod suspensions;
pub mod workers;
