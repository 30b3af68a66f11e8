//! Pages for people, rendered from what the services return. A page contains no business rule, and every page works
//! without JavaScript.

pub mod actions;
pub mod api_docs;
pub mod assets;
pub mod audit;
pub mod boards;
pub mod contracts;
pub mod deliverables;
pub mod documents;
pub mod evaluations;
pub mod exports;
pub mod failure;
pub mod forms;
pub mod identity;
pub mod ledger;
pub mod notifications;
pub mod opinions;
pub mod payments;
pub mod publications;
pub mod records;
pub mod registers;
pub mod reports;
pub mod request;
pub mod response;
pub mod search;
pub mod shell;
