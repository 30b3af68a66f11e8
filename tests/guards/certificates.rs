//! TLS to PostgreSQL: a server on another machine must prove its name with a certificate of a trusted authority, unless
//! the address says otherwise. The server is a real one, which speaks TLS.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::process::Command;

use diesel::prelude::*;
use diesel::r2d2::ManageConnection;
use diesel::sql_types::Text;
use luyue::storage::AnyConnection;
use luyue::storage::backend::{Engine, Manager};

use crate::support::postgres::Cluster;

/// Name for which the server's certificate was issued.
const NAME: &str = "db.luyue.test";

/// Returns the address with which the program connects.
fn address(url: &str) -> String {
    match Engine::parse(url).expect("an address") {
        Engine::Postgres(url) => url,
        Engine::Sqlite(path) => panic!("{path} is SQLite"),
    }
}

/// Returns the version of TLS of a new connection, empty without TLS, or the reason why there is none.
fn connect(url: &str) -> Result<String, String> {
    #[derive(QueryableByName)]
    struct Version {
        #[diesel(sql_type = Text)]
        version: String,
    }
    let manager = Manager { engine: Engine::parse(url).expect("an address"), through_pooler: false };
    let AnyConnection::Postgres(mut connection) = manager.connect().map_err(|error| error.to_string())? else {
        panic!("{url} is PostgreSQL")
    };
    let query = "SELECT coalesce(version, '') AS version FROM pg_stat_ssl WHERE pid = pg_backend_pid()";
    Ok(diesel::sql_query(query).get_result::<Version>(&mut connection).expect("the view of connections").version)
}

#[test]
fn a_server_on_another_machine_is_verified_unless_the_address_says_otherwise() {
    for here in [
        "postgres://luyue@/luyue?host=%2Ftmp%2Fx",
        "postgres://luyue@%2Ftmp%2Fx/luyue",
        "postgres://luyue@localhost/luyue",
        "postgres://luyue:a%40b@127.0.0.1:5433/luyue",
        "postgresql://luyue@[::1]:5432/luyue",
        "postgres:///luyue",
    ] {
        assert_eq!(address(here), here, "on this machine");
    }
    for said in ["sslmode=disable", "sslmode=require", "application_name=x&sslmode=verify-ca", "ssl=true"] {
        let url = format!("postgres://luyue@{NAME}/luyue?{said}");
        assert_eq!(address(&url), url);
    }
    let verified = "sslmode=verify-full&sslrootcert=system";
    for (url, expected) in [
        ("postgres://u:p@10.0.0.7/luyue", format!("postgres://u:p@10.0.0.7/luyue?{verified}")),
        (
            "postgres://u@db:5432/luyue?connect_timeout=5",
            format!("postgres://u@db:5432/luyue?connect_timeout=5&{verified}"),
        ),
        ("postgres://u@/luyue?host=db", format!("postgres://u@/luyue?host=db&{verified}")),
        ("postgres://u@localhost,db/luyue", format!("postgres://u@localhost,db/luyue?{verified}")),
        ("postgres://u@[2001:db8::1]/luyue", format!("postgres://u@[2001:db8::1]/luyue?{verified}")),
        ("postgres://u@127.0.0.1.evil.test/luyue", format!("postgres://u@127.0.0.1.evil.test/luyue?{verified}")),
        (
            "postgres://u@db/luyue?sslrootcert=/ca.pem",
            "postgres://u@db/luyue?sslrootcert=/ca.pem&sslmode=verify-full".to_owned(),
        ),
    ] {
        assert_eq!(address(url), expected);
    }
}

#[test]
fn an_untrusted_certificate_or_another_name_of_the_database_is_refused() {
    let made = rcgen::generate_simple_self_signed([NAME.to_owned()]).expect("a certificate");
    let port = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a port").port();
    let files = [("server.crt", made.cert.pem()), ("server.key", made.signing_key.serialize_pem())];
    let files: Vec<(&str, &str)> = files.iter().map(|(name, text)| (*name, text.as_str())).collect();
    let place = format!("port={port}");
    let settings =
        ["listen_addresses=127.0.0.1", &place, "ssl=on", "ssl_cert_file=../server.crt", "ssl_key_file=../server.key"];
    let _cluster = Cluster::start_with(&settings, &files);
    let folder = tempfile::tempdir().expect("a folder");
    let authority = folder.path().join("ca.pem");
    std::fs::write(&authority, made.cert.pem()).expect("written");
    let to = |name: &str, more: &str| format!("postgres://luyue@{name}:{port}/postgres?hostaddr=127.0.0.1{more}");
    let trusting = format!("&sslrootcert={}", authority.display());

    let refused = connect(&to(NAME, "")).expect_err("no authority of the system issued it");
    assert!(refused.contains("certificate verify failed"), "{refused}");
    let refused = connect(&to("other.luyue.test", &trusting)).expect_err("another name");
    assert!(refused.contains("does not match host name"), "{refused}");
    let version = connect(&to(NAME, &trusting)).expect("a trusted certificate for this name");
    assert!(["TLSv1.2", "TLSv1.3"].contains(&version.as_str()), "{version}");
    assert_eq!(connect(&to(NAME, "&sslmode=disable")).as_deref(), Ok(""), "only because the address says so");

    // The authorities of the system are those of the file that the environment names.
    let mut command = Command::new(env!("CARGO_BIN_EXE_luyue"));
    command.arg("check").env("LUYUE_DATABASE_URL", to(NAME, "")).env("LUYUE_DATA", folder.path());
    let done = command.env("SSL_CERT_FILE", &authority).output().expect("the program runs");
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
}

#[test]
fn a_server_that_does_not_speak_tls_gets_no_password() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("an address").port();
    let heard = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().expect("the program connects");
        let mut request = [0; 8];
        stream.read_exact(&mut request).expect("it asks for TLS");
        stream.write_all(b"N").expect("the refusal is sent");
        let mut rest = Vec::new();
        stream.read_to_end(&mut rest).expect("it closes the connection");
        (request, rest)
    });
    let url = format!("postgres://luyue:secret@{NAME}:{port}/luyue?hostaddr=127.0.0.1");
    let refused = connect(&url).expect_err("it was asked for TLS");
    assert!(refused.contains("does not support SSL"), "{refused}");
    let (request, rest) = heard.join().expect("the server ends");
    assert_eq!((request, rest), ([0, 0, 0, 8, 4, 210, 22, 47], Vec::new()), "a request for TLS and nothing else");
}
