//! The demonstration as a person starts it: `luyue demo`, ended however its test ends.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use crate::support::visitor::PASSWORD;

/// A demonstration that runs.
pub struct Demo {
    process: Child,
    /// Its address.
    pub url: String,
}

impl Demo {
    /// Starts it on a folder, and waits until it is ready; everybody's password is the tests'.
    pub fn start(data: &Path) -> Self {
        let mut process = Command::new(env!("CARGO_BIN_EXE_luyue"))
            .args(["demo", "--listen", "127.0.0.1:0", "--data"])
            .arg(data)
            .env("LUYUE_DEMO_PASSWORD", PASSWORD)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the demonstration starts");
        let lines = BufReader::new(process.stdout.take().expect("its output")).lines();
        let ready = lines.map_while(Result::ok).find_map(|line| line.strip_prefix("ready ").map(str::to_owned));
        Self { process, url: ready.expect("the line `ready http://…`") }
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        // One that has ended already cannot be ended; that is well.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
