//! Recovery of penalties that deductions could not bear, through the API and the pages, and races.

mod acts;
mod pages;
mod races;
pub mod setup;
