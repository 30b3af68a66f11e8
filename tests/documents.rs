//! Documents on paper: the flow, the fonts, the contract's summary.

mod flow;
mod summary;
