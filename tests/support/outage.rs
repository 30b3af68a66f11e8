//! Simulated outages: a full disk, a locked database, and a connection cut at the last moment. Each outage ends when
//! its value is dropped.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::Integer;
use luyue::storage::locks::Scope;
use luyue::storage::write::{Context, write_in};

use crate::support::app::TestApp;
use crate::support::digest::lines;

/// A full disk: SQLite cannot allocate another page, and PostgreSQL answers as it does when a file cannot grow
/// (SQLSTATE 53100).
pub struct Full<'a>(&'a TestApp);

/// A database that accepts no writes: on SQLite, another connection holds its lock.
pub struct Locked {
    _holder: SqliteConnection,
}

impl<'a> Full<'a> {
    /// Starts the outage. A request that is to fail must carry the key `~~` and come from the user `by`.
    pub fn now(test: &'a TestApp, by: &str) -> Self {
        let outage = Self(test);
        match sqlite_path(test) {
            Some(_) => fill(test, by),
            None => postgres(test, FULL),
        }
        outage
    }
}

impl Drop for Full<'_> {
    fn drop(&mut self) {
        if sqlite_path(self.0).is_some() {
            everywhere(self.0, "PRAGMA max_page_count = 1073741823");
            everywhere(self.0, "DELETE FROM idempotency WHERE request_key LIKE '~full%'");
        } else {
            postgres(self.0, "DROP FUNCTION disk_full CASCADE");
        }
    }
}

/// The last row that a request writes is that of its key, so everything else has been written before.
const FULL: &str = r#"
    CREATE FUNCTION disk_full() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        RAISE EXCEPTION 'could not extend file "base/16384/16409": No space left on device'
            USING ERRCODE = '53100', HINT = 'Check free disk space.';
    END $$;
    CREATE TRIGGER disk_full BEFORE INSERT ON idempotency FOR EACH ROW EXECUTE FUNCTION disk_full();
"#;

/// Leaves no free page, and no room in the pages where the key of a request would be stored.
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
                "INSERT INTO idempotency VALUES ({person}, '~full-{count:06}', '', '{}', '2026-01-05 01:00:00', NULL)",
                "x".repeat(bytes)
            );
            if connection.batch_execute(&row).is_err() {
                break;
            }
        }
    }
    let full = format!("INSERT INTO idempotency VALUES ({person}, '~full-last', '', '', '2026-01-05 01:00:00', NULL)");
    assert!(connection.batch_execute(&full).is_err(), "there is room still");
}

impl Locked {
    /// Starts the outage; connections that wait for the lock give up at once.
    pub fn now(test: &TestApp) -> Self {
        everywhere(test, "PRAGMA busy_timeout = 10");
        let path = sqlite_path(test).expect("SQLite is locked as a file");
        let mut holder = SqliteConnection::establish(&path).expect("another program opens the file");
        holder.batch_execute("BEGIN IMMEDIATE").expect("it takes the lock");
        Self { _holder: holder }
    }
}

/// Runs a request whose connection to PostgreSQL is cut while it writes its last row, that of its request key.
pub fn cut_at_the_last_row<T: Send>(test: &TestApp, request: impl FnOnce() -> T + Send) -> T {
    let mut held = Held::table(test, "idempotency");
    std::thread::scope(|scope| {
        let request = scope.spawn(request);
        // A request may end without waiting; the caller evaluates its result. Each check is a query, so the loop is
        // slow.
        while !held.cut_whoever_waits() && !request.is_finished() {}
        request.join().expect("the request ends")
    })
}

/// A lock on a table of PostgreSQL, or the advisory lock `HELD`: connections that need it wait until this is dropped.
pub struct Held {
    /// The connection whose transaction holds the lock.
    holder: PgConnection,
    /// A connection outside the transaction, which would always see the same list of processes.
    watcher: PgConnection,
}

/// The advisory lock of [`Held::commit`].
const HELD: &str = "4711";

impl Held {
    /// Blocks every writer of the table.
    pub fn table(test: &TestApp, table: &str) -> Self {
        Self::by(test, &format!("LOCK TABLE {table} IN EXCLUSIVE MODE"))
    }

    /// Blocks every request with a key within its commit, when it can no longer be rolled back.
    pub fn commit(test: &TestApp) -> Self {
        postgres(
            test,
            &format!(
                "CREATE OR REPLACE FUNCTION held() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
                     PERFORM pg_advisory_xact_lock({HELD}); RETURN NULL;
                 END $$;
                 CREATE CONSTRAINT TRIGGER held AFTER INSERT ON idempotency DEFERRABLE INITIALLY DEFERRED
                     FOR EACH ROW EXECUTE FUNCTION held()"
            ),
        );
        Self::by(test, &format!("SELECT pg_advisory_xact_lock({HELD})"))
    }

    fn by(test: &TestApp, statement: &str) -> Self {
        let connect = || PgConnection::establish(&url(test)).expect("another connection");
        let mut holder = connect();
        holder.batch_execute(&format!("BEGIN; {statement}")).expect("the lock");
        Self { holder, watcher: connect() }
    }

    /// Returns the server processes that wait for a lock.
    pub fn waiting(&mut self) -> Vec<i32> {
        self.pids("wait_event_type = 'Lock'")
    }

    fn cut_whoever_waits(&mut self) -> bool {
        let waiting = self.waiting();
        for pid in &waiting {
            let cut = format!("SELECT pg_terminate_backend({pid})");
            self.watcher.batch_execute(&cut).expect("the connection is cut");
        }
        !waiting.is_empty()
    }

    /// Releases the lock and returns once these processes have ended, which they do because their clients are gone.
    pub fn let_go(mut self, waiting: &[i32]) {
        self.holder.batch_execute("ROLLBACK").expect("the lock is given back");
        while self.pids("true").iter().any(|pid| waiting.contains(pid)) {}
    }

    fn pids(&mut self, which: &str) -> Vec<i32> {
        let all = "SELECT pid FROM pg_stat_activity WHERE datname = current_database()";
        let found = diesel::sql_query(format!("{all} AND pid <> pg_backend_pid() AND {which}"));
        let rows: Vec<Process> = found.load(&mut self.watcher).expect("the list of connections");
        rows.into_iter().map(|row| row.pid).collect()
    }
}

/// A trigger that keeps every insert into a table of SQLite busy until its process is killed or this is dropped.
pub struct Stuck<'a>(&'a TestApp);

impl<'a> Stuck<'a> {
    /// Installs the trigger.
    pub fn at(test: &'a TestApp, table: &str) -> Self {
        // A cross join too large for any machine to finish.
        let people: Vec<String> = (0..16).map(|n| format!("people p{n}")).collect();
        let endless = format!("SELECT RAISE(IGNORE) WHERE (SELECT count(*) FROM {}) < 0", people.join(", "));
        sqlite(test, &format!("CREATE TRIGGER stuck BEFORE INSERT ON {table} BEGIN {endless}; END"));
        Self(test)
    }

    /// Returns whether another connection is within a writing transaction.
    pub fn somebody_writes(&self) -> bool {
        let mut other = open(self.0);
        other.batch_execute("BEGIN IMMEDIATE; ROLLBACK").is_err()
    }
}

impl Drop for Stuck<'_> {
    fn drop(&mut self) {
        sqlite(self.0, "DROP TRIGGER stuck");
    }
}

/// Opens a separate connection to the file that does not wait for locks.
fn open(test: &TestApp) -> SqliteConnection {
    let path = sqlite_path(test).expect("SQLite is a file");
    SqliteConnection::establish(&path).expect("another program opens the file")
}

fn sqlite(test: &TestApp, statement: &str) {
    open(test).batch_execute(statement).unwrap_or_else(|error| panic!("{statement}: {error}"));
}

/// Refuses new connections and cuts the existing ones, until `back`.
pub fn unreachable(test: &TestApp) {
    of_server(test, "ALTER DATABASE {} ALLOW_CONNECTIONS false");
    cut_all(test);
}

/// Allows connections to the database again.
pub fn back(test: &TestApp) {
    of_server(test, "ALTER DATABASE {} ALLOW_CONNECTIONS true");
}

#[derive(QueryableByName)]
struct Process {
    #[diesel(sql_type = Integer)]
    pid: i32,
}

/// Runs a statement on every connection of the pool and on that of its writer, on SQLite.
pub fn everywhere(test: &TestApp, statement: &str) {
    let size = test.app.settings.database_connections;
    let mut all: Vec<_> = (0..size).map(|_| test.app.pool.get().expect("a connection")).collect();
    for connection in &mut all {
        connection.batch_execute(statement).unwrap_or_else(|error| panic!("{statement}: {error}"));
    }
    drop(all);
    // On SQLite, the program writes on a connection of its own.
    let context = Context::of_program(test.app.clock.now(), test.app.ids.clone());
    write_in(&test.app.pool, Scope::Unshared, &context, |tx| Ok(tx.connection.batch_execute(statement)?))
        .unwrap_or_else(|error| panic!("{statement}: {error:?}"));
}

fn url(test: &TestApp) -> String {
    test.app.settings.database_url()
}

/// Returns the path of the database file, or `None` on PostgreSQL.
pub fn sqlite_path(test: &TestApp) -> Option<String> {
    url(test).strip_prefix("sqlite://").map(str::to_owned)
}

/// Returns a connection to the server's administrative database, and the name of the test's database.
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

/// Runs statements on a separate connection to PostgreSQL.
pub fn postgres(test: &TestApp, statements: &str) {
    let mut connection = PgConnection::establish(&url(test)).expect("another connection");
    connection.batch_execute(statements).unwrap_or_else(|error| panic!("{statements}: {error}"));
}

fn cut_all(test: &TestApp) {
    let (mut admin, name) = server(test);
    let cut = format!("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'");
    admin.batch_execute(&cut).expect("the connections are cut");
}
