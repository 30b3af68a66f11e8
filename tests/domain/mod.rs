//! The field's rules that need no contract: amounts, numbers, codes, typed text, rights, invoices, interest, schedules.

mod amendments;
mod catalogue;
mod chains;
mod credit_code;
mod email_address;
mod fixed;
mod guarantees;
mod indicators;
mod interest;
mod invoices;
mod ledger;
mod ledger_of_contracts;
mod money;
mod notice_choices;
mod numbers;
mod payments;
mod personal_data;
mod policy;
mod radicals;
mod schedule;
mod seating;
mod statute_settings;
mod subject;
mod term_days;
mod text_input;
mod visibility;
