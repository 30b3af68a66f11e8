//! `luyue migrate-database`: every value of every type is the same in the other engine.

use luyue::services::operations::backups::move_database::move_database;
use luyue::storage::backend::migrate;
use luyue::storage::transfer::{Table, all_tables};
use luyue::storage::{AnyConnection, Pool};

use crate::operations::backups::place::digests;
use crate::support::app::sqlite_place;
use crate::support::digest::{columns, tables};
use crate::support::postgres::empty_database;
use crate::upgrade::{catalogue, fill};

fn open(url: &str) -> Pool {
    Pool::open(url, 1).expect("the database opens")
}

/// Returns a migrated database with a row in every table and values at the bounds of their types.
fn filled(url: &str) {
    let pool = open(url);
    let mut connection = pool.get().expect("a connection");
    migrate(&mut connection).expect("the migrations run");
    let run = |connection: &mut AnyConnection, statement: &str| {
        diesel::connection::SimpleConnection::batch_execute(connection, statement)
            .unwrap_or_else(|error| panic!("{statement}: {error}"));
    };
    run(&mut connection, "DELETE FROM row_records; DELETE FROM row_heads");
    fill(&mut connection);
    for statement in [
        "UPDATE contracts SET amount_fen = 9223372036854775807, title = '引号 '' \" \\ \u{1f600} 换行\n制表\t〓'",
        "UPDATE contracts SET appropriation_id = NULL, award_on = NULL, next_change = '9999-12-31'",
        "UPDATE payments SET amount_fen = -9223372036854775808, paid_on = NULL, voucher = ''",
        "UPDATE breaches SET waived = FALSE, found_at = '2026-01-05 01:00:00.123456'",
        "UPDATE emails SET attempts = -2147483648, sent_at = NULL, leased_until = '1970-01-01 00:00:00.5'",
    ] {
        run(&mut connection, statement);
    }
}

#[test]
fn every_table_is_listed_with_its_columns_and_key() {
    let place = sqlite_place();
    let pool = open(&place.0);
    let mut connection = pool.get().expect("a connection");
    migrate(&mut connection).expect("the migrations run");
    let mut listed: Vec<Table> = all_tables();
    listed.sort_by(|one, other| one.name.cmp(&other.name));
    assert_eq!(listed.iter().map(|table| table.name.clone()).collect::<Vec<_>>(), tables(&mut connection));
    for table in listed {
        assert!(table.has_plain_names(), "{table:?}");
        let mut own: Vec<String> = table.columns.iter().map(|column| column.name.clone()).collect();
        let mut found = columns(&mut connection, &table.name);
        own.sort();
        found.sort();
        assert_eq!(own, found, "{}", table.name);
        let mut key: Vec<(usize, String)> = catalogue(&mut connection, &table.name)
            .into_iter()
            .filter(|(_, column)| column.key > 0)
            .map(|(name, column)| (column.key, name))
            .collect();
        key.sort();
        let key: Vec<String> = key.into_iter().map(|(_, name)| name).collect();
        assert_eq!(table.key, key, "{}", table.name);
    }
}

#[test]
fn every_type_is_the_same_there_and_back() {
    let (first, between, last) = (sqlite_place(), empty_database(), sqlite_place());
    filled(&first.0);
    let original = digests(&first.0);
    assert!(original.iter().all(|(_, digest)| digest.rows == 1), "{original:?}");
    let moved = move_database(&first.0, &between.url, &mut |_| ()).expect("it is moved");
    assert_eq!(moved.into_iter().map(|moved| (moved.table, moved.digest)).collect::<Vec<_>>(), original);
    assert_eq!(digests(&between.url), original);
    move_database(&between.url, &last.0, &mut |_| ()).expect("and back");
    assert_eq!(digests(&last.0), original);
    // A change of one value is seen.
    diesel::connection::SimpleConnection::batch_execute(
        &mut *open(&last.0).get().expect("a connection"),
        "UPDATE breaches SET accruing = FALSE",
    )
    .expect("it is changed");
    assert_ne!(digests(&last.0), original);
}

#[test]
fn a_target_in_use_and_a_missing_source_are_refused() {
    let (first, second) = (sqlite_place(), sqlite_place());
    filled(&first.0);
    filled(&second.0);
    let before = digests(&second.0);
    let refused = |from: &str, to: &str, words: &str| {
        let error = move_database(from, to, &mut |_| ()).expect_err("it is refused").to_string();
        assert!(error.contains(words), "{error}");
    };
    refused(&first.0, &second.0, "is not empty: restore into a new data folder");
    assert_eq!(digests(&second.0), before);
    refused(&first.0, &first.0, "is both the source and the target");
    let nowhere = format!("{}.gone", first.0);
    refused(&nowhere, &second.0, "there is no database at");
    assert!(!std::path::Path::new(nowhere.trim_start_matches("sqlite://")).exists());
    let empty = sqlite_place();
    drop(open(&empty.0).get().expect("an empty file"));
    refused(&empty.0, &sqlite_place().0, "another schema");
}
