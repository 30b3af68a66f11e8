//! The log of a test's process, kept in memory. Each test is a process of its own.

use std::io::Write;
use std::sync::{Mutex, MutexGuard};

use serde_json::Value;

/// All that the program itself would ever write.
const EVERYTHING: &str = "info,luyue=trace";

static LOG: Mutex<Vec<u8>> = Mutex::new(Vec::new());

struct Sink;

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        bytes_of().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

fn bytes_of() -> MutexGuard<'static, Vec<u8>> {
    LOG.lock().expect("no test panics while it holds this")
}

/// Keeps the log, one JSON object for each line.
pub fn keep_as_json() {
    tracing_subscriber::fmt().json().with_env_filter(EVERYTHING).with_writer(|| Sink).init();
}

/// Keeps the log as text for people.
pub fn keep_as_text() {
    tracing_subscriber::fmt().compact().with_ansi(false).with_env_filter(EVERYTHING).with_writer(|| Sink).init();
}

/// Returns all that was logged.
pub fn text() -> String {
    String::from_utf8_lossy(&bytes_of()).into_owned()
}

/// Returns the days as of which `work` computes standings of recorded contracts, in their order.
pub fn standings(work: impl FnOnce()) -> Vec<String> {
    let fields = logged(work).into_iter().filter(|fields| fields["message"] == "computing a standing");
    fields.map(|fields| format!("{} as of {}", fields["contract"], fields["as_of"])).collect()
}

/// Returns the fields of the lines about refusals that `work` causes.
pub fn refusals(work: impl FnOnce()) -> Vec<Value> {
    logged(work).into_iter().filter(|fields| fields["event"] == "refused").collect()
}

/// Returns the fields of the lines that are logged while `work` is done.
fn logged(work: impl FnOnce()) -> Vec<Value> {
    let before = bytes_of().len();
    work();
    let lines = String::from_utf8_lossy(&bytes_of()[before..]).into_owned();
    let lines = lines.lines().map(|line| serde_json::from_str::<Value>(line).expect("a line is JSON"));
    lines.map(|line| line["fields"].clone()).collect()
}
