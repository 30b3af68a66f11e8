//! The demonstration, backed up while it runs, restored into the other engine, and moved there and back.

use std::process::{Command, Output};

use crate::operations::backups::place::{contents, digests};
use crate::support::app::sqlite_place;
use crate::support::demo::Demo;
use crate::support::postgres::empty_database;

/// Shortly after the start of the demonstration's clock.
const CLOCK: &str = "2026-09-30T09:30:00+08:00";

fn luyue(data: &std::path::Path, database: &str, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_luyue"));
    command.args(arguments).env("LUYUE_DATA", data).env("LUYUE_DATABASE_URL", database).env("LUYUE_CLOCK", CLOCK);
    let done = command.output().expect("the command runs");
    let (out, error) = (String::from_utf8_lossy(&done.stdout), String::from_utf8_lossy(&done.stderr));
    assert!(done.status.success(), "{arguments:?}: {out}{error}");
    done
}

mod whole_run {
    #[test]
    fn the_demonstration_is_restored_and_moved_to_the_other_engine() {
        super::restore_and_move();
    }
}

fn restore_and_move() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("data");
    let database = format!("sqlite://{}", data.join("luyue.db").display());
    let demo = Demo::start(&data);
    let archive = folder.path().join("luyue.zip").display().to_string();
    luyue(&data, &database, &["backup", &archive]);
    drop(demo);
    let restored = empty_database();
    let other = folder.path().join("restored");
    std::fs::create_dir(&other).expect("a folder");
    std::fs::copy(data.join("secret.key"), other.join("secret.key")).expect("the key");
    let done = luyue(&other, &restored.url, &["restore", &archive]);
    let words = String::from_utf8_lossy(&done.stdout).into_owned();
    assert!(words.contains(": 0 differences"), "{words}");
    // The demonstration went on until the archive was finished, and may have stored more since its snapshot.
    let (files, kept) = (contents(&other.join("files")), contents(&data.join("files")));
    let differing: Vec<&String> =
        files.iter().filter(|(name, bytes)| kept.get(*name) != Some(bytes)).map(|(name, _)| name).collect();
    assert!(files.len() > 50 && differing.is_empty(), "of {} files {differing:?}", files.len());
    let (moved, back) = (empty_database(), sqlite_place());
    let original = digests(&database);
    luyue(&data, &database, &["migrate-database", &database, &moved.url]);
    assert_eq!(digests(&moved.url), original);
    luyue(&data, &database, &["migrate-database", &moved.url, &back.0]);
    assert_eq!(digests(&back.0), original);
}
