//! The file of a contract (案卷): one ZIP archive with the documents about it, all uploaded files that the reader may
//! see, its history, a list of contents, and digests that anyone can check without this program.
//!
//! The uploaded files alone, of the whole contract or of one deliverable, are an archive of the same kind.
//!
//! The archive is written as a stream: each document is printed, and each file read, when its turn comes. A person gets
//! one archive at a time, and a slow reader does not occupy the threads that answer requests.

mod contents;
mod writing;

use std::io::{self, Write};
use std::thread;

use bytes::Bytes;
use futures_util::stream::{self, BoxStream, StreamExt};
use tokio::sync::mpsc;

use crate::adapters::gate::KeyedTurn;
use crate::app::App;
use crate::clock::civil_day;
use crate::domain::codes::Language;
use crate::domain::policy::Action;
use crate::error::Error;
use crate::services::deliverables::openings;
use crate::services::dossier::contents::{Entry, Reader, collect, collect_files};
use crate::services::dossier::writing::{ChannelWriter, unwritten, write};
use crate::services::identity::caller::Caller;
use crate::storage::contracts;

/// Blocks of the archive that are buffered for a slow reader.
const HELD_BLOCKS: usize = 4;
/// Seconds after which a person whose archive is being written may ask for another.
const BUSY: u64 = 10;

/// The file of a contract, ready to be written.
pub struct Dossier {
    /// File name for saving it.
    pub name: String,
    contract: String,
    number: String,
    caller: Option<Caller>,
    language: Language,
    entries: Vec<Entry>,
    /// Slot of the person for whom it is written.
    turn: Option<KeyedTurn>,
}

/// Summary of a written archive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DossierSummary {
    /// Documents and files, without the list of contents and the digests.
    pub entries: usize,
    /// Files that the store has lost or changed, which the list of contents names.
    pub lost: usize,
}

/// Prepares the file of a contract for a caller. If the caller opens submissions for the purchaser, this opens all of
/// them.
///
/// # Errors
/// `Forbidden`; `NotFound`, also for a contract that the caller may not see; `TooMany` while another archive is written
/// for the caller.
pub fn prepare(app: &App, caller: &Caller, id: &str) -> Result<Dossier, Error> {
    caller.may(Action::ReadDossier)?;
    app.pool.read(|connection| caller.contract(connection, id, Action::ReadDossier))?;
    let turn = app.archives_of.try_enter(&caller.public_id).ok_or(Error::TooMany(BUSY))?;
    openings::record_openings(app, caller, id)?;
    app.pool.read(|connection| {
        let (contract, _) = caller.contract(connection, id, Action::ReadDossier)?;
        let name = format!("{}-{}.zip", contract.number, caller.today());
        let (public_id, number) = (contract.public_id.clone(), contract.number.clone());
        let reader = Reader { caller: Some(caller), language: caller.language, today: caller.today() };
        let entries = collect(app, connection, contract, &reader)?;
        let (caller, turn) = (Some(caller.clone()), Some(turn));
        Ok(Dossier { name, contract: public_id, number, language: reader.language, caller, entries, turn })
    })
}

/// Prepares the uploaded files of a contract, or those of one deliverable, for a caller. What of them the caller opens for
/// the purchaser is opened.
///
/// # Errors
/// `Forbidden`; `NotFound` if there is no file, also for a contract that the caller may not see; `TooMany` while another
/// archive is written for the caller.
pub fn prepare_files(app: &App, caller: &Caller, id: &str, deliverable: Option<&str>) -> Result<Dossier, Error> {
    caller.may(Action::ReadContract)?;
    app.pool.read(|connection| caller.contract(connection, id, Action::ReadContract))?;
    let turn = app.archives_of.try_enter(&caller.public_id).ok_or(Error::TooMany(BUSY))?;
    match deliverable {
        Some(code) => openings::record_opening(app, caller, id, (code, None))?,
        None => openings::record_openings(app, caller, id)?,
    }
    app.pool.read(|connection| {
        let (contract, _) = caller.contract(connection, id, Action::ReadContract)?;
        let (public_id, number) = (contract.public_id.clone(), contract.number.clone());
        let name = [Some(number.as_str()), deliverable].into_iter().flatten().collect::<Vec<_>>().join("-");
        let reader = Reader { caller: Some(caller), language: caller.language, today: caller.today() };
        let entries = collect_files(app, connection, contract, deliverable, &reader)?;
        if entries.is_empty() {
            return Err(Error::NotFound);
        }
        let (name, language) = (format!("{name}-{}.zip", caller.today()), reader.language);
        let (caller, turn) = (Some(caller.clone()), Some(turn));
        Ok(Dossier { name, contract: public_id, number, language, caller, entries, turn })
    })
}

/// Prepares the file of a contract with everything in it, for a command on the machine itself, which needs no caller.
///
/// # Errors
/// `NotFound` for an unknown number.
pub fn prepare_by_number(app: &App, number: &str, language: Language) -> Result<Dossier, Error> {
    let today = civil_day(app.clock.now());
    app.pool.read(|connection| {
        let contract = contracts::by_number(connection, number)?.ok_or(Error::NotFound)?;
        let name = format!("{number}-{today}.zip");
        let (public_id, number) = (contract.public_id.clone(), contract.number.clone());
        let reader = Reader { caller: None, language, today };
        let entries = collect(app, connection, contract, &reader)?;
        Ok(Dossier { name, contract: public_id, number, language, caller: None, entries, turn: None })
    })
}

impl Dossier {
    /// Writes the archive on this thread, which must not belong to a runtime. `progress` is called with the number of
    /// entries written and the number of all entries.
    ///
    /// # Errors
    /// Those of `out`, of the database and of the store; the output is then not a complete archive.
    pub fn write(
        self,
        app: &App,
        out: impl Write,
        progress: &mut dyn FnMut(usize, usize),
    ) -> Result<DossierSummary, Error> {
        write(app, self, out, progress)
    }

    /// Writes the archive as a stream, on a thread of its own once one of a few is free. A failure ends the stream with
    /// an error, so that it is not taken for complete.
    ///
    /// # Errors
    /// `Internal` if the system gives no thread.
    pub async fn stream(self, app: &App) -> Result<BoxStream<'static, io::Result<Bytes>>, Error> {
        let place = app.archives.enter().await.map_err(|error| Error::Internal(error.to_string()))?;
        let (sender, receiver) = mpsc::channel(HELD_BLOCKS);
        let app = app.clone();
        let work = move || {
            let _place = place;
            if let Err(error) = self.write_to(&app, sender) {
                tracing::warn!(%error, "the file of a contract was not written to its end");
            }
        };
        thread::Builder::new().name("archive".to_owned()).spawn(work).map_err(unwritten)?;
        let next = |receiver: Option<mpsc::Receiver<Bytes>>| async move {
            let mut receiver = receiver?;
            match receiver.recv().await {
                Some(block) if block.is_empty() => None,
                Some(block) => Some((Ok(block), Some(receiver))),
                None => Some((Err(io::ErrorKind::UnexpectedEof.into()), None)),
            }
        };
        Ok(stream::unfold(Some(receiver), next).boxed())
    }

    fn write_to(mut self, app: &App, sender: mpsc::Sender<Bytes>) -> Result<(), Error> {
        let turn = self.turn.take();
        let mut out = ChannelWriter::new(sender).map_err(unwritten)?;
        let written = write(app, self, &mut out, &mut |_, _| ());
        // Before the reader learns that this is the end, and may ask for another one.
        drop(turn);
        written?;
        out.complete().map_err(unwritten)
    }
}
