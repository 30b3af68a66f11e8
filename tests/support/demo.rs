//! The demonstration as users start it, with `luyue demo`; it is stopped when its test ends. Writing it takes a debug
//! build a minute, so the first test of a build writes it and the others start copies.

use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::UNIX_EPOCH;

use crate::support::visitor::PASSWORD;

/// Returns the path of the log of a demonstration.
pub fn log_beside(data: &Path) -> PathBuf {
    data.with_extension("log")
}

/// A running demonstration.
pub struct Demo {
    process: Child,
    pub url: String,
}

impl Demo {
    /// Starts it on a folder, where it is copied to unless it is there, and waits until it is ready. Every user has the
    /// tests' password.
    pub fn start(data: &Path) -> Self {
        if !data.exists() {
            let written = written();
            copy(&written, data);
            fs::copy(log_beside(&written), log_beside(data)).expect("its log is copied");
        }
        Self::run(data)
    }

    /// Starts it on a folder, where it is written unless it is there.
    fn run(data: &Path) -> Self {
        let log = File::options().create(true).append(true).open(log_beside(data)).expect("a file for its log");
        let mut process = Command::new(env!("CARGO_BIN_EXE_luyue"))
            .args(["demo", "--listen", "127.0.0.1:0", "--data"])
            .arg(data)
            .env("LUYUE_DEMO_PASSWORD", PASSWORD)
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .expect("the demonstration starts");
        let lines = BufReader::new(process.stdout.take().expect("its output")).lines();
        let ready = lines.map_while(Result::ok).find_map(|line| line.strip_prefix("ready ").map(str::to_owned));
        Self { process, url: ready.expect("the line `ready http://…`") }
    }
}

/// Returns the folder with the demonstration that this build of the program wrote; tests that start at the same time
/// wait for the one that writes it.
fn written() -> PathBuf {
    let program = fs::metadata(env!("CARGO_BIN_EXE_luyue")).expect("the program is built");
    let built = program.modified().expect("a time").duration_since(UNIX_EPOCH).expect("after 1970").as_nanos();
    let shared = Path::new(env!("CARGO_TARGET_TMPDIR")).join("demonstration");
    fs::create_dir_all(&shared).expect("a folder");
    let lock = File::create(shared.join("lock")).expect("a file to lock");
    lock.lock().expect("the lock");
    let data = shared.join(built.to_string());
    if !data.exists() {
        for earlier in fs::read_dir(&shared).expect("its entries").map(|entry| entry.expect("an entry").path()) {
            if earlier.is_dir() {
                fs::remove_dir_all(&earlier).expect("what an earlier build wrote is removed");
            } else if earlier.extension().is_some_and(|ending| ending == "log") {
                fs::remove_file(&earlier).expect("its log is removed");
            }
        }
        let unfinished = shared.join("unfinished");
        drop(Demo::run(&unfinished));
        fs::rename(log_beside(&unfinished), log_beside(&data)).expect("its log is kept");
        fs::rename(&unfinished, &data).expect("it is finished");
    }
    data
}

/// Copies a folder with all that it holds.
fn copy(from: &Path, to: &Path) {
    fs::DirBuilder::new().mode(0o700).create(to).expect("a folder of one's own");
    for entry in fs::read_dir(from).expect("a folder to copy") {
        let entry = entry.expect("an entry").path();
        let target = to.join(entry.file_name().expect("a name"));
        if entry.is_dir() {
            copy(&entry, &target);
        } else {
            fs::copy(&entry, &target).expect("a copy");
        }
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        // The process may have ended already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
