//! Creation of the first administrator in an empty database, through the service behind the command line.

use luyue::app::App;
use luyue::clock::{Clock, Ids, at_hour};
use luyue::config::Settings;
use luyue::domain::codes::Role;
use luyue::error::Error;
use luyue::services::identity::bootstrap::{NewUser, add_user, issue_link};
use luyue::services::identity::{password_links, sessions};

use crate::support::app::day;
use crate::support::postgres;

const PASSWORD: &str = "水阳江-敬亭山-2026";

fn program(url: Option<String>, folder: &tempfile::TempDir) -> App {
    let _ = luyue::adapters::tokens::install_crypto();
    let settings = Settings { database_url: url, data: folder.path().join("data"), ..Settings::default() };
    App::start(settings, Clock::standing_at(at_hour(day("2026-01-05"), 9)), Ids::sequence()).expect("it starts")
}

fn user(username: &str, role: Role, organisation_name: Option<&str>) -> NewUser {
    NewUser {
        username: username.to_owned(),
        name: None,
        email: None,
        role,
        organisation: "XC-DATA".to_owned(),
        organisation_name: organisation_name.map(str::to_owned),
    }
}

fn hasher(app: &App) -> sessions::Hasher {
    app.passwords.try_acquire_hasher().expect("a free slot")
}

fn key(error: &Error) -> &'static str {
    match error {
        Error::Refused { errors, .. } => errors[0].message.key,
        other => panic!("{other:?}"),
    }
}

fn an_empty_database_gets_its_first_administrator(app: &App) {
    let refused = add_user(app, &user("admin", Role::Administrator, None)).expect_err("no organisation");
    assert_eq!(key(&refused), "register-first-organisation");
    let refused = add_user(app, &user("eve", Role::Supervisor, Some("数据局"))).expect_err("not the first");
    assert_eq!(key(&refused), "register-unknown-organisation");
    let link = add_user(app, &user("admin", Role::Administrator, Some("宣城市数据资源管理局"))).expect("the first");
    let token = link.rsplit('/').next().expect("a token");
    password_links::set_password(app, &hasher(app), token, PASSWORD).expect("the password is set");
    let with = sessions::Credentials { username: "admin", password: PASSWORD, code: None, address: "127.0.0.1" };
    let issued = sessions::sign_in(app, &hasher(app), &with).expect("they sign in");
    let caller = sessions::load_caller(app, &issued.token, None).expect("the token is good");
    assert_eq!(caller.seats.iter().map(|seat| seat.role).collect::<Vec<_>>(), [Role::Administrator]);
    let second = add_user(app, &user("admin-2", Role::Administrator, None)).expect("the organisation is there now");
    assert!(second.contains("/password/"), "{second}");
    let other = NewUser { organisation: "XC-OTHER".to_owned(), ..user("eve", Role::Administrator, Some("x")) };
    assert_eq!(key(&add_user(app, &other).expect_err("only the first")), "register-unknown-organisation");
    assert_eq!(
        key(&add_user(app, &user("ADMIN", Role::Administrator, None)).expect_err("taken")),
        "register-username-taken"
    );
    let again = issue_link(app, "Admin").expect("a new link");
    assert_ne!(again, link);
    assert!(matches!(issue_link(app, "nobody"), Err(Error::NotFound)));
}

#[test]
fn an_empty_sqlite() {
    let folder = tempfile::tempdir().expect("a folder");
    an_empty_database_gets_its_first_administrator(&program(None, &folder));
}

#[test]
fn an_empty_postgres() {
    let database = postgres::empty_database();
    let folder = tempfile::tempdir().expect("a folder");
    an_empty_database_gets_its_first_administrator(&program(Some(database.url.clone()), &folder));
}
