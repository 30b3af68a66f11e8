//! The file store: files are counted and hashed while they are written, verified while they are read, and leave nothing
//! behind when they are refused.

use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use futures_util::StreamExt;
use luyue::adapters::files::{FileError, FileKey, FileStore, HASH_ALGORITHM, Stored};
use tempfile::TempDir;

use crate::adapters::fixtures::{office, part, pdf};

const LIMIT: u64 = 1024 * 1024;

struct Place {
    folder: TempDir,
    store: FileStore,
}

impl Place {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let url = format!("file://{}/files%20%E6%A1%A3", folder.path().display());
        let store = FileStore::connect(&url, &folder.path().join("staging")).expect("connected");
        Self { folder, store }
    }

    async fn put(&self, key: u8, bytes: &[u8]) -> Stored {
        let mut staged = self.store.begin(FileKey::from_random([key; 16]), LIMIT).expect("begun");
        for chunk in bytes.chunks(7_001) {
            staged.write(chunk).await.expect("taken");
        }
        staged.finish().await.expect("stored")
    }

    fn path(&self, key: &FileKey) -> PathBuf {
        let folder = &key.as_str()[..2];
        self.folder.path().join("files 档").join(folder).join(key.as_str())
    }

    fn staged(&self) -> usize {
        std::fs::read_dir(self.folder.path().join("staging")).expect("listed").count()
    }
}

fn some(bytes: usize) -> Vec<u8> {
    (0..bytes).map(|n| (n % 251) as u8).collect()
}

#[tokio::test]
async fn stored_files_are_read_back_unchanged() {
    let place = Place::new();
    let bytes = some(900_000);
    let stored = place.put(1, &bytes).await;
    assert_eq!(stored.bytes, 900_000);
    assert_eq!(stored.hash_algorithm, HASH_ALGORITHM);
    assert_eq!(stored.hash_algorithm, "SHA-256");
    assert_eq!(place.put(2, b"abc").await.sha256, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    assert_eq!(place.staged(), 0);
    assert_eq!(std::fs::read(place.path(&stored.key)).expect("there"), bytes);

    let all = place.store.read(&stored.key, &stored.sha256, LIMIT).await.expect("read");
    assert_eq!(all, bytes);
    let opened = place.store.open(&stored.key, &stored.sha256).await.expect("opened");
    assert_eq!(opened.bytes, 900_000);
    let blocks: Vec<_> = opened.stream.map(|block| block.expect("a block")).collect().await;
    assert_eq!(blocks.concat(), bytes);
    let error = place.store.read(&stored.key, &stored.sha256, 10).await.expect_err("too large");
    assert!(matches!(error, FileError::TooLarge { limit: 10 }));
}

#[tokio::test]
async fn a_flipped_byte_is_detected() {
    let place = Place::new();
    let stored = place.put(1, &some(500_000)).await;
    let path = place.path(&stored.key);
    let mut bytes = std::fs::read(&path).expect("there");
    bytes[499_999] ^= 1;
    std::fs::write(&path, bytes).expect("changed");
    let read = place.store.read(&stored.key, &stored.sha256, LIMIT).await;
    assert!(matches!(read, Err(FileError::Changed)));
    let opened = place.store.open(&stored.key, &stored.sha256).await;
    assert!(matches!(opened, Err(FileError::Changed)));
}

#[tokio::test]
async fn a_file_over_the_limit_is_refused_while_it_is_received() {
    let place = Place::new();
    let key = FileKey::from_random([3; 16]);
    let mut staged = place.store.begin(key.clone(), LIMIT).expect("begun");
    staged.write(&some(LIMIT as usize)).await.expect("at the limit");
    let error = staged.write(b"x").await.expect_err("too many");
    assert!(matches!(error, FileError::TooLarge { limit: LIMIT }));
    drop(staged);
    assert_eq!(place.staged(), 0);
    assert!(!place.path(&key).exists());
}

#[tokio::test]
async fn a_staged_file_can_be_inspected_before_it_is_stored() {
    let place = Place::new();
    let begin = |n| place.store.begin(FileKey::from_random([n; 16]), LIMIT).expect("begun");
    let mut good = begin(1);
    let file = pdf(b"<< /OpenAction 1 0 R >>");
    good.write(&file).await.expect("taken");
    let found = good.inspect("报告.pdf").await.expect("accepted");
    assert_eq!(found.kind.media_type, "application/pdf");
    assert_eq!(found.flags.len(), 1);
    // Reading the staged file does not change what is stored.
    let stored = good.finish().await.expect("stored");
    let back = place.store.read(&stored.key, &stored.sha256, LIMIT).await.expect("read");
    assert_eq!(back, file);

    let mut bad = begin(2);
    bad.write(&office("docx", vec![part("word/vbaProject.bin", "x")])).await.expect("taken");
    let error = bad.inspect("a.docx").await.expect_err("macros");
    assert_eq!(error.code(), "file-macros");
    drop(bad);
    assert_eq!(place.staged(), 0);
}

#[tokio::test]
async fn a_removed_file_is_gone_and_removing_it_again_is_no_error() {
    let place = Place::new();
    let stored = place.put(1, b"abc").await;
    place.store.delete(&stored.key).await.expect("removed");
    assert!(!place.path(&stored.key).exists());
    place.store.delete(&stored.key).await.expect("gone already");
    let read = place.store.read(&stored.key, &stored.sha256, LIMIT).await;
    assert!(matches!(read, Err(FileError::Missing)));
}

#[tokio::test]
async fn files_left_by_a_killed_process_are_removed() {
    let place = Place::new();
    let left = place.folder.path().join("staging").join("left");
    std::fs::write(&left, "x").expect("written");
    let hour = Duration::from_secs(3600);
    let written = std::fs::metadata(&left).and_then(|m| m.modified()).expect("a time");
    assert_eq!(place.store.sweep_staging(written - hour).expect("swept"), 0);
    assert!(left.exists());
    assert_eq!(place.store.sweep_staging(written + hour).expect("swept"), 1);
    assert!(!left.exists());
    assert!(written > SystemTime::UNIX_EPOCH);
}

#[test]
fn only_well_formed_keys_are_accepted() {
    assert_eq!(FileKey::from_random([0xab; 16]).as_str(), "ab".repeat(16));
    assert!(FileKey::parse(&"ab".repeat(16)).is_some());
    for other in ["", "../../etc/passwd", &"AB".repeat(16), &"ab".repeat(17), &format!("{}/", "a".repeat(31))] {
        assert!(FileKey::parse(other).is_none(), "{other}");
    }
}

#[test]
fn unknown_urls_are_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    for url in ["", "files", "ftp://host/files", "http://host/files"] {
        assert!(FileStore::connect(url, folder.path()).is_err(), "{url}");
    }
}

/// Returns the peak memory use of the process so far, in KiB.
#[cfg(target_os = "linux")]
fn most_memory() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").expect("Linux");
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).expect("a line");
    line.split_whitespace().nth(1).and_then(|n| n.parse().ok()).expect("a number")
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_large_file_needs_little_memory() {
    let place = Place::new();
    let size = 160 * 1024 * 1024;
    let mut staged = place.store.begin(FileKey::from_random([9; 16]), size).expect("begun");
    let chunk = some(64 * 1024);
    let before = most_memory();
    for _ in 0..size / chunk.len() as u64 {
        staged.write(&chunk).await.expect("taken");
    }
    let stored = staged.finish().await.expect("stored");
    assert_eq!(stored.bytes, size);
    let opened = place.store.open(&stored.key, &stored.sha256).await.expect("opened");
    assert_eq!(opened.bytes, size);
    let grown = most_memory() - before;
    assert!(grown < 32 * 1024, "{grown} KiB");
}

#[tokio::test]
async fn staged_files_hold_no_open_file() {
    let place = Place::new();
    let mut staged = Vec::new();
    for key in 1..60 {
        let mut one = place.store.begin(FileKey::from_random([key; 16]), LIMIT).expect("begun");
        one.write(&some(300_000)).await.expect("taken");
        staged.push(one);
    }
    let open = std::fs::read_dir("/proc/self/fd").expect("Linux").filter_map(|entry| {
        let target = std::fs::read_link(entry.expect("an entry").path()).ok()?;
        target.starts_with(place.folder.path()).then_some(target)
    });
    assert_eq!(open.collect::<Vec<_>>(), Vec::<PathBuf>::new(), "{} files are staged", place.staged());
    let stored = staged.pop().expect("one").finish().await.expect("stored");
    assert_eq!(std::fs::read(place.path(&stored.key)).expect("there"), some(300_000));
}
