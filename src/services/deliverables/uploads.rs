//! Receiving a form with files: a caller first gets an [`UploadPermit`], then each part is read chunk by chunk,
//! counted, digested, inspected and kept as a staged copy. Nothing enters the store, and no row exists, until the
//! whole form has been accepted ([`UploadForm::store`]).

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
use crate::services::contracts::record::ContractRecord;
use crate::services::deliverables::files::{self, StoredFile};
use crate::services::identity::caller::{Caller, in_state};
use crate::storage::audit::hash_chains;
use crate::storage::identity::people::Seat;
use crate::storage::write::stored_answer;
use crate::text;

/// Maximum size of a text field, in bytes.
const TEXT_BYTES: usize = 16 * 1024;

/// The fields and limits of a form with files.
#[derive(Debug)]
pub struct UploadLimits {
    /// Names of the text fields.
    pub texts: &'static [&'static str],
    /// Name of the file field.
    pub file: &'static str,
    /// Maximum number of files.
    pub files: usize,
    /// Maximum total size of all parts, in bytes.
    pub bytes: u64,
    /// File name extensions accepted; empty for every type that the store accepts.
    pub endings: &'static [&'static str],
}

/// Permission to upload, granted before the body is read.
pub struct UploadPermit {
    /// Person who uploads.
    pub caller: Caller,
    /// Seat in which the caller uploads.
    pub(crate) seat: Seat,
    /// Random identifier of the contract.
    pub(crate) contract: String,
    /// Code of the deliverable or milestone.
    pub(crate) code: String,
}

/// Grants permission to upload for a deliverable or milestone of a contract, before the body of the request is read.
/// `has` tells if the contract's terms have that deliverable or milestone.
///
/// # Errors
/// `Forbidden`, `NotFound`, `Conflict` in another state, `TooLarge` where the contractor's quota is used up.
pub(crate) fn permit_upload(
    app: &App,
    caller: Caller,
    (id, code): (&str, &str),
    action: Action,
    has: impl Fn(&Terms) -> bool,
) -> Result<UploadPermit, Error> {
    caller.may(action)?;
    let (contract, seat) = app.pool.read(|connection| {
        let (contract, seat) = caller.contract(connection, id, action)?;
        files::check_quota(app, connection, contract.contractor_id, 0)?;
        let record = ContractRecord::load(connection, contract)?;
        if has(record.terms_on(caller.today())) { Ok((record.contract, seat)) } else { Err(Error::NotFound) }
    })?;
    if let Err(wrong) = in_state(&contract, action) {
        // A repeated request gets its earlier response, whatever the state is now.
        let earlier = stored_answer::<serde_json::Value>(&app.pool, &caller.context(app, &seat));
        if caller.request.is_none() || matches!(earlier, Ok(None)) {
            return Err(wrong);
        }
    }
    Ok(UploadPermit { caller, seat, contract: id.to_owned(), code: code.to_owned() })
}

/// A file that was received and inspected, but is not yet in the store.
struct StagedFile {
    staged: Staged,
    name: String,
    media_type: &'static str,
    flags: Vec<FileFlag>,
    sha256: String,
}

/// A form being received. Dropping it removes its staged files.
pub struct UploadForm {
    store: FileStore,
    ids: Ids,
    language: Language,
    limits: &'static UploadLimits,
    texts: BTreeMap<&'static str, String>,
    files: Vec<StagedFile>,
    bytes: u64,
}

impl UploadForm {
    /// Creates an empty form for the holder of a permit.
    pub fn new(app: &App, permit: &UploadPermit, limits: &'static UploadLimits) -> Self {
        Self {
            store: app.files.clone(),
            ids: app.ids.clone(),
            language: permit.caller.language,
            limits,
            texts: BTreeMap::new(),
            files: Vec::new(),
            bytes: 0,
        }
    }

    /// Receives a part of the form. `filename` is the name under which the client sent a file.
    ///
    /// # Errors
    /// `Malformed` for an unknown or repeated part, `TooLarge` at the first byte over a limit, `Unsupported` or
    /// `Refused` for a file that is not accepted; those of `chunks`.
    pub async fn receive_part<S>(&mut self, name: &str, filename: Option<&str>, chunks: S) -> Result<(), Error>
    where
        S: Stream<Item = Result<Bytes, Error>> + Unpin,
    {
        if name == self.limits.file {
            return match filename {
                Some(filename) => self.receive_file(filename, chunks).await,
                None => Err(Error::malformed(name, Message::new("upload-no-file"))),
            };
        }
        let known = self.limits.texts.iter().find(|known| **known == name);
        match known {
            Some(known) => self.receive_text(known, chunks).await,
            None => Err(Error::malformed(name, Message::new("malformed-unknown-key"))),
        }
    }

    /// Returns the text fields received so far, untrimmed.
    pub fn texts(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.texts.iter().map(|(name, text)| (*name, text.as_str()))
    }

    async fn receive_text<S>(&mut self, name: &'static str, mut chunks: S) -> Result<(), Error>
    where
        S: Stream<Item = Result<Bytes, Error>> + Unpin,
    {
        let mut text = Vec::new();
        while let Some(chunk) = chunks.next().await {
            let chunk = chunk?;
            self.count_bytes(chunk.len())?;
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

    async fn receive_file<S>(&mut self, filename: &str, mut chunks: S) -> Result<(), Error>
    where
        S: Stream<Item = Result<Bytes, Error>> + Unpin,
    {
        let place = self.files.len();
        if place >= self.limits.files {
            return Err(Error::TooLarge(Message::new("upload-too-many-files").with("limit", self.limits.files)));
        }
        let name = display_name(filename);
        let refused = |error| self.refuse_file(place, &name, error);
        let kind = kind_of(&name).ok_or_else(|| refused(FileError::TypeRefused))?;
        if !self.limits.endings.is_empty() && !self.limits.endings.contains(&kind.extension) {
            let endings = self.limits.endings.join(", ");
            return Err(Error::Unsupported(Message::new("upload-ending").with("file", &name).with("endings", endings)));
        }
        let key = FileKey::from_random(first_half(self.ids.bytes()));
        let mut staged = self.store.begin(key, kind.max_bytes).map_err(refused)?;
        while let Some(chunk) = chunks.next().await {
            let chunk = chunk?;
            self.count_bytes(chunk.len())?;
            staged.write(&chunk).await.map_err(|error| self.refuse_file(place, &name, error))?;
        }
        let found = staged.inspect(&name).await.map_err(|error| self.refuse_file(place, &name, error))?;
        let sha256 = staged.sha256().await.map_err(|error| self.refuse_file(place, &name, error))?;
        self.files.push(StagedFile { staged, name, media_type: found.kind.media_type, flags: found.flags, sha256 });
        Ok(())
    }

    fn count_bytes(&mut self, bytes: usize) -> Result<(), Error> {
        self.bytes = self.bytes.saturating_add(bytes as u64);
        if self.bytes > self.limits.bytes {
            return Err(Error::TooLarge(Message::new("upload-too-large").with("limit", self.limits.bytes / MIB)));
        }
        Ok(())
    }

    /// Builds the error for a file that was not accepted, with its name and the reason in the caller's language.
    fn refuse_file(&self, place: usize, name: &str, error: FileError) -> Error {
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
                errors: vec![FieldError { path: format!("{}[{place}]", self.limits.file), message }],
            },
        }
    }

    /// Returns a text field, trimmed; `None` if it is missing or blank.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.texts.get(name).map(|text| text.trim()).filter(|text| !text.is_empty())
    }

    /// Parses a text field; a fault is added to `faults`. `None` if the field is missing or faulty.
    pub fn parse_field<T>(
        &self,
        name: &'static str,
        faults: &mut Vec<FieldError>,
        parse: impl FnOnce(&str) -> Result<T, &'static str>,
    ) -> Option<T> {
        match parse(self.text(name)?) {
            Ok(value) => Some(value),
            Err(code) => {
                faults.push(FieldError { path: name.to_owned(), message: Message::new(code) });
                None
            }
        }
    }

    /// Parses a text field like [`Self::parse_field`], and adds a fault if it is missing.
    pub fn require_field<T>(
        &self,
        name: &'static str,
        faults: &mut Vec<FieldError>,
        parse: impl FnOnce(&str) -> Result<T, &'static str>,
    ) -> Option<T> {
        if self.text(name).is_none() {
            let message = Message::new("malformed-missing-key").with("key", name);
            faults.push(FieldError { path: name.to_owned(), message });
        }
        self.parse_field(name, faults, parse)
    }

    /// Returns the number of files received so far.
    pub fn file_count(&self) -> usize {
        self.files.len()
    }

    /// Returns the hash that identifies a repeated form: its purpose, text fields, and the names and digests of its
    /// files.
    pub fn request_hash(&self, purpose: &[&str]) -> String {
        let mut parts: Vec<&str> = purpose.to_vec();
        for (name, text) in &self.texts {
            parts.extend([*name, text.as_str()]);
        }
        for file in &self.files {
            parts.extend([self.limits.file, file.name.as_str(), file.sha256.as_str()]);
        }
        hash_chains::digest(&parts)
    }

    /// Moves the files into the store. If one cannot be stored, those stored before it are removed.
    ///
    /// # Errors
    /// `Unavailable` where the store does not accept a file.
    pub async fn store(self) -> Result<Vec<StoredFile>, Error> {
        let Self { store, ids, files: staged_files, .. } = self;
        let mut stored: Vec<StoredFile> = Vec::new();
        for file in staged_files {
            match file.staged.finish().await {
                Ok(found) => stored.push(StoredFile {
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
                    files::remove_files(&store, &stored).await;
                    return Err(Error::Unavailable(error.to_string()));
                }
            }
        }
        Ok(stored)
    }
}

/// Returns the first 16 of 32 random bytes.
pub(crate) fn first_half(bytes: [u8; 32]) -> [u8; 16] {
    let mut half = [0; 16];
    half.iter_mut().zip(bytes).for_each(|(to, from)| *to = from);
    half
}

/// Parses a day in the form YYYY-MM-DD.
pub(crate) fn parse_day(text: &str) -> Result<NaiveDate, &'static str> {
    text.parse::<Date>().map(|date| date.0).map_err(|()| "malformed-date")
}
