//! The single integration-test binary, with one module per feature.

/// The allocator of the program, which is faster in the tests as well.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

mod adapters;
mod amendments;
mod annexes;
mod architecture;
mod audit;
mod boards;
mod browser;
mod change_requests;
mod contracts;
mod coordination;
mod deliverables;
mod documents;
mod domain;
mod dossier;
mod evaluations;
mod faults;
mod flows;
mod fuzzing;
mod guarantees;
mod guards;
mod identity;
mod imports;
mod ledger;
mod matrix;
mod messages;
mod notifications;
mod objections;
mod openapi;
mod operations;
mod opinions;
mod pages;
mod payments;
mod performance;
mod plans;
mod publications;
mod records;
mod recoveries;
mod registry;
mod reports;
mod shared;
mod simulate;
mod standing;
mod statements;
mod support;
mod suspensions;
mod synthetic;
mod text;
mod typing;
mod upgrade;
mod web;
mod work_stations;
mod workers;
