//! PDF documents: layout, fonts, the contract's summary and the forms of bureaus.

mod flow;
pub mod forms;
mod summary;
