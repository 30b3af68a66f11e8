//! PDF documents: layout, fonts and the contract's summary.

mod flow;
mod summary;
