//! Query plans on a large register on both engines. Every query that the program sends to read a list is explained: no
//! plan may read a big table from end to end, and none on PostgreSQL may sort thousands of rows for a page. A list
//! without a case here fails a test.
//!
//! SQLite plans by its rules, whatever the tables hold, so a register large enough to identify the big tables suffices.
//! PostgreSQL weighs the costs: in a small register it rightly reads whole tables. `tests/postgres` gives it the costs
//! of an SSD, with which 12,000 contracts are enough; the rows that a page may sort or discard are a part of them.

mod boards;
mod cases;
mod complete;
mod explain;
mod filler;

use std::time::Instant;

use luyue::synthetic::load::load;

use crate::plans::boards::BOARDS;
use crate::plans::cases::{CASES, Case, Trial};
use crate::plans::explain::Judge;
use crate::support::app::{Place, TestApp, postgres_place, sqlite_place};
use crate::support::queries;
use crate::support::visitor::PASSWORD;

/// Numbers of contracts; `PLANS_CONTRACTS` sets another one.
const ON_SQLITE: usize = 2_500;
const ON_POSTGRES: usize = 12_000;
/// The clock's day in this test.
const TODAY: &str = "2026-09-30";

fn every_list_is_read_by_an_index(engine: fn() -> Place, contracts: usize) {
    queries::listen();
    let test = TestApp::empty(engine);
    test.at(TODAY, 12);
    let contracts = std::env::var("PLANS_CONTRACTS").map_or(contracts, |number| number.parse().expect("a number"));
    let began = Instant::now();
    load(&test.app, contracts, 1, PASSWORD, |_| {}).expect("the register is written");
    println!("{contracts} contracts loaded in {:.1} s", began.elapsed().as_secs_f64());
    filler::fill(&test);
    let trial = Trial::new(&test);
    let judge = Judge::new(&test, contracts);
    let mut faults = Vec::new();
    for case in CASES.iter().chain(BOARDS) {
        // The first run fills caches such as words and the calendar; the second one counts.
        case.run(&trial);
        let began = Instant::now();
        let mut queries = queries::record(|| case.run(&trial));
        let took = began.elapsed();
        queries.sort_unstable();
        queries.dedup();
        assert!(!queries.is_empty(), "{} asks the database nothing", case.name);
        let found = judge.faults(&queries);
        println!("{:>8.1} ms {:>3} queries  {}", took.as_secs_f64() * 1000.0, queries.len(), case.name);
        faults.extend(found.into_iter().map(|fault| format!("{}: {fault}", case.name)));
    }
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
}

#[test]
fn on_sqlite() {
    every_list_is_read_by_an_index(sqlite_place, ON_SQLITE);
}

#[test]
fn on_postgres() {
    every_list_is_read_by_an_index(postgres_place, ON_POSTGRES);
}

impl Case {
    fn run(&self, trial: &Trial<'_>) {
        (self.does)(trial);
    }
}
