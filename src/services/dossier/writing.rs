//! Writing the file of a contract as a stream: its entries with their digests, the list of contents, the digests, and
//! the script that checks them.

use std::io::{self, Write};
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use futures_util::stream::StreamExt;
use tokio::runtime::{Builder, Runtime};
use tokio::sync::mpsc::Sender;

use crate::adapters::archive::StreamedArchive;
use crate::adapters::files::{FileError, FileKey};
use crate::adapters::spreadsheet::{Cell, Table, write_csv};
use crate::app::App;
use crate::domain::codes::Language;
use crate::error::Error;
use crate::services::documents::issue::{self, Wanted};
use crate::services::dossier::contents::{Entry, Source};
use crate::services::dossier::{Dossier, DossierSummary};
use crate::text::message;

/// Size in bytes of the blocks in which an archive is sent.
const BLOCK: usize = 64 * 1024;
/// Seconds for which a reader may take nothing, and those that each block which it takes gives back: 16 KiB a second on
/// average.
const MAX_STALL: u32 = 60;
const STALL_REGAINED: u32 = 4;
/// Names of the list of contents, of the digests, and of the script that checks them.
const CONTENTS: &str = "contents.csv";
const MANIFEST: &str = "manifest.sha256";
const SCRIPT: &str = "verify.sh";
/// The script, which needs only tools that every Linux or macOS has.
const VERIFY: &str = "#!/bin/sh
# Checks that the files of this folder are those that manifest.sha256 names, unchanged. Run: sh verify.sh
cd \"$(dirname \"$0\")\" || exit 2
if command -v sha256sum >/dev/null 2>&1; then sum='sha256sum'; else sum='shasum -a 256'; fi
$sum -c manifest.sha256 || exit 1
# Everything but folders and the list itself counts: also links, and lists of the same name in other folders.
find_all() { find . ! -type d ! -path ./manifest.sha256; }
listed=$(cut -c 67- manifest.sha256 | LC_ALL=C sort -u | grep -c .)
found=$(find_all | grep -c .)
if [ \"$listed\" -ne \"$found\" ]; then
    echo \"$listed files are listed, $found were found\"
    find_all | awk 'FNR == NR { listed[substr($0, 67)]; next }
        !(substr($0, 3) in listed) { print \"not listed: \" $0 }' manifest.sha256 -
    exit 1
fi
echo \"$listed files: OK\"
";

/// Writes the archive.
pub(super) fn write(
    app: &App,
    dossier: Dossier,
    out: impl Write,
    progress: &mut dyn FnMut(usize, usize),
) -> Result<DossierSummary, Error> {
    let runtime = Builder::new_current_thread().enable_all().build().map_err(unwritten)?;
    let Dossier { contract, number, caller, language, entries, .. } = dossier;
    let mut archive = StreamedArchive::new(out);
    let (mut rows, mut lost) = (Vec::new(), 0);
    let all = entries.len();
    for (place, entry) in entries.into_iter().enumerate() {
        let Entry { path, title, source } = entry;
        let written = match source {
            Source::Bytes(bytes) => Some(archive.add(&path, &bytes).map_err(unwritten)?),
            Source::Document(wanted) => {
                let print = || match &caller {
                    Some(caller) => issue::prepare(app, caller, &contract, &wanted),
                    None => issue::prepare_by_number(app, &number, &wanted),
                };
                match print_document(&runtime, app, print, &wanted)? {
                    Some(bytes) => Some(archive.add(&path, &bytes).map_err(unwritten)?),
                    // The part that it is about no longer exists.
                    None => continue,
                }
            }
            Source::File { key, sha256 } => copy(&runtime, app, &mut archive, &path, (&key, &sha256))?,
        };
        lost += usize::from(written.is_none());
        rows.push((title, path, written));
        progress(place + 1, all);
    }
    let entries = rows.len() - lost;
    let listed = contents(language, &rows)?;
    let mut digests: Vec<(String, String)> =
        rows.into_iter().filter_map(|(_, path, written)| Some((path, written?.1))).collect();
    digests.push((CONTENTS.to_owned(), archive.add(CONTENTS, &listed).map_err(unwritten)?.1));
    digests.push((SCRIPT.to_owned(), archive.add(SCRIPT, VERIFY.as_bytes()).map_err(unwritten)?.1));
    let manifest: String = digests.iter().map(|(path, sha256)| format!("{sha256}  {path}\n")).collect();
    archive.add(MANIFEST, manifest.as_bytes()).map_err(unwritten)?;
    archive.finish().and_then(|mut out| out.flush()).map_err(unwritten)?;
    Ok(DossierSummary { entries, lost })
}

/// Prints a document; `None` if the contract no longer has the part that the document is about.
fn print_document(
    runtime: &Runtime,
    app: &App,
    prepare: impl Fn() -> Result<issue::PreparedDocument, Error>,
    wanted: &Wanted,
) -> Result<Option<Vec<u8>>, Error> {
    let prepared = match prepare() {
        Ok(prepared) => prepared,
        Err(Error::NotFound) if wanted.subject.is_some() => return Ok(None),
        Err(error) => return Err(error),
    };
    Ok(Some(runtime.block_on(prepared.render_in_turn(app))?.bytes))
}

/// Copies a file of the store after verifying its digest. Returns its size in bytes and its digest; `None` if the store
/// has lost or changed the file, which the list of contents then states.
fn copy(
    runtime: &Runtime,
    app: &App,
    archive: &mut StreamedArchive<impl Write>,
    path: &str,
    (key, sha256): (&str, &str),
) -> Result<Option<(u64, String)>, Error> {
    let unavailable = |error: FileError| Error::Unavailable(error.to_string());
    let key = FileKey::parse(key).ok_or_else(|| Error::Internal("invalid storage key".to_owned()))?;
    let mut opened = match runtime.block_on(app.files.open(&key, sha256)) {
        Ok(opened) => opened,
        Err(error @ (FileError::Missing | FileError::Changed)) => {
            tracing::error!(event = "file-damaged", file = path, %error);
            return Ok(None);
        }
        Err(error) => return Err(unavailable(error)),
    };
    archive.begin(path, false).map_err(unwritten)?;
    while let Some(block) = runtime.block_on(opened.stream.next()) {
        archive.write(&block.map_err(unavailable)?).map_err(unwritten)?;
    }
    Ok(Some(archive.end()))
}

/// A written file: its title, its path in the archive, and its length in bytes and SHA-256; `None` for a lost file.
type WrittenFile = (String, String, Option<(u64, String)>);

/// Writes the list of contents.
fn contents(language: Language, rows: &[WrittenFile]) -> Result<Vec<u8>, Error> {
    let say = |key: &str| message(language, key, &[]);
    let row = |(place, (title, path, written)): (usize, &WrittenFile)| {
        let (bytes, sha256) = match written {
            Some((bytes, sha256)) => (Cell::Number(i64::try_from(*bytes).unwrap_or(i64::MAX)), sha256.clone()),
            None => (Cell::Empty, say("dossier-lost")),
        };
        let number = i64::try_from(place + 1).unwrap_or(i64::MAX);
        vec![Cell::Number(number), title.clone().into(), path.clone().into(), bytes, sha256.into()]
    };
    let columns = ["dossier-no", "annex-name", "dossier-path", "said-bytes", "dossier-digest"];
    write_csv(&Table {
        title: say("dossier-contents"),
        columns: columns.iter().map(|key| say(key)).collect(),
        rows: rows.iter().enumerate().map(row).collect(),
        total: Vec::new(),
    })
}

/// The writing end of a stream. The stream ends if its reader takes no block for a minute, or is too slow for a long
/// time. An empty block marks the complete end.
pub(super) struct ChannelWriter {
    sender: Sender<Bytes>,
    runtime: Runtime,
    held: BytesMut,
    /// Seconds for which the reader may still be waited for.
    stall_left: u32,
}

impl ChannelWriter {
    /// Creates the writing end for a channel.
    ///
    /// # Errors
    /// Those of the operating system.
    pub fn new(sender: Sender<Bytes>) -> io::Result<Self> {
        let runtime = Builder::new_current_thread().enable_time().build()?;
        Ok(Self { sender, runtime, held: BytesMut::new(), stall_left: MAX_STALL })
    }

    /// Sends the rest of the buffer, then the mark of the complete end.
    ///
    /// # Errors
    /// `BrokenPipe` if the reader has gone, `TimedOut` if it is too slow.
    pub fn complete(mut self) -> io::Result<()> {
        self.flush()?;
        self.send()
    }

    fn send(&mut self) -> io::Result<()> {
        let block = self.held.split().freeze();
        let (sender, stall_left) = (&self.sender, &mut self.stall_left);
        self.runtime.block_on(async {
            loop {
                match tokio::time::timeout(Duration::from_secs(1), sender.reserve()).await {
                    Ok(Ok(place)) => break place.send(block),
                    Ok(Err(_)) => return Err(io::ErrorKind::BrokenPipe.into()),
                    Err(_) if *stall_left == 0 => return Err(io::ErrorKind::TimedOut.into()),
                    Err(_) => *stall_left -= 1,
                }
            }
            *stall_left = MAX_STALL.min(*stall_left + STALL_REGAINED);
            Ok(())
        })
    }
}

impl Write for ChannelWriter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.held.extend_from_slice(bytes);
        if self.held.len() >= BLOCK {
            self.send()?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.held.is_empty() { Ok(()) } else { self.send() }
    }
}

/// Converts a failure to write into an error of the program.
pub(super) fn unwritten(error: io::Error) -> Error {
    Error::Internal(format!("writing the file of a contract failed: {error}"))
}
