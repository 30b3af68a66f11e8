//! Receiving a form with files: a caller first gets an [`UploadPermit`], then each part is read chunk by chunk,
//! counted, digested, inspected and written to a staged copy. Nothing enters the store, and there is no row, until the
//! whole form has been read ([`UploadForm::store`]). The form of a page keeps its accepted files for the sender before
//! the form itself is accepted ([`UploadForm::keep`]).

use std::collections::BTreeMap;

use bytes::Bytes;
use chrono::NaiveDate;
use futures_util::{Stream, StreamExt};

use crate::adapters::files::{FILE_KINDS, FileError, FileKey, FileStore, MIB, Staged, display_name, kind_of};
use crate::app::App;
use crate::clock::Ids;
use crate::domain::codes::Language;
use crate::domain::shape::Date;
use crate::domain::text_input::{clean_field, clean_field_strictly};
use crate::error::{Error, FieldError, Message};
use crate::services::deliverables::files::StoredFile;
use crate::services::deliverables::kept::{self, Keeper};
use crate::services::deliverables::permits::UploadPermit;
use crate::services::deliverables::refusals::refuse_file;
use crate::services::deliverables::staged::{StagedFile, store_staged};
use crate::services::identity::kept_forms::SENT_FORM_FIELD;
use crate::storage::audit::hash_chains;

/// Maximum size of a text field, in bytes. Much more than any field holds, so that a text that is too long for its field
/// is shown again with the reason.
pub const TEXT_BYTES: usize = 256 * 1024;
/// Field of a page's form with the identifier of each kept file that is to be sent.
pub const KEPT_FIELD: &str = "kept";
/// Field of a page's form with the identifier of each kept file that the page has listed.
const LISTED_FIELD: &str = "listed";
/// Field of a page's form with the digest of the effects that it shows.
pub const SEEN_FIELD: &str = "seen";
/// Maximum length of the identifier of a kept file, in bytes.
const ID_BYTES: usize = 64;

/// The fields and limits of a form with files.
#[derive(Debug)]
pub struct UploadLimits {
    /// Names of the text fields.
    pub texts: &'static [&'static str],
    /// Name of the file field.
    pub file: &'static str,
    /// Maximum number of files.
    pub files: usize,
    /// File name extensions accepted; empty for every type that the store accepts.
    pub endings: &'static [&'static str],
}

/// Returns the maximum size of a form with files, in bytes.
pub fn max_form_bytes(app: &App) -> u64 {
    u64::from(app.settings.max_form_mb).saturating_mul(MIB)
}

/// Returns the endings of the files that a form accepts, each with its dot.
pub fn accepted_endings(limits: &UploadLimits) -> Vec<String> {
    let all = FILE_KINDS.iter().map(|kind| kind.extension);
    let accepted = all.filter(|ending| limits.endings.is_empty() || limits.endings.contains(ending));
    accepted.map(|ending| format!(".{ending}")).collect()
}

/// A form being received. Dropping the form removes its staged files.
pub struct UploadForm {
    store: FileStore,
    ids: Ids,
    language: Language,
    limits: &'static UploadLimits,
    texts: BTreeMap<&'static str, String>,
    files: Vec<StagedFile>,
    bytes: u64,
    max_file_bytes: u64,
    max_form_bytes: u64,
    /// Set for the form of a page.
    keeper: Option<Keeper>,
    /// Identifiers of kept files that are to be sent, and of those that the page has listed.
    kept: Vec<String>,
    listed: Vec<String>,
    /// Identifiers of kept files that the form has sent again.
    replaced: Vec<String>,
    /// Identifiers of files that this form has kept, with their names and digests.
    fresh: Vec<String>,
    sent: Vec<(String, String)>,
    /// Identifier of the kept form that is sent again.
    sent_form: Option<String>,
    /// Digest of the effects that the page showed.
    seen: String,
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
            max_file_bytes: u64::from(app.settings.max_file_mb).saturating_mul(MIB),
            max_form_bytes: max_form_bytes(app),
            keeper: None,
            kept: Vec::new(),
            listed: Vec::new(),
            replaced: Vec::new(),
            fresh: Vec::new(),
            sent: Vec::new(),
            sent_form: None,
            seen: String::new(),
        }
    }

    /// Creates an empty form of a page, which may name kept files and whose own files can be kept.
    pub fn of_page(app: &App, permit: &UploadPermit, limits: &'static UploadLimits) -> Self {
        let keeper = Keeper { person: permit.caller.person, form: permit.form_key() };
        Self { keeper: Some(keeper), ..Self::new(app, permit, limits) }
    }

    /// Returns the fields and limits of the form.
    pub fn limits(&self) -> &'static UploadLimits {
        self.limits
    }

    /// Returns the maximum size of all parts together, in bytes.
    pub fn max_form_bytes(&self) -> u64 {
        self.max_form_bytes
    }

    /// Returns the identifiers of the kept files that are to be sent.
    pub(crate) fn kept_ids(&self) -> Vec<String> {
        self.kept.iter().filter(|id| !self.replaced.contains(id)).chain(&self.fresh).cloned().collect()
    }

    /// Returns the identifiers of the files that this form has kept.
    pub(crate) fn fresh_ids(&self) -> Vec<String> {
        self.fresh.clone()
    }

    /// Returns the identifier of the kept form that is sent again.
    pub fn sent_form(&self) -> Option<&str> {
        self.sent_form.as_deref()
    }

    /// Returns the digest of the effects that the page showed; empty without effects.
    pub fn seen(&self) -> &str {
        &self.seen
    }

    /// Receives a part of the form. `filename` is the name under which the client sent a file.
    ///
    /// # Errors
    /// `Malformed` for an unknown or repeated part, `TooLarge` at the first byte over a limit, `Unsupported` or
    /// `Refused` for a file that is not accepted; errors of `chunks`.
    pub async fn receive_part<S>(&mut self, name: &str, filename: Option<&str>, chunks: S) -> Result<(), Error>
    where
        S: Stream<Item = Result<Bytes, Error>> + Unpin,
    {
        if self.keeper.is_some() && matches!(name, KEPT_FIELD | LISTED_FIELD) {
            let id = self.read_text(KEPT_FIELD, chunks).await?;
            if id.len() > ID_BYTES || self.kept.len() + self.listed.len() > 2 * self.limits.files {
                return Err(Error::malformed(self.limits.file, Message::new("upload-kept-gone")));
            }
            if name == KEPT_FIELD {
                self.kept.push(id)
            } else {
                self.listed.push(id)
            }
            return Ok(());
        }
        if self.keeper.is_some() && name == SENT_FORM_FIELD {
            self.sent_form = Some(self.read_text(SENT_FORM_FIELD, chunks).await?);
            return Ok(());
        }
        if self.keeper.is_some() && name == SEEN_FIELD {
            self.seen = self.read_text(SEEN_FIELD, chunks).await?;
            return Ok(());
        }
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

    /// Returns the text fields received so far.
    pub fn texts(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.texts.iter().map(|(name, text)| (*name, text.as_str()))
    }

    async fn receive_text<S>(&mut self, name: &'static str, chunks: S) -> Result<(), Error>
    where
        S: Stream<Item = Result<Bytes, Error>> + Unpin,
    {
        let text = self.read_text(name, chunks).await?;
        if self.texts.insert(name, text).is_some() {
            return Err(Error::malformed(name, Message::new("malformed-duplicate-key").with("key", name)));
        }
        Ok(())
    }

    async fn read_text<S>(&mut self, name: &'static str, mut chunks: S) -> Result<String, Error>
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
        // On a page, numbers and days are read as people write them.
        let clean = if self.keeper.is_some() { clean_field } else { clean_field_strictly };
        Ok(clean(name, &text).into_owned())
    }

    async fn receive_file<S>(&mut self, filename: &str, chunks: S) -> Result<(), Error>
    where
        S: Stream<Item = Result<Bytes, Error>> + Unpin,
    {
        let before = self.bytes;
        match self.stage_file(filename, chunks).await {
            Ok(file) => {
                self.files.push(file);
                Ok(())
            }
            Err(error) => {
                // A refused file must not take room from the files after it.
                self.bytes = before;
                Err(error)
            }
        }
    }

    async fn stage_file<S>(&mut self, filename: &str, mut chunks: S) -> Result<StagedFile, Error>
    where
        S: Stream<Item = Result<Bytes, Error>> + Unpin,
    {
        let place = self.files.len();
        if place >= self.limits.files {
            return Err(Error::TooLarge(Message::new("upload-too-many-files").with("limit", self.limits.files)));
        }
        let name = display_name(filename);
        let (language, field) = (self.language, self.limits.file);
        let refused = |error| refuse_file(language, (field, place), &name, error);
        if let Some(kind) = kind_of(&name)
            && !self.limits.endings.is_empty()
            && !self.limits.endings.contains(&kind.extension)
        {
            let endings = self.limits.endings.join(", ");
            return Err(Error::Unsupported(Message::new("upload-ending").with("file", &name).with("endings", endings)));
        }
        let mut staged = self.begin().map_err(refused)?;
        while let Some(chunk) = chunks.next().await {
            let chunk = chunk?;
            self.count_bytes(chunk.len())?;
            staged.write(&chunk).await.map_err(refused)?;
        }
        let found = staged.inspect(&name).await.map_err(refused)?;
        let sha256 = staged.sha256().await.map_err(refused)?;
        let shown = match found.kind.may_hold_personal_data() {
            true => staged.clean_copy(found.kind, self.begin().map_err(refused)?).await.map_err(refused)?,
            false => None,
        };
        Ok(StagedFile { staged, name, media_type: found.kind.media_type, flags: found.flags, sha256, shown })
    }

    /// Starts a staged copy.
    fn begin(&self) -> Result<Staged, FileError> {
        self.store.begin(FileKey::from_random(first_half(self.ids.bytes())), self.max_file_bytes)
    }

    fn count_bytes(&mut self, bytes: usize) -> Result<(), Error> {
        self.bytes = self.bytes.saturating_add(bytes as u64);
        if self.bytes > self.max_form_bytes {
            return Err(Error::TooLarge(Message::new("upload-too-large").with("limit", self.max_form_bytes / MIB)));
        }
        Ok(())
    }

    /// Replaces a text field that is not blank by the result of `read`.
    ///
    /// # Errors
    /// Those of `read`; the field is then unchanged.
    pub fn rewrite(
        &mut self,
        name: &'static str,
        read: impl FnOnce(&str) -> Result<String, Message>,
    ) -> Result<(), Message> {
        let Some(typed) = self.text(name) else { return Ok(()) };
        let plain = read(typed)?;
        self.texts.insert(name, plain);
        Ok(())
    }

    /// Returns a text field, trimmed; `None` if it is missing or blank.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.texts.get(name).map(|text| text.trim()).filter(|text| !text.is_empty())
    }

    /// Parses a text field; a fault is added to `faults`. `None` if the field is missing or faulty. One that was sent
    /// blank is faulty: pages fill it in beforehand, and its default is not what the person sees.
    pub fn parse_field<T>(
        &self,
        name: &'static str,
        faults: &mut Vec<FieldError>,
        parse: impl FnOnce(&str) -> Result<T, &'static str>,
    ) -> Option<T> {
        if self.texts.contains_key(name) { self.require_field(name, faults, parse) } else { None }
    }

    /// Parses a text field like [`Self::parse_field`], and adds a fault if it is missing.
    pub fn require_field<T>(
        &self,
        name: &'static str,
        faults: &mut Vec<FieldError>,
        parse: impl FnOnce(&str) -> Result<T, &'static str>,
    ) -> Option<T> {
        let missing = || Message::new("malformed-missing-key").with("key", name);
        let parsed = self.text(name).ok_or_else(missing).and_then(|text| parse(text).map_err(Message::new));
        parsed.map_err(|message| faults.push(FieldError { path: name.to_owned(), message })).ok()
    }

    /// Returns the fault of a text field that is missing or blank, with this message.
    pub fn missing_fault(&self, name: &str, message: &'static str) -> Option<FieldError> {
        let fault = || FieldError { path: name.to_owned(), message: Message::new(message) };
        self.text(name).is_none().then(fault)
    }

    /// Returns the number of files received so far, including kept files.
    pub fn file_count(&self) -> usize {
        self.files.len() + self.kept.len() + self.fresh.len()
    }

    /// Returns the hash by which a repeated form is recognised: of its purpose, its text fields, and the names and
    /// digests of its files.
    pub fn request_hash(&self, purpose: &[&str]) -> String {
        let mut parts: Vec<&str> = purpose.to_vec();
        for (name, text) in &self.texts {
            parts.extend([*name, text.as_str()]);
        }
        let unkept = self.files.iter().map(|file| (&file.name, &file.sha256));
        for (name, sha256) in self.sent.iter().map(|(name, sha256)| (name, sha256)).chain(unkept) {
            parts.extend([self.limits.file, name.as_str(), sha256.as_str()]);
        }
        for id in &self.kept {
            parts.extend([KEPT_FIELD, id.as_str()]);
        }
        hash_chains::digest(&parts)
    }

    /// Moves the files of a page's form into the store and keeps them for the sender, so that they survive a refusal.
    /// Kept files that the page listed and the sender did not choose again are dropped; in a form for one file, which
    /// does not choose it by itself, only another file replaces it.
    ///
    /// # Errors
    /// `Unavailable` if the store or the database does not accept a file.
    pub async fn keep(&mut self, app: &App) -> Result<(), Error> {
        let Some(keeper) = self.keeper.clone() else { return Ok(()) };
        let staged = std::mem::take(&mut self.files);
        let takes_one = self.limits.files == 1;
        if takes_one && !staged.is_empty() {
            self.kept.clear();
        }
        self.sent.extend(staged.iter().map(|file| (file.name.clone(), file.sha256.clone())));
        let stored = store_staged(&self.store, &self.ids, staged).await?;
        let unwanted = self.listed.iter().filter(|id| !takes_one && !self.kept.contains(id));
        let unwanted: Vec<String> = unwanted.cloned().collect();
        if stored.is_empty() && unwanted.is_empty() {
            return Ok(());
        }
        self.fresh.extend(stored.iter().map(|file| file.id.clone()));
        kept::keep_files(app, &keeper, stored, unwanted, takes_one).await.map(|replaced| self.replaced = replaced)
    }

    /// Reads the form's files into memory, with their names: those that it received and those kept with it, as far as they
    /// are wanted by their names and have at most `limit` bytes.
    ///
    /// # Errors
    /// `Unavailable` if a file cannot be read; database errors.
    pub(super) async fn contents(
        &mut self,
        app: &App,
        (wanted, limit): (fn(&str) -> bool, u64),
    ) -> Result<Vec<(String, Vec<u8>)>, Error> {
        let unreadable = |error: FileError| Error::Unavailable(error.to_string());
        let mut found = Vec::new();
        for file in self.files.iter_mut().filter(|file| wanted(&file.name)) {
            let body = file.staged.read(limit).await.map_err(unreadable)?;
            found.extend(body.map(|body| (file.name.clone(), body)));
        }
        let kept = match &self.keeper {
            Some(keeper) => kept::chosen(app, keeper, self.kept_ids()).await?,
            None => Vec::new(),
        };
        for file in kept.into_iter().filter(|file| wanted(&file.name)) {
            match self.store.read(&file.key, &file.sha256, limit).await {
                Ok(body) => found.push((file.name, body.to_vec())),
                Err(FileError::TooLarge { .. }) => {}
                Err(error) => return Err(unreadable(error)),
            }
        }
        Ok(found)
    }

    /// Moves the files into the store. If one cannot be stored, those stored before it are removed.
    ///
    /// # Errors
    /// `Unavailable` if the store does not accept a file.
    pub async fn store(self) -> Result<Vec<StoredFile>, Error> {
        store_staged(&self.store, &self.ids, self.files).await
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
