//! Pages of deliverables beside the contract's own: the receipt of a submission, to print or keep.

pub mod decisions;
pub mod receipt;
