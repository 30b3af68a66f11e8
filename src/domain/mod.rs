//! The field's rules, pure: no I/O, no clock, no database, no words for people.

#[macro_use]
pub mod codes;

pub mod calendar;
pub mod calendar_year;
pub mod case;
pub mod catalogue;
pub mod clauses;
pub mod credit_code;
pub mod details;
pub mod duties;
pub mod facts;
pub mod fixed;
pub mod invalid;
pub mod money;
pub mod numbers;
pub mod payments;
pub mod policy;
pub mod reading;
pub mod schedule;
pub mod seating;
pub mod shape;
pub mod standing;
pub mod statutes;
pub mod subject;
pub mod terms;
