//! A line on the terminal that says how far a command has come. Nothing is written if standard error is not a terminal.

use std::io::{IsTerminal, Write};
use std::time::{Duration, Instant};

use crate::services::operations::backups::Progress;

/// Moves to the beginning of the line and clears it.
const CLEAR_LINE: &str = "\r\x1b[K";
/// Shortest time between two changes of the line.
const INTERVAL: Duration = Duration::from_millis(100);

/// The line.
pub(super) struct ProgressLine {
    is_terminal: bool,
    shown_at: Option<Instant>,
}

impl ProgressLine {
    pub(super) fn new() -> Self {
        Self { is_terminal: std::io::stderr().is_terminal(), shown_at: None }
    }

    /// Replaces the line, unless it was replaced a moment ago.
    pub(super) fn show(&mut self, text: &str) {
        if self.is_terminal && self.shown_at.is_none_or(|at| at.elapsed() >= INTERVAL) {
            self.shown_at = Some(Instant::now());
            // Failing to show progress is not an error.
            let _ = write!(std::io::stderr(), "{CLEAR_LINE}{text}");
        }
    }

    /// Removes the line, so that what follows stands in its place.
    pub(super) fn clear(&mut self) {
        if self.shown_at.take().is_some() {
            let _ = write!(std::io::stderr(), "{CLEAR_LINE}");
        }
    }

    /// Shows the progress of a backup, a restore or a move.
    pub(super) fn show_backup(&mut self, progress: Progress<'_>) {
        match progress {
            Progress::Snapshot => {}
            Progress::Rows(table, rows) => self.show(&format!("{table}: {rows} rows")),
            Progress::Files(files) => self.show(&format!("{files} files")),
            Progress::Verified(entries) => self.show(&format!("{entries} entries verified")),
        }
    }
}
