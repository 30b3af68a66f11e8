//! The demonstration as users start it, with `luyue demo`; it is stopped when its test ends.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

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
    /// Starts it on a folder and waits until it is ready. Every user has the tests' password.
    pub fn start(data: &Path) -> Self {
        let mut process = Command::new(env!("CARGO_BIN_EXE_luyue"))
            .args(["demo", "--listen", "127.0.0.1:0", "--data"])
            .arg(data)
            .env("LUYUE_DEMO_PASSWORD", PASSWORD)
            .stdout(Stdio::piped())
            .stderr(std::fs::File::create(log_beside(data)).expect("a file for its log"))
            .spawn()
            .expect("the demonstration starts");
        let lines = BufReader::new(process.stdout.take().expect("its output")).lines();
        let ready = lines.map_while(Result::ok).find_map(|line| line.strip_prefix("ready ").map(str::to_owned));
        Self { process, url: ready.expect("the line `ready http://…`") }
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        // The process may have ended already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
