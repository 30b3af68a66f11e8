//! The rules of service contracts, as pure functions: no I/O, no clock, no database, no text for people.

#[macro_use]
pub mod codes;

pub mod alerts;
pub mod amendments;
pub mod calendar;
pub mod calendar_year;
pub mod case;
pub mod catalogue;
pub mod change_requests;
pub mod clauses;
pub mod credit_code;
pub mod details;
pub mod email_address;
pub mod evaluations;
pub mod facts;
pub mod fixed;
pub mod guarantees;
pub mod indicators;
pub mod interest;
pub mod invalid;
pub mod invoices;
pub mod json;
pub mod ledger;
pub mod messages;
pub mod money;
pub mod numbers;
pub mod objections;
pub mod payments;
pub mod personal_data;
pub mod policy;
pub mod publications;
pub mod radicals;
pub mod recoveries;
pub mod schedule;
pub mod seating;
pub mod service_records;
pub mod settlement;
pub mod shape;
pub mod standing;
pub mod statutes;
pub mod subject;
pub mod tasks;
pub mod terms;
pub mod text_input;
pub mod visibility;
