//! A letter and its form on the wire. Nothing that a person typed can add a header or a recipient (ASVS 1.3.11): names,
//! subjects and file names become one line, addresses and ids are checked.

use std::time::SystemTime;

use chrono::{DateTime, Datelike, Utc};
use lettre::Message;
use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Attachment as Attached, Mailbox, MultiPart, SinglePart};
use sha2::{Digest, Sha256};

use crate::adapters::files::display_name;
use crate::adapters::hex::hex;
use crate::adapters::mail::{MailError, one_line};

/// The most characters of a subject and of a name.
const MAX_LINE: usize = 250;
/// The most characters of a Message-ID; a file name must hold it.
const MAX_ID: usize = 200;

/// Somebody with an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Correspondent {
    pub name: String,
    pub address: String,
}

impl Correspondent {
    /// Reads `Name <address>` or an address alone.
    ///
    /// # Errors
    /// A text that is neither.
    pub fn parse(text: &str) -> Result<Self, MailError> {
        let mailbox: Mailbox = text.parse().map_err(refused)?;
        Ok(Self { name: mailbox.name.unwrap_or_default(), address: mailbox.email.to_string() })
    }
}

/// A file that goes with a letter.
#[derive(Clone, PartialEq, Eq)]
pub struct Attachment {
    pub name: String,
    pub media_type: String,
    pub bytes: Vec<u8>,
}

/// A letter to one person.
#[derive(Clone, PartialEq, Eq)]
pub struct Letter {
    /// `unique@host`, with or without the brackets around it; the same for ever, however often the letter is sent.
    pub message_id: String,
    pub from: Correspondent,
    pub to: Correspondent,
    pub subject: String,
    pub text: String,
    pub html: String,
    pub attachments: Vec<Attachment>,
    pub date: DateTime<Utc>,
    /// `zh-CN` or `en`.
    pub language: String,
}

/// Who gets which letter; not what is in it, which may be a link that signs in.
impl std::fmt::Debug for Letter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Letter({})", self.message_id)
    }
}

impl Letter {
    /// The Message-ID without brackets: letters, digits and `.-_+=` around one `@`.
    pub(super) fn id(&self) -> Result<&str, MailError> {
        let id = self.message_id.trim_start_matches('<').trim_end_matches('>');
        let good = |part: &str| {
            let mut characters = part.chars();
            characters.next().is_some_and(|c| c.is_ascii_alphanumeric())
                && characters.all(|c| c.is_ascii_alphanumeric() || ".-_+=".contains(c))
        };
        match id.split_once('@') {
            Some((left, right)) if good(left) && good(right) && id.len() <= MAX_ID => Ok(id),
            _ => Err(MailError::Permanent("the Message-ID is none".to_owned())),
        }
    }

    /// The letter as it is sent. The same letter gives the same bytes.
    pub(super) fn message(&self) -> Result<Message, MailError> {
        let id = self.id()?;
        if !(1970..=9999).contains(&self.date.year()) {
            return Err(MailError::Permanent("the date is none".to_owned()));
        }
        let builder = Message::builder()
            .message_id(Some(format!("<{id}>")))
            .date(SystemTime::from(self.date))
            .from(mailbox(&self.from)?)
            .to(mailbox(&self.to)?)
            .subject(one_line(&self.subject, MAX_LINE))
            .raw_header(header("Content-Language", self.language()?))
            // So that no holiday notice answers a programme (RFC 3834).
            .raw_header(header("Auto-Submitted", "auto-generated"));
        let words = MultiPart::alternative()
            .boundary(boundary(id, "words"))
            .singlepart(SinglePart::plain(self.text.clone()))
            .singlepart(SinglePart::html(self.html.clone()));
        let body = if self.attachments.is_empty() {
            words
        } else {
            let mut mixed = MultiPart::mixed().boundary(boundary(id, "mixed")).multipart(words);
            for attachment in &self.attachments {
                mixed = mixed.singlepart(attached(attachment)?);
            }
            mixed
        };
        builder.multipart(body).map_err(refused)
    }

    fn language(&self) -> Result<&str, MailError> {
        let tag = |text: &str| {
            !text.is_empty() && text.len() <= 35 && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
        };
        let language = self.language.as_str();
        if tag(language) { Ok(language) } else { Err(MailError::Permanent("the language is none".to_owned())) }
    }
}

fn mailbox(person: &Correspondent) -> Result<Mailbox, MailError> {
    let address = person.address.trim().parse().map_err(refused)?;
    let name = one_line(&person.name, MAX_LINE);
    Ok(Mailbox::new((!name.is_empty()).then_some(name), address))
}

fn attached(attachment: &Attachment) -> Result<SinglePart, MailError> {
    let media_type = ContentType::parse(&attachment.media_type).map_err(refused)?;
    Ok(Attached::new(display_name(&attachment.name)).body(attachment.bytes.clone(), media_type))
}

fn header(name: &'static str, value: &str) -> HeaderValue {
    HeaderValue::new(HeaderName::new_from_ascii_str(name), value.to_owned())
}

/// What stands between the parts: drawn from the id, not by chance, and in no text of ours.
fn boundary(id: &str, level: &str) -> String {
    let mut digest = hex(&Sha256::digest(format!("{level} {id}")));
    digest.truncate(40);
    digest
}

fn refused(error: impl std::fmt::Display) -> MailError {
    MailError::Permanent(one_line(&error.to_string(), 300))
}
