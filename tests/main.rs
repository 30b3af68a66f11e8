//! The one integration-test binary: one module a feature.

mod adapters;
mod architecture;
mod audit;
mod browser;
mod calendar;
mod check;
mod contracts;
mod deliverables;
mod demo;
mod documents;
mod drafts;
mod faults;
mod flows;
mod guards;
mod jobs;
mod load;
mod matrix;
mod pages;
mod payments;
mod plans;
mod registers;
mod simulate;
mod standing;
mod support;
mod upgrade;
