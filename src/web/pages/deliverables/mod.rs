//! Pages of deliverables outside the contract's page: the receipt of a submission, to print or keep.

pub mod decisions;
pub mod receipt;
