//! Made-up data, apart from the product's rooms: the demonstration's city and the synthetic register for trials of size.

pub mod demo;
pub mod load;
