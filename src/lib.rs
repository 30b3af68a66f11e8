//! Luyue (履约) tracks service contracts of public bureaus: it computes what is owed on each day from terms and facts,
//! and tells people what they must do next.
//!
//! Dependencies point one way: `commands, web, jobs → services → storage, adapters, text → domain`
//! (`tests/architecture/arrows.rs` checks it).

#![forbid(unsafe_code)]

pub mod adapters;
pub mod app;
pub mod clock;
pub mod commands;
pub mod config;
pub mod domain;
pub mod error;
pub mod jobs;
pub mod schema;
pub mod services;
pub mod storage;
pub mod synthetic;
pub mod text;
pub mod web;
