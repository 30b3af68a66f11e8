//! Objections: the contractor disagrees with a breach, a decision, a score or a deduction; someone other than who
//! decided answers; an upheld one leads to the act that corrects it.

mod pages;
mod races;
pub mod setup;
mod steps;
