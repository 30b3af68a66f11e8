//! PostgreSQL for tests: a private cluster for the whole run, with a separate database for each test.
//!
//! `tests/run` starts the cluster and puts its address in `TEST_POSTGRES_URL`. If that is not set (plain
//! `cargo nextest run`), the first test that needs it starts one with the same script, `tests/postgres`. The other
//! tests, each a process of its own, find it, and it stops at the end of the run. No test may use the database of
//! another, or the administrative one.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Text};
use std::collections::BTreeMap;
use std::fs::Permissions;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, OnceLock};
use std::time::SystemTime;

/// A database that only one test uses. It is dropped with this value, even if connections to it are still open.
pub struct TestDatabase {
    /// `postgres://…`, in the format of `LUYUE_DATABASE_URL`.
    pub url: String,
    name: String,
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        let dropped = connect(admin_url()).batch_execute(&format!("DROP DATABASE {} WITH (FORCE)", self.name));
        if let Err(error) = dropped {
            // Not a panic, because the test may already be unwinding from a more useful failure.
            eprintln!("the test's database {} stays behind: {error}", self.name);
        }
    }
}

/// Creates an empty database.
pub fn empty_database() -> TestDatabase {
    copy_of("template0")
}

/// Returns a copy of a database that `prepare` has set up, above all by running the migrations; `prepare` is given its
/// URL. It runs once for all tests that use the same `name`, and again after a migration has changed. Copying is much
/// faster than preparing. `prepare` must close its connections before it returns.
pub fn fresh_database(name: &str, prepare: impl FnOnce(&str)) -> TestDatabase {
    copy_of(&template(name, prepare))
}

fn copy_of(template: &str) -> TestDatabase {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let since_1970 = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).expect("a clock after 1970");
    let (process, count) = (std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
    let name = format!("test_{process}_{count}_{}", since_1970.as_nanos());
    // Copying files costs a quarter of copying through the write-ahead log, PostgreSQL's default, where nothing is
    // synced.
    let create = format!("CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY");
    connect(admin_url()).batch_execute(&create).unwrap_or_else(|error| panic!("{create}: {error}"));
    TestDatabase { url: with_database(admin_url(), &name), name }
}

/// Returns the name of the template database for `name`, creating it on the first call of the run.
fn template(name: &str, prepare: impl FnOnce(&str)) -> String {
    static MADE: Mutex<BTreeMap<String, String>> = Mutex::new(BTreeMap::new());
    let mut made = MADE.lock().expect("no test panics while it holds this");
    if let Some(database) = made.get(name) {
        return database.clone();
    }
    let database = format!("template_{name}_{:016x}", fingerprint("migrations/postgres"));
    let mut admin = connect(admin_url());
    // One process at a time prepares the template. If it dies, the lock is released, and the next one repeats the work.
    diesel::sql_query("SELECT pg_advisory_lock(hashtext($1))")
        .bind::<Text, _>(&database)
        .execute(&mut admin)
        .expect("the lock on the template");
    let finished =
        diesel::sql_query("SELECT count(*) > 0 AS yes FROM pg_database WHERE datname = $1 AND datistemplate")
            .bind::<Text, _>(&database)
            .get_result::<Answer>(&mut admin)
            .expect("the list of databases");
    if !finished.yes {
        let run = |admin: &mut PgConnection, sql: String| {
            admin.batch_execute(&sql).unwrap_or_else(|error| panic!("{sql}: {error}"));
        };
        run(&mut admin, format!("DROP DATABASE IF EXISTS {database} WITH (FORCE)"));
        run(&mut admin, format!("CREATE DATABASE {database} TEMPLATE template0"));
        prepare(&with_database(admin_url(), &database));
        run(&mut admin, format!("ALTER DATABASE {database} IS_TEMPLATE true ALLOW_CONNECTIONS false"));
    }
    made.insert(name.to_owned(), database.clone());
    database
}

#[derive(QueryableByName)]
struct Answer {
    #[diesel(sql_type = Bool)]
    yes: bool,
}

/// Returns a number that changes with any file under `folder`, so that no run copies a template with older migrations.
fn fingerprint(folder: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    for (path, text) in crate::support::files::under(folder, &["sql"]) {
        (path, text).hash(&mut hasher);
    }
    hasher.finish()
}

fn connect(url: &str) -> PgConnection {
    PgConnection::establish(url).unwrap_or_else(|error| panic!("PostgreSQL at {url}: {error}"))
}

/// Returns `url` with another database's name in its path.
fn with_database(url: &str, name: &str) -> String {
    let (scheme, rest) = url.split_once("://").expect("a URL postgres://host/database?…");
    let (path, query) = rest.split_once('?').map_or((rest, String::new()), |(path, query)| (path, format!("?{query}")));
    let host = path.split_once('/').map_or(path, |(host, _)| host);
    format!("{scheme}://{host}/{name}{query}")
}

/// Returns the URL of the cluster's administrative database, starting the cluster if necessary.
fn admin_url() -> &'static str {
    static URL: OnceLock<String> = OnceLock::new();
    URL.get_or_init(|| std::env::var("TEST_POSTGRES_URL").unwrap_or_else(|_| own_cluster()))
}

/// Starts one cluster for the run under nextest, where every test is a child of the runner and knows the run's id; the
/// cluster stops with the runner. Otherwise starts one for this process.
fn own_cluster() -> String {
    let (id, owner) = match std::env::var("NEXTEST_RUN_ID") {
        Ok(run) => (run, std::os::unix::process::parent_id()),
        Err(_) => (format!("process-{}", std::process::id()), std::process::id()),
    };
    // Not `temp_dir()`: the path of a socket is limited to 107 bytes.
    let folder = PathBuf::from("/tmp").join(format!("luyue-tests-{id}"));
    std::fs::create_dir_all(&folder).expect("a folder for PostgreSQL");
    let lock = std::fs::File::create(folder.join("lock")).expect("a lock for PostgreSQL");
    lock.lock().expect("a lock for PostgreSQL");
    let known = folder.join("url");
    if let Ok(url) = std::fs::read_to_string(&known) {
        return url;
    }
    let url = run_script(&folder, &[&owner.to_string()]);
    std::fs::write(&known, &url).expect("the URL is noted for the other tests");
    url
}

/// Runs `tests/postgres` on a folder and returns its output.
fn run_script(folder: &Path, arguments: &[&str]) -> String {
    let ended = Command::new(super::files::package().join("tests/postgres")).arg(folder).args(arguments).output();
    let ended = ended.expect("tests/postgres runs");
    assert!(ended.status.success(), "tests/postgres: {}", String::from_utf8_lossy(&ended.stderr));
    String::from_utf8(ended.stdout).expect("a URL").trim().to_owned()
}

/// A cluster of one test, which may crash. It writes through to the disk before it answers, and stops with this value
/// or with the test's process.
pub struct Cluster {
    /// URL of its database.
    pub url: String,
    folder: PathBuf,
}

impl Cluster {
    pub fn start() -> Self {
        Self::start_with(&["fsync=on", "synchronous_commit=on", "full_page_writes=on"], &[])
    }

    /// Starts a cluster with further settings, and with files in its folder that only it may read.
    pub fn start_with(settings: &[&str], files: &[(&str, &str)]) -> Self {
        let process = std::process::id().to_string();
        let folder = PathBuf::from(format!("/tmp/luyue-crash-{process}"));
        std::fs::create_dir_all(&folder).expect("a folder for PostgreSQL");
        for (name, text) in files {
            let path = folder.join(name);
            std::fs::write(&path, text).expect("a file for PostgreSQL");
            std::fs::set_permissions(&path, Permissions::from_mode(0o600)).expect("a mode");
        }
        let settings = settings.iter().flat_map(|setting| ["-c", *setting]);
        let arguments: Vec<&str> = std::iter::once(process.as_str()).chain(settings).collect();
        let url = run_script(&folder, &arguments);
        Self { url, folder }
    }

    /// Kills the cluster and starts it again; returns once it accepts connections.
    pub fn crash(&self) {
        run_script(&self.folder, &["--crash"]);
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        // The watcher of the script also notices the end of this process.
        let _ = std::fs::write(self.folder.join("stop"), "");
    }
}

mod tests {
    use super::*;

    fn tables(url: &str) -> i64 {
        #[derive(QueryableByName)]
        struct Count {
            #[diesel(sql_type = diesel::sql_types::BigInt)]
            count: i64,
        }
        let query = "SELECT count(*) AS count FROM pg_tables WHERE schemaname = 'public'";
        diesel::sql_query(query).get_result::<Count>(&mut connect(url)).expect("a count").count
    }

    fn exists(name: &str) -> bool {
        diesel::sql_query("SELECT count(*) > 0 AS yes FROM pg_database WHERE datname = $1")
            .bind::<Text, _>(name)
            .get_result::<Answer>(&mut connect(admin_url()))
            .expect("the list of databases")
            .yes
    }

    #[test]
    fn each_test_has_its_own_database_which_is_dropped() {
        let (one, other) = (empty_database(), empty_database());
        connect(&one.url).batch_execute("CREATE TABLE mine (id bigint)").expect("a table");
        assert_eq!((tables(&one.url), tables(&other.url)), (1, 0));
        // An open connection must not prevent the drop.
        let left_open = connect(&one.url);
        let name = one.name.clone();
        assert!(exists(&name));
        drop(one);
        assert!(!exists(&name));
        drop(left_open);
    }

    #[test]
    fn a_template_is_prepared_once_and_copied_whole() {
        let name = format!("probe_{}", std::process::id());
        let mut prepared = 0;
        let mut copy = || {
            fresh_database(&name, |url| {
                prepared += 1;
                connect(url).batch_execute("CREATE TABLE prepared (id bigint)").expect("a table");
            })
        };
        let (one, other) = (copy(), copy());
        connect(&one.url).batch_execute("DROP TABLE prepared").expect("its own table");
        assert_eq!((prepared, tables(&one.url), tables(&other.url)), (1, 0, 1));
    }

    #[test]
    fn text_sorts_by_code_point() {
        let database = empty_database();
        diesel::sql_query("SELECT 'Z' < 'a' AND '一' < '丁' AS yes")
            .get_result::<Answer>(&mut connect(&database.url))
            .map(|answer| assert!(answer.yes))
            .expect("a comparison");
    }

    #[test]
    fn the_name_is_put_in_the_path() {
        let socket = with_database("postgres://luyue@/postgres?host=%2Ftmp%2Fx", "t");
        assert_eq!(socket, "postgres://luyue@/t?host=%2Ftmp%2Fx");
        assert_eq!(with_database("postgres://u:p@h:5433/postgres", "t"), "postgres://u:p@h:5433/t");
    }
}
