//! Service records: entered by the contractor as rows or as a table, decided on by the justice station, and counted
//! beside what is claimed.

mod deciding;
mod entering;
mod importing;
mod pages;
mod settled;
pub mod setup;
