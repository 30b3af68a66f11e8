//! The register of contracts, a contract's page and its parts, and the drafts from which contracts are registered.

pub mod amendment;
pub mod annexes;
pub mod drafts;
pub mod list;
pub mod messages;
mod money_bar;
pub mod settlement;
pub mod show;
pub mod templates;
pub mod timeline;
pub mod versions;
