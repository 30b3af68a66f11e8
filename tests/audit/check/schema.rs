//! The schema: what the migrations make has no difference, and each foreign, missing or changed object is named.

use diesel::connection::SimpleConnection;
use luyue::services::audit::schema;
use luyue::storage::AnyConnection;

use crate::on_both_engines;
use crate::support::app::TestApp;

on_both_engines! { foreign_missing_and_changed_objects_are_named }

/// Statements of someone with write access, and what is told of each; the trigger stands apart, by engine.
const CHANGES: &[(&str, &[&str])] = &[
    ("CREATE TABLE kept_aside (id BIGINT)", &["foreign table kept_aside", "foreign column kept_aside.id"]),
    ("ALTER TABLE payments ADD COLUMN extra TEXT", &["foreign column payments.extra"]),
    ("CREATE INDEX extra_idx ON payments (state)", &["foreign index extra_idx"]),
    ("CREATE VIEW paid AS SELECT id FROM payments", &["foreign view paid"]),
    ("DROP INDEX regions_path_idx", &["missing index regions_path_idx"]),
    (
        "DROP INDEX regions_code_key; CREATE INDEX regions_code_key ON regions (code)",
        &["index regions_code_key is not as the program makes it"],
    ),
];

const TRIGGER_ON_SQLITE: &str = "CREATE TRIGGER quiet AFTER INSERT ON events BEGIN DELETE FROM events; END";
const TRIGGER_ON_POSTGRES: &str = "CREATE FUNCTION quietly() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'; \
     CREATE TRIGGER quiet BEFORE INSERT ON events FOR EACH ROW EXECUTE FUNCTION quietly(); \
     CREATE RULE never AS ON DELETE TO events DO INSTEAD NOTHING; \
     ALTER TABLE payments ADD CONSTRAINT small CHECK (amount_fen >= 0)";

fn told(test: &TestApp) -> Vec<String> {
    let found = schema::differences(&test.app).expect("the schema can be read");
    assert!(found.iter().all(|found| found.at == "schema"));
    found.into_iter().map(|found| found.what).collect()
}

fn foreign_missing_and_changed_objects_are_named(test: &TestApp) {
    assert_eq!(told(test), Vec::<String>::new());
    let mut connection = test.app.pool.get().expect("a connection");
    let (trigger, mut expected) = match *connection {
        AnyConnection::Sqlite(_) => {
            (TRIGGER_ON_SQLITE, vec!["foreign trigger quiet", "foreign text of table kept_aside"])
        }
        AnyConnection::Postgres(_) => (
            TRIGGER_ON_POSTGRES,
            vec!["foreign trigger quiet", "foreign function quietly", "foreign rule never", "foreign check small"],
        ),
    };
    if matches!(*connection, AnyConnection::Sqlite(_)) {
        expected.push("text of table payments is not as the program makes it");
    }
    connection.batch_execute(trigger).expect("a trigger");
    for (statement, words) in CHANGES {
        connection.batch_execute(statement).expect("the schema is changed");
        expected.extend(*words);
    }
    drop(connection);
    let mut told = told(test);
    told.sort_unstable();
    expected.sort_unstable();
    assert_eq!(told, expected);
}
