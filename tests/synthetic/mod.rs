//! Made-up data: the demonstration and the synthetic register.

mod demo;
mod load;
