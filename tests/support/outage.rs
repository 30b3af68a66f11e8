//! What fails outside the program: a disk that is full, a database that only reads, one that is locked, a connection that
//! is cut in the last moment. Each ends when its value is dropped.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::Integer;

use super::app::TestApp;
use super::digest::lines;

/// Nothing can be written: on SQLite the disk is full, on PostgreSQL every transaction is read-only (a standby that has not
/// been promoted, or a server that guards its last pages).
pub struct Unwritable<'a>(&'a TestApp);

/// The database does not let anybody write now: on SQLite another program holds its lock.
pub struct Locked {
    _holder: SqliteConnection,
}

impl<'a> Unwritable<'a> {
    /// From now on. A request that is to fail must bring the key `~~` of `by`.
    pub fn now(test: &'a TestApp, by: &str) -> Self {
        let outage = Self(test);
        match sqlite_path(test) {
            Some(_) => fill(test, by),
            None => {
                of_server(test, "ALTER DATABASE {} SET default_transaction_read_only = on");
                cut_all(test);
            }
        }
        outage
    }
}

impl Drop for Unwritable<'_> {
    fn drop(&mut self) {
        if sqlite_path(self.0).is_some() {
            everywhere(self.0, "PRAGMA max_page_count = 1073741823");
            everywhere(self.0, "DELETE FROM idempotency WHERE request_key LIKE '~full%'");
        } else {
            of_server(self.0, "ALTER DATABASE {} RESET default_transaction_read_only");
            cut_all(self.0);
        }
    }
}

/// Leaves no page to be had, and no room in those where a request's key would be kept.
fn fill(test: &TestApp, by: &str) {
    let person = format!("(SELECT id FROM people WHERE username = '{by}')");
    let mut connection = test.app.pool.get().expect("a connection");
    let pages = lines(&mut connection, "SELECT page_count AS line FROM pragma_page_count", "")[0].clone();
    drop(connection);
    everywhere(test, &format!("PRAGMA max_page_count = {pages}"));
    let mut connection = test.app.pool.get().expect("a connection");
    let mut count = 0;
    for bytes in [900, 400, 200, 100, 50, 20, 1] {
        for _ in 0..1000 {
            count += 1;
            let row = format!(
                "INSERT INTO idempotency VALUES ({person}, '~full-{count:06}', '', '{}', '2026-01-05 01:00:00')",
                "x".repeat(bytes)
            );
            if connection.batch_execute(&row).is_err() {
                break;
            }
        }
    }
    let full = format!("INSERT INTO idempotency VALUES ({person}, '~full-last', '', '', '2026-01-05 01:00:00')");
    assert!(connection.batch_execute(&full).is_err(), "there is room still");
}

impl Locked {
    /// From now on; whoever waits gives up at once.
    pub fn now(test: &TestApp) -> Self {
        everywhere(test, "PRAGMA busy_timeout = 10");
        let path = sqlite_path(test).expect("SQLite is locked as a file");
        let mut holder = SqliteConnection::establish(&path).expect("another program opens the file");
        holder.batch_execute("BEGIN IMMEDIATE").expect("it takes the lock");
        Self { _holder: holder }
    }
}

/// Runs a request whose connection to PostgreSQL is cut while it writes the last of its rows (that of its request key).
pub fn cut_at_the_last_row<T: Send>(test: &TestApp, request: impl FnOnce() -> T + Send) -> T {
    let mut other = PgConnection::establish(&url(test)).expect("another connection");
    other.batch_execute("BEGIN; LOCK TABLE idempotency IN EXCLUSIVE MODE").expect("the lock");
    let answer = std::thread::scope(|scope| {
        let request = scope.spawn(request);
        let mut cut = 0;
        // A request that ends without waiting is the caller's to judge.
        while cut == 0 && !request.is_finished() {
            std::thread::sleep(std::time::Duration::from_millis(5));
            cut = diesel::sql_query(
                "SELECT count(pg_terminate_backend(pid))::int AS count FROM pg_stat_activity
                 WHERE datname = current_database() AND pid <> pg_backend_pid() AND wait_event_type = 'Lock'",
            )
            .get_result::<Count>(&mut other)
            .expect("the list of connections")
            .count;
        }
        request.join().expect("the request ends")
    });
    other.batch_execute("ROLLBACK").expect("the lock is given back");
    answer
}

/// Nobody can connect any longer, and whoever is connected is cut off; until `back`.
pub fn unreachable(test: &TestApp) {
    of_server(test, "ALTER DATABASE {} ALLOW_CONNECTIONS false");
    cut_all(test);
}

/// The database can be reached again.
pub fn back(test: &TestApp) {
    of_server(test, "ALTER DATABASE {} ALLOW_CONNECTIONS true");
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = Integer)]
    count: i32,
}

/// Runs a statement on every connection of the pool, on SQLite.
fn everywhere(test: &TestApp, statement: &str) {
    let size = test.app.settings.database_connections;
    let mut all: Vec<_> = (0..size).map(|_| test.app.pool.get().expect("a connection")).collect();
    for connection in &mut all {
        connection.batch_execute(statement).unwrap_or_else(|error| panic!("{statement}: {error}"));
    }
}

fn url(test: &TestApp) -> String {
    test.app.settings.database_url()
}

/// Where the file is, if it is one.
pub fn sqlite_path(test: &TestApp) -> Option<String> {
    url(test).strip_prefix("sqlite://").map(str::to_owned)
}

/// The server's own database, and the name of the test's.
fn server(test: &TestApp) -> (PgConnection, String) {
    let url = url(test);
    let (before, after) = url.rsplit_once('?').map_or((url.as_str(), ""), |(before, after)| (before, after));
    let (host, name) = before.rsplit_once('/').expect("a database has a name");
    let query = if after.is_empty() { String::new() } else { format!("?{after}") };
    let admin = PgConnection::establish(&format!("{host}/postgres{query}")).expect("the server's own database");
    (admin, name.to_owned())
}

fn of_server(test: &TestApp, statement: &str) {
    let (mut admin, name) = server(test);
    admin.batch_execute(&statement.replace("{}", &name)).unwrap_or_else(|error| panic!("{statement}: {error}"));
}

fn cut_all(test: &TestApp) {
    let (mut admin, name) = server(test);
    let cut = format!("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'");
    admin.batch_execute(&cut).expect("the connections are cut");
}
