//! Made-up data, apart from the product itself: the demonstration's city, and the synthetic register for load tests.

mod days;
pub mod demo;
pub mod load;
mod samples;
