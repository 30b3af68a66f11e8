//! Luyue (履约): what a service contract's terms and facts come to, day by day, and who must act on it.
//!
//! Arrows run one way: `commands, web, jobs → services → storage, adapters, text → domain`
//! (`tests/architecture.rs` fails on any other).

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
