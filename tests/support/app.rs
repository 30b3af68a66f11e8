//! The application under test: its own server on a free port, its own database on either engine, a clock that stands
//! still until it is set, and the users of a small city.

use std::sync::mpsc;

use chrono::{NaiveDate, NaiveDateTime};
use luyue::app::App;
use luyue::clock::{Clock, Ids, at_hour};
use luyue::config::Settings;
use luyue::domain::codes::{ContractorKind, Function, Language, Role};
use luyue::storage::identity::people::{self, NewPerson};
use luyue::storage::ids::PersonId;
use luyue::storage::registry::organisations::{self, NewContractor};
use luyue::storage::write::{Context, write};
use luyue::web::bodies::{Pace, Room};
use luyue::web::server::Bounds;
use serde_json::Value;

pub use crate::support::checked::{differences, touch_all, unsealed_differences};
use crate::support::postgres::{self, TestDatabase};
use crate::support::{client, migrated};

/// The users by name, with role and organisation. `justice-2` is a second officer of the same bureau; the `other-…`
/// users belong to a neighbouring county that the contracts do not concern.
pub const PEOPLE: &[(&str, Role, &str)] = &[
    ("justice", Role::Officer, "XC-JUSTICE"),
    ("justice-2", Role::Officer, "XC-JUSTICE"),
    ("justice-leader", Role::Leader, "XC-JUSTICE"),
    ("accountant", Role::Accountant, "XC-JUSTICE"),
    ("station", Role::Station, "XC-STATION"),
    ("finance-review", Role::Reviewer, "XC-FINANCE"),
    ("finance-approve", Role::Approver, "XC-FINANCE"),
    ("finance-pay", Role::Cashier, "XC-FINANCE"),
    ("contractor", Role::Contractor, CONTRACTOR),
    ("contractor-2", Role::Contractor, CONTRACTOR_2),
    ("audit", Role::Supervisor, "XC-AUDIT"),
    ("admin", Role::Administrator, "XC-ADMIN"),
    ("other-justice", Role::Officer, "JX-JUSTICE"),
    ("other-leader", Role::Leader, "JX-JUSTICE"),
    ("other-finance", Role::Reviewer, "JX-FINANCE"),
];
/// Credit code of the main contractor.
pub const CONTRACTOR: &str = "52341800MJA000018A";
/// Credit code of the second contractor.
pub const CONTRACTOR_2: &str = "52341800MJA0000265";

const ORGANISATIONS: &[(&str, Function, &str)] = &[
    ("XC-JUSTICE", Function::Justice, "341800"),
    ("XC-FINANCE", Function::Finance, "341800"),
    ("XC-STATION", Function::JusticeStation, "341800-1"),
    ("XC-AUDIT", Function::Audit, "341800"),
    ("XC-ADMIN", Function::Other, "341800"),
    ("JX-JUSTICE", Function::Justice, "341824"),
    ("JX-FINANCE", Function::Finance, "341824"),
];

/// The bounds of a test's server.
pub const BOUNDS: Bounds = Bounds { pace: Pace::DEFAULT, body_bytes: Room::DEFAULT, connections: 512 };

/// A running application.
pub struct TestApp {
    /// The application's services and settings.
    pub app: App,
    /// The base address, `http://127.0.0.1:port`.
    pub url: String,
    server: Option<(actix_web::dev::ServerHandle, std::thread::JoinHandle<()>)>,
    // Dropped last, in this order: connections are closed before the database is dropped.
    _database: Option<TestDatabase>,
    _folder: tempfile::TempDir,
}

/// An HTTP response.
#[derive(Debug, Clone)]
pub struct Reply {
    pub status: u16,
    /// The body as JSON, or null if it is not JSON.
    pub json: Value,
    /// The raw body.
    pub bytes: Vec<u8>,
    pub headers: ureq::http::HeaderMap,
}

impl Reply {
    /// Returns the body as JSON, and fails unless the response has the given status.
    #[track_caller]
    pub fn expect_status(self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}", String::from_utf8_lossy(&self.bytes));
        self.json
    }

    /// Returns a header, or an empty text.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or("")
    }
}

/// An API client, signed in or not.
pub struct Somebody<'a> {
    test: &'a TestApp,
    /// The base address of another server to use instead of the test's own.
    elsewhere: Option<String>,
    token: Option<String>,
    headers: Vec<(String, String)>,
}

impl TestApp {
    /// Starts an application on SQLite.
    pub fn sqlite() -> Self {
        Self::sqlite_with(|_| ())
    }

    /// Starts an application on SQLite with changed settings.
    pub fn sqlite_with(change: impl FnOnce(&mut Settings)) -> Self {
        Self::start(migrated::sqlite(), seed, change)
    }

    /// Starts an application on PostgreSQL.
    pub fn postgres() -> Self {
        Self::postgres_with(|_| ())
    }

    /// Starts an application on PostgreSQL with changed settings.
    pub fn postgres_with(change: impl FnOnce(&mut Settings)) -> Self {
        Self::start(postgres_place(), seed, change)
    }

    /// Starts an application on an empty database that the test has made itself.
    pub fn at_place(place: Place) -> Self {
        Self::start(place, seed, |_| ())
    }

    /// Starts an application with an empty database on either engine.
    pub fn empty(engine: fn() -> Place) -> Self {
        Self::start(engine(), |_| (), |_| ())
    }

    fn start(place: Place, fill: fn(&App), change: impl FnOnce(&mut Settings)) -> Self {
        let (database_url, folder, database) = place;
        // Installing it twice in one process is harmless: the second call finds the first.
        let _ = luyue::adapters::tokens::install_crypto();
        let mut settings = Settings {
            database_url: Some(database_url),
            data: folder.path().join("data"),
            public_url: Some("https://luyue.test".to_owned()),
            ..Settings::default()
        };
        change(&mut settings);
        let clock = Clock::standing_at(at_hour(day("2026-01-05"), 9));
        let app = App::start(settings, clock, Ids::sequence()).expect("the application starts");
        fill(&app);
        let (server, url) = serve(&app, BOUNDS);
        Self { app, url, server: Some(server), _database: database, _folder: folder }
    }

    /// Starts the server again, with other bounds on its requests.
    pub fn with_bounds(mut self, bounds: Bounds) -> Self {
        self.stop();
        let (server, url) = serve(&self.app, bounds);
        (self.server, self.url) = (Some(server), url);
        self
    }

    fn stop(&mut self) {
        if let Some((handle, thread)) = self.server.take() {
            drop(handle.stop(false));
            // If the server panicked, the test has already failed.
            let _ = thread.join();
        }
    }

    /// Sets the clock to an hour of a day in the contracts' time zone.
    pub fn at(&self, on: &str, hour: u32) {
        self.app.clock.set(at_hour(day(on), hour));
    }

    /// Returns the clock's time in UTC.
    pub fn now(&self) -> NaiveDateTime {
        self.app.clock.now()
    }

    /// Returns a client signed in as a user. Its token lasts minutes, so get a new client after setting the clock.
    pub fn by(&self, username: &str) -> Somebody<'_> {
        Somebody { test: self, elsewhere: None, token: Some(self.token(username)), headers: Vec::new() }
    }

    /// Returns an access token of a user, issued now.
    pub fn token(&self, username: &str) -> String {
        let person = people::by_username(&mut self.app.pool.get().expect("a connection"), username)
            .expect("people can be read")
            .unwrap_or_else(|| panic!("nobody is called {username}"));
        let (token, _) = self
            .app
            .tokens
            .issue(&person.public_id, person.token_version, &self.app.ids.uuid(), self.now().and_utc())
            .expect("a token");
        token
    }

    /// Returns a client that is not signed in.
    pub fn nobody(&self) -> Somebody<'_> {
        Somebody { test: self, elsewhere: None, token: None, headers: Vec::new() }
    }
}

impl Somebody<'_> {
    /// Adds a header to every request.
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Sends the requests to another server with the same secret.
    pub fn at(mut self, url: &str) -> Self {
        self.elsewhere = Some(url.to_owned());
        self
    }

    /// Sends a GET request.
    pub fn get(&self, path: &str) -> Reply {
        self.send("GET", path, None, b"")
    }

    /// Sends a POST request with JSON.
    pub fn post(&self, path: &str, body: &Value) -> Reply {
        self.send("POST", path, Some("application/json"), body.to_string().as_bytes())
    }

    /// Sends a PUT request with JSON.
    pub fn put(&self, path: &str, body: &Value) -> Reply {
        self.send("PUT", path, Some("application/json"), body.to_string().as_bytes())
    }

    /// Posts a form with fields and, in the field `files`, files as pairs of name and bytes.
    pub fn upload(&self, path: &str, fields: &[(&str, &str)], files: &[(&str, &[u8])]) -> Reply {
        self.upload_as("files", path, fields, files)
    }

    /// Posts a form as `upload` does, with the files in another field.
    pub fn upload_as(&self, field: &str, path: &str, fields: &[(&str, &str)], files: &[(&str, &[u8])]) -> Reply {
        self.send("POST", path, Some(FORM), &form(field, fields, files))
    }

    /// Sends a request.
    pub fn send(&self, method: &str, path: &str, content_type: Option<&str>, body: &[u8]) -> Reply {
        self.try_send(method, path, content_type, body).expect("the server answers")
    }

    /// Sends a request to a server that may stop before it has answered.
    pub fn try_send(
        &self,
        method: &str,
        path: &str,
        content_type: Option<&str>,
        body: &[u8],
    ) -> Result<Reply, ureq::Error> {
        let url = self.elsewhere.as_ref().unwrap_or(&self.test.url);
        let agent: ureq::Agent = client::config().build().into();
        let path = if path.starts_with('/') { path.to_owned() } else { format!("/api/v1/{path}") };
        let mut request = ureq::http::Request::builder().method(method).uri(format!("{url}{path}"));
        if let Some(token) = &self.token {
            request = request.header("Authorization", format!("Bearer {token}"));
        }
        if let Some(content_type) = content_type {
            request = request.header("Content-Type", content_type);
        }
        if !self.headers.iter().any(|(name, _)| name == "Accept-Language") {
            request = request.header("Accept-Language", "en");
        }
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        let request = request.body(body.to_vec()).expect("a request");
        let mut answer = agent.run(request)?;
        let bytes = answer.body_mut().with_config().limit(64 << 20).read_to_vec()?;
        Ok(Reply {
            status: answer.status().as_u16(),
            json: serde_json::from_slice(&bytes).unwrap_or(Value::Null),
            headers: answer.headers().clone(),
            bytes,
        })
    }
}

/// The content type of the bodies that `form` makes.
pub const FORM: &str = "multipart/form-data; boundary=edge";

/// Builds a form with fields and, in a field of its own, files as pairs of name and bytes.
pub fn form(field: &str, fields: &[(&str, &str)], files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut body = Vec::new();
    for (name, value) in fields {
        body.extend_from_slice(
            format!("--edge\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n").as_bytes(),
        );
    }
    for (name, bytes) in files {
        body.extend_from_slice(
            format!("--edge\r\nContent-Disposition: form-data; name=\"{field}\"; filename=\"{name}\"\r\nContent-Type: application/octet-stream\r\n\r\n").as_bytes(),
        );
        body.extend_from_slice(bytes);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(b"--edge--\r\n");
    body
}

impl Drop for TestApp {
    fn drop(&mut self) {
        self.stop();
    }
}

/// Parses a day written YYYY-MM-DD.
pub fn day(text: &str) -> NaiveDate {
    text.parse().expect("a day")
}

/// Starts a server on a free port; returns its handle, its thread and its base address.
pub fn serve(app: &App, bounds: Bounds) -> ((actix_web::dev::ServerHandle, std::thread::JoinHandle<()>), String) {
    let (send, receive) = mpsc::channel();
    let app = app.clone();
    let thread = std::thread::spawn(move || {
        actix_web::rt::System::new().block_on(async move {
            let (server, addresses) = luyue::web::server::start(&app, "127.0.0.1:0", bounds).expect("a free port");
            send.send((server.handle(), format!("http://{}", addresses[0]))).expect("the test waits");
            server.await.expect("the server ends in order");
        });
    });
    let (handle, url) = receive.recv().expect("the server starts");
    ((handle, thread), url)
}

/// The URL of a database, a folder, and the guard that drops the database.
pub type Place = (String, tempfile::TempDir, Option<TestDatabase>);

/// Creates a place for a database on SQLite.
pub fn sqlite_place() -> Place {
    let folder = tempfile::tempdir().expect("a temporary folder");
    (format!("sqlite://{}", folder.path().join("luyue.db").display()), folder, None)
}

/// Creates a migrated database on PostgreSQL.
pub fn postgres_place() -> Place {
    let database = postgres::fresh_database("migrated", migrated::run);
    (database.url.clone(), tempfile::tempdir().expect("a temporary folder"), Some(database))
}

fn seed(app: &App) {
    let now = app.clock.now();
    let context = Context::of_program(now, app.ids.clone());
    write(&app.pool, &context, |tx| {
        let city = organisations::insert_region(tx.connection, "341800", "宣城市", None)?;
        organisations::insert_region(tx.connection, "341800-1", "西林街道", Some((city, "341800/")))?;
        organisations::insert_region(tx.connection, "341824", "绩溪县", Some((city, "341800/")))?;
        for (code, function, region) in ORGANISATIONS {
            let region = organisations::region(tx.connection, region)?.map(|(id, _)| id);
            organisations::insert(tx.connection, &app.ids.uuid(), code, code, *function, region)?;
        }
        for (code, name) in [(CONTRACTOR, "宣城市阳光社会工作服务中心"), (CONTRACTOR_2, "皖南心理服务有限公司")]
        {
            let id = organisations::insert(tx.connection, &app.ids.uuid(), code, name, Function::Contractor, None)?;
            let contractor = NewContractor {
                organisation_id: id,
                credit_code: code,
                kind: ContractorKind::SocialOrganisation,
                sme: true,
                name_key: name,
                qualifications: "",
                changed_at: now,
            };
            organisations::insert_contractor(tx.connection, &contractor)?;
            set_account(tx.connection, id)?;
        }
        for (username, role, organisation) in PEOPLE {
            let organisation = organisations::by_code(tx.connection, organisation)?.expect("it was just written").id;
            let person: PersonId = people::insert(
                tx.connection,
                &NewPerson {
                    public_id: &app.ids.uuid(),
                    username,
                    name: username,
                    email: &format!("{username}@luyue.test"),
                    language: Language::Zh,
                    password_hash: "",
                    created_at: now,
                },
            )?;
            people::insert_seat(tx.connection, person, organisation, *role, day("2020-01-01"))?;
        }
        touch_all(tx)
    })
    .expect("the city is written");
}

fn set_account(
    connection: &mut luyue::storage::AnyConnection,
    contractor: luyue::storage::ids::OrganisationId,
) -> Result<(), luyue::error::Error> {
    use diesel::prelude::*;
    use luyue::schema::contractors;
    diesel::update(contractors::table.find(contractor.0))
        .set((
            contractors::account_name.eq("户名"),
            contractors::account_bank.eq("徽商银行宣城分行"),
            contractors::account_number.eq("6222000011112222"),
        ))
        .execute(connection)?;
    Ok(())
}
