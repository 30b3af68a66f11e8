//! The drill: a backup under load is restored, and equals the state at its snapshot.

use std::collections::BTreeMap;
use std::process::{Command, Output};
use std::sync::RwLock;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use luyue::services::operations::backups::Progress;
use luyue::services::operations::backups::make::make;
use serde_json::{Value, json};

use crate::adapters::fixtures::pdf;
use crate::deliverables::support::submissions;
use crate::on_both_engines;
use crate::operations::backups::place::{Target, contents, digests};
use crate::payments::setup;
use crate::support::app::{Place, TestApp, postgres_place, sqlite_place, unsealed_differences};
use crate::support::digest::Dump;
use crate::support::outage;
use crate::support::programme;
use crate::support::visitor::Visitor;

on_both_engines! {
    a_backup_under_load_is_restored_as_of_its_snapshot
    the_commands_back_up_restore_and_check
}

/// Writes while the load waits.
const WRITES: usize = 4;

/// Contracts with a file each, one of them at midyear with a payment; returns others that have none yet.
fn written(test: &TestApp) -> Vec<String> {
    let contracts: Vec<String> = (0..8).map(|number| programme::registered(test, &format!("B-{number}"))).collect();
    contracts.iter().for_each(|id| programme::activate(test, id));
    let main = setup::midyear(test);
    setup::paid(test, &main, "ADVANCE");
    let (with, without) = contracts.split_at(3);
    with.iter().for_each(|id| upload(test, id));
    // A refused form keeps its file for its sender.
    let form = format!("/contracts/{}/act/submission?subject=VISIT-H1", without[0]);
    let fields = [("quantity", "many"), ("note", "上半年走访")];
    Visitor::signed_in(test, "contractor").upload_from(&form, "files", &fields, &[("甲.pdf", &pdf(b"kept"))]);
    without.to_vec()
}

fn upload(test: &TestApp, contract: &str) {
    let content = pdf(contract.as_bytes());
    test.by("contractor")
        .upload(&submissions(&format!("contracts/{contract}")), &[("quantity", "590")], &[("报告.pdf", &content)])
        .expect_status(201);
}

fn other_place(test: &TestApp) -> Place {
    if outage::sqlite_path(test).is_some() { postgres_place() } else { sqlite_place() }
}

fn same_place(test: &TestApp) -> Place {
    if outage::sqlite_path(test).is_some() { sqlite_place() } else { postgres_place() }
}

/// Clients that write until told to stop. Nothing is written while someone else holds the gate.
#[derive(Default)]
struct Load {
    gate: RwLock<()>,
    writes: AtomicUsize,
    ends: AtomicBool,
}

impl Load {
    fn register(&self, test: &TestApp, input: &Value, name: &str) {
        for number in 0.. {
            if self.ends.load(Ordering::SeqCst) {
                return;
            }
            let mut input = input.clone();
            input["number"] = json!(format!("{name}-{number}"));
            self.act(|| test.by("justice").post("contracts", &input).expect_status(201));
        }
    }

    fn act<T>(&self, write: impl FnOnce() -> T) {
        let open = self.gate.read().expect("the gate opens");
        write();
        self.writes.fetch_add(1, Ordering::SeqCst);
        drop(open);
    }

    fn wait_for_more(&self) {
        let wanted = self.writes.load(Ordering::SeqCst) + WRITES;
        while self.writes.load(Ordering::SeqCst) < wanted {
            std::thread::yield_now();
        }
    }
}

fn a_backup_under_load_is_restored_as_of_its_snapshot(test: &TestApp) {
    let without_files = written(test);
    let folder = tempfile::tempdir().expect("a folder");
    let archive = folder.path().join("luyue.zip");
    let load = Load::default();
    let input = programme::input(test, "L");
    let mut at_snapshot: Option<(Dump, BTreeMap<String, Vec<u8>>)> = None;
    std::thread::scope(|scope| {
        for writer in ["L-1", "L-2"] {
            let (load, input) = (&load, &input);
            scope.spawn(move || load.register(test, input, writer));
        }
        scope.spawn(|| without_files.iter().for_each(|id| load.act(|| upload(test, id))));
        load.wait_for_more();
        let mut waits = Some(load.gate.write().expect("the gate closes"));
        let mut stages = 0;
        let made = make(&test.app, &archive, &mut |progress| match progress {
            Progress::Snapshot => {
                let files = contents(&test.app.settings.data.join("files"));
                at_snapshot = Some((Dump::of(&test.app.pool), files));
                waits = None;
                load.wait_for_more();
            }
            // While rows are read, and while files are copied.
            Progress::Rows("contracts" | "files", 1) | Progress::Files(1) => {
                stages += 1;
                load.wait_for_more();
            }
            _ => {}
        });
        load.ends.store(true, Ordering::SeqCst);
        let made = made.expect("the backup is made");
        assert_eq!(stages, 3, "it was written all the time");
        assert!(made.files >= 4, "{made:?}");
    });
    let (rows, files) = at_snapshot.expect("there was a snapshot");
    assert!(!rows.changes(&Dump::of(&test.app.pool)).is_empty(), "what came later is not in it");
    for (place, is_same_engine) in [(same_place(test), true), (other_place(test), false)] {
        let target = Target::for_backups_of(test, place);
        let manifest = target.restore(&archive).expect("it is restored");
        let app = target.started(test);
        if is_same_engine {
            assert_eq!(rows.changes(&Dump::of(&app.pool)), Vec::<String>::new());
        }
        let listed: Vec<_> = manifest.tables.iter().map(|t| (t.table.name.clone(), t.digest.clone())).collect();
        assert_eq!(digests(&target.settings.database_url()), listed);
        let restored = contents(&target.settings.data.join("files"));
        let named: Vec<&String> = manifest.files.iter().map(|file| &file.key).collect();
        assert_eq!(restored.keys().collect::<Vec<_>>(), named);
        assert!(restored.iter().all(|(key, content)| files.get(key) == Some(content)), "each file is as it was");
        assert!(contents(&target.settings.data.join("staging")).is_empty());
        let report = luyue::services::audit::check::check(&app, |_| ()).expect("the check runs");
        let mut differences = report.differences;
        differences.retain(|difference| !difference.what.starts_with("missing"));
        assert_eq!(differences, []);
        // New rows get keys of their own.
        let new = luyue::storage::write::Context::of_program(test.now(), app.ids.clone());
        luyue::storage::write::write(&app.pool, &new, |tx| {
            luyue::storage::registry::organisations::insert_region(tx.connection, "999999", "新区", None).map(|_| ())
        })
        .expect("a new row has a new key");
    }
    assert_eq!(unsealed_differences(test), []);
}

fn luyue(test: &TestApp, settings: &luyue::config::Settings, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_luyue"))
        .args(arguments)
        .env("LUYUE_DATABASE_URL", settings.database_url())
        .env("LUYUE_DATA", &settings.data)
        .env("LUYUE_CLOCK", test.now().and_utc().to_rfc3339())
        .output()
        .expect("the command runs")
}

fn the_commands_back_up_restore_and_check(test: &TestApp) {
    let id = programme::registered(test, "C-1");
    programme::activate(test, &id);
    test.at("2026-06-29", 9);
    upload(test, &id);
    luyue::services::audit::seals::seal_day(&test.app).expect("the day is sealed");
    let folder = tempfile::tempdir().expect("a folder");
    let archive = folder.path().join("luyue.zip").display().to_string();
    let made = luyue(test, &test.app.settings, &["backup", &archive]);
    let words = String::from_utf8_lossy(&made.stdout).into_owned();
    assert!(made.status.success(), "{words}{}", String::from_utf8_lossy(&made.stderr));
    assert!(words.contains(" tables and 1 files as of 2026-06-29 01:00:0"), "{words}");
    let names: Vec<_> = std::fs::read_dir(folder.path()).expect("a folder").collect();
    assert_eq!(names.len(), 1, "nothing else is left");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::metadata(&archive).expect("a file").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    let again = luyue(test, &test.app.settings, &["backup", &archive]);
    let words = String::from_utf8_lossy(&again.stderr).into_owned();
    assert!(!again.status.success() && words.ends_with("exists already: choose another name\n"), "{words}");
    let target = Target::for_backups_of(test, same_place(test));
    let restored = luyue(test, &target.settings, &["restore", &archive]);
    let words = String::from_utf8_lossy(&restored.stdout).into_owned();
    assert!(words.contains("and 1 files as of 2026-06-29"), "{words}{}", String::from_utf8_lossy(&restored.stderr));
    assert!(restored.status.success() && words.ends_with("1 appropriations: 0 differences\n"), "{words}");
    let again = luyue(test, &target.settings, &["restore", &archive]);
    let words = String::from_utf8_lossy(&again.stderr).into_owned();
    assert!(!again.status.success() && words.contains("is not empty: restore into a new data folder"), "{words}");
}
