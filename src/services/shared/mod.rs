//! Code shared by all services: paging of lists, limits on free text, and the collection of input faults.

pub mod faults;
pub mod inputs;
pub mod paging;
