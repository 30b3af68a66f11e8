//! Pages for people: rendered here, of what services give. No rule is in a page; without JavaScript all of it works.

pub mod acting;
mod agents;
pub mod answer;
pub mod api;
pub mod asked;
pub mod assets;
pub mod calendar;
pub mod contract;
pub mod contracts;
pub mod documents;
pub mod drafts;
pub mod events;
pub mod failure;
pub mod follows;
pub mod forms;
pub mod one_time;
pub mod receipt;
pub mod registers;
pub mod request;
pub mod session;
pub mod shell;
pub mod statutes;
pub mod timeline;
pub mod versions;
pub mod work;
