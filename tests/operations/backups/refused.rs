//! Backups that are refused, and places that they are not restored into. Each refusal says what to do and writes
//! nothing.

use std::path::{Path, PathBuf};

use luyue::adapters::archive::{ArchiveReader, ArchiveWriter};
use luyue::adapters::secrets::Secret;
use luyue::services::operations::backups::make::make;
use luyue::services::operations::backups::restore::{KeyRule, restore};
use luyue::services::operations::backups::{BackupError, MANIFEST, Manifest, PURPOSE, SIGNATURE, StoredFile};
use luyue::storage::audit::hash_chains::digest_bytes;

use crate::adapters::fixtures::pdf;
use crate::deliverables::support::{running, stored, submissions};
use crate::operations::backups::place::{Target, contents, digests};
use crate::support::app::{TestApp, sqlite_place};

/// An application with a file, and its backup.
struct Backup {
    test: TestApp,
    folder: tempfile::TempDir,
    archive: PathBuf,
}

/// Entries of an archive other than its manifest and signature.
type Entries = Vec<(String, Vec<u8>)>;

impl Backup {
    fn new() -> Self {
        let test = TestApp::sqlite();
        let contract = running(&test);
        test.by("contractor")
            .upload(&submissions(&contract), &[("quantity", "590")], &[("报告.pdf", &pdf(b"report"))])
            .expect_status(201);
        let folder = tempfile::tempdir().expect("a folder");
        let archive = folder.path().join("luyue.zip");
        make(&test.app, &archive, &mut |_| ()).expect("the backup is made");
        Self { test, folder, archive }
    }

    /// Writes a changed copy, with a valid signature.
    fn changed(&self, change: impl FnOnce(&mut Manifest, &mut Entries)) -> PathBuf {
        let mut archive = ArchiveReader::open(&self.archive).expect("it opens");
        let mut entries: Entries = Vec::new();
        for name in archive.names().expect("names") {
            let bytes = archive.entry(&name, u64::MAX).and_then(|entry| entry.into_bytes()).expect("an entry");
            entries.push((name, bytes));
        }
        let place = entries.iter().position(|(name, _)| name == MANIFEST).expect("the manifest");
        let mut manifest: Manifest = serde_json::from_slice(&entries.remove(place).1).expect("JSON");
        entries.retain(|(name, _)| name != SIGNATURE);
        change(&mut manifest, &mut entries);
        let json = serde_json::to_vec(&manifest).expect("JSON");
        let signature = self.test.app.secret.derive(PURPOSE).sign(&json).into_bytes();
        entries.extend([(MANIFEST.to_owned(), json), (SIGNATURE.to_owned(), signature)]);
        self.write(&entries)
    }

    fn write(&self, entries: &Entries) -> PathBuf {
        let path = self.folder.path().join(format!("{}.zip", self.test.app.ids.uuid()));
        let mut archive = ArchiveWriter::create(&path).expect("an archive");
        for (name, bytes) in entries {
            archive.begin(name, true).expect("an entry");
            archive.write(bytes).expect("its bytes");
        }
        archive.finish().expect("the archive");
        path
    }

    fn target(&self) -> Target {
        Target::for_backups_of(&self.test, sqlite_place())
    }

    /// Restores into an empty place, which must fail with these words and leave the place empty.
    #[track_caller]
    fn is_refused(&self, archive: &Path, words: &str) {
        let target = self.target();
        let error = target.restore(archive).expect_err("it is refused").to_string();
        assert!(error.contains(words), "{error}");
        assert_eq!(target.content(), Vec::<String>::new(), "{error}");
    }
}

fn entry<'a>(entries: &'a mut Entries, name: &str) -> &'a mut Vec<u8> {
    &mut entries.iter_mut().find(|(known, _)| known == name).expect("the entry").1
}

#[test]
fn a_cut_archive_is_refused() {
    let backup = Backup::new();
    let whole = std::fs::read(&backup.archive).expect("the archive");
    for length in [0, 1, 21, whole.len() / 3, whole.len() / 2, whole.len() - 30, whole.len() - 1] {
        let path = backup.folder.path().join(format!("cut-{length}.zip"));
        std::fs::write(&path, &whole[..length]).expect("it is written");
        backup.is_refused(&path, "Use another backup");
    }
    backup.is_refused(&backup.folder.path().join("nowhere.zip"), "cannot be read");
}

#[test]
fn a_changed_byte_is_found_wherever_it_matters() {
    let backup = Backup::new();
    let whole = std::fs::read(&backup.archive).expect("the archive");
    let original = digests(&backup.test.app.settings.database_url());
    let mut refused = 0;
    const POSITIONS: usize = 60;
    for place in (0..POSITIONS).map(|part| part * (whole.len() - 1) / (POSITIONS - 1)) {
        let mut bytes = whole.clone();
        bytes[place] ^= 0x41;
        let path = backup.folder.path().join(format!("changed-{place}.zip"));
        std::fs::write(&path, &bytes).expect("it is written");
        let target = backup.target();
        match target.restore(&path) {
            Err(_) => {
                refused += 1;
                assert_eq!(target.content(), Vec::<String>::new(), "byte {place}");
            }
            // A byte that means nothing, such as a time of the archive's own list.
            Ok(_) => assert_eq!(digests(&target.settings.database_url()), original, "byte {place}"),
        }
        std::fs::remove_file(&path).expect("it is removed");
    }
    assert!(refused > POSITIONS / 2, "{refused} of {POSITIONS}");
}

#[test]
fn a_list_that_is_not_that_of_the_archive_is_refused() {
    let backup = Backup::new();
    let unchanged = backup.changed(|_, _| ());
    backup.target().restore(&unchanged).expect("a valid signature alone is enough");
    let evil = ["../../evil", "/etc/evil", "..\\evil", "files/../evil"];
    for name in evil {
        let added = backup.changed(|_, entries| entries.push((name.to_owned(), b"x".to_vec())));
        backup.is_refused(&added, "which its list does not name");
        let listed = backup.changed(|manifest, entries| {
            let file = StoredFile { key: name.to_owned(), bytes: 1, sha256: digest_bytes(b"x") };
            entries.push((file.entry(), b"x".to_vec()));
            manifest.files.push(file);
        });
        backup.is_refused(&listed, "its list names the file");
        let table = backup.changed(|manifest, _| manifest.tables[0].table.name = name.to_owned());
        backup.is_refused(&table, "its list names the table");
    }
    let column =
        backup.changed(|manifest, _| manifest.tables[0].table.columns[0].name = "id\" FROM people--".to_owned());
    backup.is_refused(&column, "its list names the table");
    let twice = backup.changed(|manifest, _| manifest.files.push(manifest.files[0].clone()));
    backup.is_refused(&twice, "its list names the file");
    let missing = backup.changed(|_, entries| entries.retain(|(name, _)| name != "tables/facts.jsonl"));
    backup.is_refused(&missing, "tables/facts.jsonl is missing");
    let changed = backup.changed(|_, entries| entry(entries, "tables/people.jsonl").push(b'\n'));
    backup.is_refused(&changed, "the backup is damaged");
    let name = contents(&backup.test.app.settings.data.join("files")).into_keys().next().expect("a file");
    let file = backup.changed(|_, entries| entry(entries, &format!("files/{name}"))[9] ^= 1);
    backup.is_refused(&file, "is not what was backed up");
    // Rows that the table cannot hold, with right digests.
    for line in ["[1]\n", "nonsense\n", "[\"x\",\"x\",\"x\",\"x\",null,null]\n"] {
        let strange = backup.changed(|manifest, entries| {
            *entry(entries, "tables/regions.jsonl") = line.as_bytes().to_vec();
            let digest = &mut manifest.tables[0].digest;
            (digest.rows, digest.bytes, digest.sha256) = (1, line.len() as u64, digest_bytes(line.as_bytes()));
        });
        let target = backup.target();
        target.restore(&strange).expect_err("no such row");
        let rows: u64 = digests(&target.settings.database_url()).iter().map(|(_, digest)| digest.rows).sum();
        assert_eq!(rows, 0, "{line}");
    }
}

#[test]
fn a_signature_a_format_and_a_schema_are_checked() {
    let backup = Backup::new();
    let mut entries: Entries = Vec::new();
    let mut archive = ArchiveReader::open(&backup.archive).expect("it opens");
    for name in archive.names().expect("names") {
        entries.push((name.clone(), archive.entry(&name, u64::MAX).and_then(|e| e.into_bytes()).expect("an entry")));
    }
    let json = entry(&mut entries, MANIFEST);
    *json = String::from_utf8(json.clone())
        .expect("text")
        .replace("\"made_at\": \"2026", "\"made_at\": \"2025")
        .into_bytes();
    backup.is_refused(&backup.write(&entries), "the signature of its list is not valid");
    let later = backup.changed(|manifest, _| manifest.migrations.push("29990101000000".to_owned()));
    backup.is_refused(&later, "install that version and repeat the command");
    let format = backup.changed(|manifest, _| manifest.format = 2);
    backup.is_refused(&format, "the backup has the format 2");
}

#[test]
fn a_backup_of_an_earlier_schema_is_restored_and_migrated() {
    let backup = Backup::new();
    let earlier = backup.changed(|manifest, entries| {
        manifest.migrations.retain(|migration| migration != "20261128120000");
        let came_with_it = |name: &str| name.contains("amendment");
        manifest.tables.retain(|table| !came_with_it(&table.table.name));
        entries.retain(|(name, _)| !came_with_it(name));
        let drafts = manifest.tables.iter_mut().find(|table| table.table.name == "drafts").expect("drafts");
        assert_eq!((drafts.digest.rows, drafts.table.columns.pop().expect("a column").name.as_str()), (0, "amends_id"));
    });
    let target = backup.target();
    target.restore(&earlier).expect("it is restored");
    target.started(&backup.test);
    assert_eq!(digests(&target.settings.database_url()), digests(&backup.test.app.settings.database_url()));
}

#[test]
fn another_key_is_refused_unless_it_is_lost() {
    let backup = Backup::new();
    let target = backup.target();
    std::fs::remove_file(target.settings.key_file()).expect("the key is taken away");
    let error = target.restore(&backup.archive).expect_err("no key").to_string();
    assert!(error.contains("Put the secret.key of the installation there"), "{error}");
    Secret::load_or_create(&target.settings.key_file(), luyue::clock::Ids::Random.bytes()).expect("another key");
    let error = target.restore(&backup.archive).expect_err("another key").to_string();
    assert!(error.contains("put the secret.key of the backup's installation there"), "{error}");
    assert_eq!(target.content(), Vec::<String>::new());
    restore(&target.settings, &backup.archive, KeyRule::Any, &mut |_| ()).expect("the key is lost");
    assert_eq!(digests(&target.settings.database_url()), digests(&backup.test.app.settings.database_url()));
}

#[test]
fn a_place_in_use_is_refused() {
    let backup = Backup::new();
    let target = backup.target();
    target.restore(&backup.archive).expect("it is restored");
    let before = (digests(&target.settings.database_url()), contents(&target.settings.data));
    let error = target.restore(&backup.archive).expect_err("it is full");
    assert!(matches!(error, BackupError::NotEmpty(_)), "{error}");
    assert_eq!(digests(&target.settings.database_url()), before.0);
    // A database that was only started is still empty.
    let unused = backup.target();
    drop(unused.started(&backup.test));
    unused.restore(&backup.archive).expect("it was never used");
    let strange = backup.target();
    let key = "0123456789abcdef0123456789abcdef";
    let folder = strange.settings.data.join("files").join("01");
    std::fs::create_dir_all(&folder).expect("a folder");
    std::fs::write(folder.join(key), b"another file").expect("a file");
    let error = strange.restore(&backup.archive).expect_err("it holds files").to_string();
    assert!(error.contains("the file store file://") && error.contains("is not empty"), "{error}");
    assert_eq!(strange.content(), [key]);
}

#[test]
fn an_interrupted_restore_is_repeated() {
    let backup = Backup::new();
    let target = backup.target();
    let source = stored(&backup.test).pop().expect("a file");
    let name = source.file_name().expect("a name").to_string_lossy().into_owned();
    let folder = target.settings.data.join("files").join(&name[..2]);
    std::fs::create_dir_all(&folder).expect("a folder");
    std::fs::copy(&source, folder.join(&name)).expect("one file is there already");
    std::fs::create_dir_all(target.settings.data.join("staging")).expect("a folder");
    std::fs::write(target.settings.data.join("staging").join(&name), b"half").expect("a staged copy");
    target.restore(&backup.archive).expect("it goes on");
    assert_eq!(contents(&target.settings.data.join("files")).len(), 1);
    assert!(contents(&target.settings.data.join("staging")).is_empty());
}

#[test]
fn a_lost_file_is_named_and_no_archive_is_left() {
    let backup = Backup::new();
    let file = stored(&backup.test).pop().expect("a file");
    let name = file.file_name().expect("a name").to_string_lossy().into_owned();
    let archive = backup.folder.path().join("second.zip");
    std::fs::write(&file, b"changed").expect("it is changed");
    let error = make(&backup.test.app, &archive, &mut |_| ()).expect_err("it is damaged").to_string();
    assert!(error.contains(&format!("entry files/{name}")) && error.contains("not what was uploaded"), "{error}");
    std::fs::remove_file(&file).expect("it is lost");
    let error = make(&backup.test.app, &archive, &mut |_| ()).expect_err("it is lost").to_string();
    assert!(error.contains("is missing: put it back from an earlier backup"), "{error}");
    assert_eq!(std::fs::read_dir(backup.folder.path()).expect("a folder").count(), 1);
    let nowhere = backup.folder.path().join("no folder").join("luyue.zip");
    let error = make(&backup.test.app, &nowhere, &mut |_| ()).expect_err("no folder").to_string();
    assert!(error.contains("cannot be written"), "{error}");
}
