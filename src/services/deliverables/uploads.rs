//! A form with files on its way in: each part is taken chunk by chunk, counted, digested and looked at, and held as a staged
//! copy. Nothing is in the store, and no row exists, until the whole form was accepted ([`Form::store`]).

use std::collections::BTreeMap;

use bytes::Bytes;
use chrono::NaiveDate;
use futures_util::{Stream, StreamExt};

use crate::adapters::files::{FileError, FileFlag, FileKey, FileStore, MIB, Staged, display_name, kind_of};
use crate::app::App;
use crate::clock::Ids;
use crate::domain::codes::Language;
use crate::domain::policy::Action;
use crate::domain::shape::Date;
use crate::domain::terms::Terms;
use crate::error::{Error, FieldError, Message};
use crate::services::contracts::record::Ledger;
use crate::services::deliverables::files::{self, NewUpload};
use crate::services::identity::caller::{Caller, in_state};
use crate::storage::audit::hash_chains;
use crate::storage::identity::people::Seat;
use crate::storage::write::stored_answer;
use crate::text;

/// Most bytes of a part that is no file.
const TEXT_BYTES: usize = 16 * 1024;

/// What a form may have.
#[derive(Debug)]
pub struct Shape {
    /// Names of its text fields.
    pub texts: &'static [&'static str],
    /// Name of its file field.
    pub file: &'static str,
    /// Most files.
    pub files: usize,
    /// Most bytes of all its parts together.
    pub bytes: u64,
    /// Endings that it takes; empty: whatever may be handed in at all.
    pub endings: &'static [&'static str],
}

/// Somebody whose form may come: who, for which part of which contract.
pub struct Admitted {
    /// Who hands in.
    pub caller: Caller,
    pub(crate) seat: Seat,
    /// Random identifier of the contract.
    pub(crate) contract: String,
    /// Code of the deliverable or milestone.
    pub(crate) code: String,
}

/// Asks, before the body of a request is read, whether its caller may do the action on a contract that has such a part.
///
/// # Errors
/// `Forbidden`, `NotFound`, `Conflict` in another state, `TooLarge` where the contractor's room is used up.
pub(crate) fn admit(
    app: &App,
    caller: Caller,
    (id, code): (&str, &str),
    action: Action,
    has: impl Fn(&Terms) -> bool,
) -> Result<Admitted, Error> {
    caller.may(action)?;
    let (contract, seat) = app.pool.read(|connection| {
        let (contract, seat) = caller.contract(connection, id, action)?;
        files::room(app, connection, contract.contractor_id, 0)?;
        let ledger = Ledger::load(connection, contract)?;
        if has(&ledger.terms) { Ok((ledger.contract, seat)) } else { Err(Error::NotFound) }
    })?;
    if let Err(wrong) = in_state(&contract, action) {
        // A request that was answered before is answered again, whatever the state is now.
        let again = stored_answer::<serde_json::Value>(&app.pool, &caller.context(app, &seat));
        if caller.request.is_none() || matches!(again, Ok(None)) {
            return Err(wrong);
        }
    }
    Ok(Admitted { caller, seat, contract: id.to_owned(), code: code.to_owned() })
}

/// A file that was taken, looked at and not yet stored.
struct Arrived {
    staged: Staged,
    name: String,
    media_type: &'static str,
    flags: Vec<FileFlag>,
    sha256: String,
}

/// A form on its way in. Dropped, nothing of it is left.
pub struct Form {
    store: FileStore,
    ids: Ids,
    language: Language,
    shape: &'static Shape,
    texts: BTreeMap<&'static str, String>,
    files: Vec<Arrived>,
    bytes: u64,
}

impl Form {
    /// An empty form of somebody who was admitted.
    pub fn new(app: &App, admitted: &Admitted, shape: &'static Shape) -> Self {
        Self {
            store: app.files.clone(),
            ids: app.ids.clone(),
            language: admitted.caller.language,
            shape,
            texts: BTreeMap::new(),
            files: Vec::new(),
            bytes: 0,
        }
    }

    /// Takes a part of the form; `filename` is the one under which a file was sent.
    ///
    /// # Errors
    /// `Malformed` for a part that the form does not have, `TooLarge` as soon as there is one byte too many, `Unsupported`
    /// or `Refused` for a file that is not accepted; those of `chunks`.
    pub async fn take<S>(&mut self, name: &str, filename: Option<&str>, chunks: S) -> Result<(), Error>
    where
        S: Stream<Item = Result<Bytes, Error>> + Unpin,
    {
        if name == self.shape.file {
            return match filename {
                Some(filename) => self.take_file(filename, chunks).await,
                None => Err(Error::malformed(name, Message::new("upload-no-file"))),
            };
        }
        let known = self.shape.texts.iter().find(|known| **known == name);
        match known {
            Some(known) => self.take_text(known, chunks).await,
            None => Err(Error::malformed(name, Message::new("malformed-unknown-key"))),
        }
    }

    /// The text fields that have come so far.
    pub fn texts(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.texts.iter().map(|(name, text)| (*name, text.as_str()))
    }

    async fn take_text<S>(&mut self, name: &'static str, mut chunks: S) -> Result<(), Error>
    where
        S: Stream<Item = Result<Bytes, Error>> + Unpin,
    {
        let mut text = Vec::new();
        while let Some(chunk) = chunks.next().await {
            let chunk = chunk?;
            self.count(chunk.len())?;
            text.extend_from_slice(&chunk);
            if text.len() > TEXT_BYTES {
                return Err(Error::TooLarge(Message::new("upload-text-too-long").with("field", name)));
            }
        }
        let text = String::from_utf8(text).map_err(|_| Error::malformed(name, Message::new("upload-not-utf8")))?;
        if text.contains('\0') {
            return Err(Error::malformed(name, Message::new("malformed-nul")));
        }
        if self.texts.insert(name, text).is_some() {
            return Err(Error::malformed(name, Message::new("malformed-duplicate-key").with("key", name)));
        }
        Ok(())
    }

    async fn take_file<S>(&mut self, filename: &str, mut chunks: S) -> Result<(), Error>
    where
        S: Stream<Item = Result<Bytes, Error>> + Unpin,
    {
        let place = self.files.len();
        if place >= self.shape.files {
            return Err(Error::TooLarge(Message::new("upload-too-many-files").with("limit", self.shape.files)));
        }
        let name = display_name(filename);
        let refused = |error| self.refusal(place, &name, error);
        let kind = kind_of(&name).ok_or_else(|| refused(FileError::TypeRefused))?;
        if !self.shape.endings.is_empty() && !self.shape.endings.contains(&kind.extension) {
            let endings = self.shape.endings.join(", ");
            return Err(Error::Unsupported(Message::new("upload-ending").with("file", &name).with("endings", endings)));
        }
        let key = FileKey::from_random(half(self.ids.bytes()));
        let mut staged = self.store.begin(key, kind.max_bytes).map_err(refused)?;
        while let Some(chunk) = chunks.next().await {
            let chunk = chunk?;
            self.count(chunk.len())?;
            staged.write(&chunk).await.map_err(|error| self.refusal(place, &name, error))?;
        }
        let found = staged.inspect(&name).await.map_err(|error| self.refusal(place, &name, error))?;
        let sha256 = staged.sha256().await.map_err(|error| self.refusal(place, &name, error))?;
        self.files.push(Arrived { staged, name, media_type: found.kind.media_type, flags: found.flags, sha256 });
        Ok(())
    }

    fn count(&mut self, bytes: usize) -> Result<(), Error> {
        self.bytes = self.bytes.saturating_add(bytes as u64);
        if self.bytes > self.shape.bytes {
            return Err(Error::TooLarge(Message::new("upload-too-large").with("limit", self.shape.bytes / MIB)));
        }
        Ok(())
    }

    /// Why a file was not taken: which one, and the reason in words.
    fn refusal(&self, place: usize, name: &str, error: FileError) -> Error {
        if !error.is_refusal() {
            return Error::Unavailable(error.to_string());
        }
        let mut args = Vec::new();
        if let FileError::TooLarge { limit } = error {
            args.push(("limit", (limit / MIB).to_string()));
        }
        let reason = text::message(self.language, error.code(), &args);
        let message = Message::new("upload-file-refused").with("file", name).with("reason", reason);
        match error {
            FileError::TooLarge { .. } => Error::TooLarge(message),
            FileError::TypeRefused | FileError::Mismatch => Error::Unsupported(message),
            _ => Error::Refused {
                rule: "files".to_owned(),
                errors: vec![FieldError { path: format!("{}[{place}]", self.shape.file), message }],
            },
        }
    }

    /// A text field, trimmed; none if it is missing or empty.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.texts.get(name).map(|text| text.trim()).filter(|text| !text.is_empty())
    }

    /// A text field read as what it stands for; what is wrong with it is added to `wrong`.
    pub fn read<T>(
        &self,
        name: &'static str,
        wrong: &mut Vec<FieldError>,
        read: impl FnOnce(&str) -> Result<T, &'static str>,
    ) -> Option<T> {
        match read(self.text(name)?) {
            Ok(value) => Some(value),
            Err(code) => {
                wrong.push(FieldError { path: name.to_owned(), message: Message::new(code) });
                None
            }
        }
    }

    /// As `read`, for a field that may not be missing.
    pub fn need<T>(
        &self,
        name: &'static str,
        wrong: &mut Vec<FieldError>,
        read: impl FnOnce(&str) -> Result<T, &'static str>,
    ) -> Option<T> {
        if self.text(name).is_none() {
            let message = Message::new("malformed-missing-key").with("key", name);
            wrong.push(FieldError { path: name.to_owned(), message });
        }
        self.read(name, wrong, read)
    }

    /// How many files it has.
    pub fn file_count(&self) -> usize {
        self.files.len()
    }

    /// The hash by which the form is known again: what it is for, its fields, the names and digests of its files.
    pub fn hash(&self, purpose: &[&str]) -> String {
        let mut parts: Vec<&str> = purpose.to_vec();
        for (name, text) in &self.texts {
            parts.extend([*name, text.as_str()]);
        }
        for file in &self.files {
            parts.extend([self.shape.file, file.name.as_str(), file.sha256.as_str()]);
        }
        hash_chains::digest(&parts)
    }

    /// Puts the files into the store. If one cannot be put there, none stays.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn store(self) -> Result<Vec<NewUpload>, Error> {
        let Self { store, ids, files, .. } = self;
        let mut stored: Vec<NewUpload> = Vec::new();
        for file in files {
            match file.staged.finish().await {
                Ok(found) => stored.push(NewUpload {
                    id: ids.uuid(),
                    key: found.key,
                    name: file.name,
                    media_type: file.media_type,
                    bytes: found.bytes,
                    sha256: found.sha256,
                    hash_algorithm: found.hash_algorithm,
                    flags: file.flags.iter().map(|flag| flag.code()).collect::<Vec<_>>().join(","),
                }),
                Err(error) => {
                    crate::services::deliverables::files::remove(&store, &stored).await;
                    return Err(Error::Unavailable(error.to_string()));
                }
            }
        }
        Ok(stored)
    }
}

/// Half of some random bytes.
pub(crate) fn half(bytes: [u8; 32]) -> [u8; 16] {
    let mut half = [0; 16];
    half.iter_mut().zip(bytes).for_each(|(to, from)| *to = from);
    half
}

/// A day as a form writes it.
pub(crate) fn day(text: &str) -> Result<NaiveDate, &'static str> {
    text.parse::<Date>().map(|date| date.0).map_err(|()| "malformed-date")
}
