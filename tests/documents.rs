//! PDF documents: layout, fonts, the contract's summary and the forms of bureaus.

mod flow;
mod forms;
mod summary;
