//! A pooler of PostgreSQL in transaction mode gives each transaction any connection of the server, so nothing may be left
//! on one. `tests/cluster/run` tries it with PgBouncer.

use crate::support::app::TestApp;
use crate::support::digest::lines;
use crate::support::programme;

/// Returns the statements that the program has left prepared, after requests that read and write.
fn left_prepared(test: &TestApp) -> Vec<String> {
    let id = programme::registered(test, "P-1");
    programme::activate(test, &id);
    test.by("justice").get("worklist").expect_status(200);
    let size = test.app.settings.database_connections;
    let mut all: Vec<_> = (0..size).map(|_| test.app.pool.get().expect("a connection")).collect();
    let prepared = "SELECT statement AS line FROM pg_prepared_statements";
    all.iter_mut().flat_map(|connection| lines(connection, prepared, prepared)).collect()
}

#[test]
fn nothing_stays_prepared_behind_a_pooler() {
    let direct = left_prepared(&TestApp::postgres());
    assert!(direct.len() > 20, "without a pooler statements are prepared once: {direct:?}");
    let pooled = left_prepared(&TestApp::postgres_with(|settings| settings.database_pooler = true));
    assert_eq!(pooled, Vec::<String>::new());
}
