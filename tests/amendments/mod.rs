//! Amendments: new terms are proposed, consented to, approved and funded, and come into force on their effective day.

mod pages;
mod races;
mod refused;
pub mod setup;
mod steps;
mod tampered;
