//! An email and its wire format. No typed text can add a header or a recipient (ASVS 1.3.11): names, subjects and file
//! names become one line, addresses and ids are validated.

use std::time::SystemTime;

use chrono::{DateTime, Datelike, Utc};
use lettre::Message;
use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Attachment as Attached, Mailbox, MultiPart, SinglePart};
use sha2::{Digest, Sha256};

use crate::adapters::files::display_name;
use crate::adapters::hex::hex;
use crate::adapters::mail::bounce::ID_HEADER;
use crate::adapters::mail::{MailError, one_line};
use crate::domain::email_address::EmailAddress;

/// Maximum length of a subject or a name in characters.
const MAX_LINE: usize = 250;
/// Maximum length of a Message-ID in characters; it must fit into a file name.
const MAX_ID: usize = 200;

/// Maximum number of identifiers of emails in one message that are named in its header.
const MAX_HELD: usize = 20;

/// A sender or a recipient.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Correspondent {
    pub name: String,
    pub address: String,
}

impl Correspondent {
    /// Parses `Name <address>` or a bare address.
    ///
    /// # Errors
    /// `Permanent` for any other text.
    pub fn parse(text: &str) -> Result<Self, MailError> {
        let (name, typed) = match text.trim().strip_suffix('>').and_then(|text| text.rsplit_once('<')) {
            Some((name, address)) => (name.trim().trim_matches('"'), address),
            None => ("", text),
        };
        let address = EmailAddress::parse(typed).map_err(permanent_error)?;
        Ok(Self { name: name.to_owned(), address: address.to_string() })
    }
}

/// A file attached to an email.
#[derive(Clone, PartialEq, Eq)]
pub struct Attachment {
    pub name: String,
    pub media_type: String,
    pub bytes: Vec<u8>,
}

/// An email to one person.
#[derive(Clone, PartialEq, Eq)]
pub struct Email {
    /// Message-ID `unique@host`, with or without angle brackets; the same at every attempt.
    pub message_id: String,
    /// Identifiers of the emails that the message holds, for a report that it came back; empty if its Message-ID names
    /// the only one.
    pub holds: Vec<String>,
    pub from: Correspondent,
    pub to: Correspondent,
    pub subject: String,
    pub text: String,
    pub html: String,
    pub attachments: Vec<Attachment>,
    pub date: DateTime<Utc>,
    /// Language tag, `zh-CN` or `en`.
    pub language: String,
}

/// Omits the content, which may be a link that signs in.
impl std::fmt::Debug for Email {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Email({})", self.message_id)
    }
}

impl Email {
    /// Returns the Message-ID without brackets: letters, digits and `.-_+=` around one `@`.
    pub(super) fn id(&self) -> Result<&str, MailError> {
        let id = self.message_id.trim_start_matches('<').trim_end_matches('>');
        let good = |part: &str| {
            let mut characters = part.chars();
            characters.next().is_some_and(|c| c.is_ascii_alphanumeric())
                && characters.all(|c| c.is_ascii_alphanumeric() || ".-_+=".contains(c))
        };
        match id.split_once('@') {
            Some((left, right)) if good(left) && good(right) && id.len() <= MAX_ID => Ok(id),
            _ => Err(MailError::Permanent("invalid Message-ID".to_owned())),
        }
    }

    /// Builds the message to send. Equal emails give equal bytes.
    pub(super) fn message(&self) -> Result<Message, MailError> {
        let id = self.id()?;
        if !(1970..=9999).contains(&self.date.year()) {
            return Err(MailError::Permanent("invalid date".to_owned()));
        }
        let mut builder = Message::builder()
            .message_id(Some(format!("<{id}>")))
            .date(SystemTime::from(self.date))
            .from(mailbox(&self.from)?)
            .to(mailbox(&self.to)?)
            .subject(one_line(&self.subject, MAX_LINE))
            .raw_header(header("Content-Language", self.language()?))
            // Suppresses automatic replies (RFC 3834).
            .raw_header(header("Auto-Submitted", "auto-generated"));
        if !self.holds.is_empty() {
            builder = builder.raw_header(header(ID_HEADER, &self.listed_ids()?));
        }
        let alternatives = MultiPart::alternative()
            .boundary(boundary(id, "words"))
            .singlepart(SinglePart::plain(self.text.clone()))
            .singlepart(SinglePart::html(self.html.clone()));
        let body = if self.attachments.is_empty() {
            alternatives
        } else {
            let mut mixed = MultiPart::mixed().boundary(boundary(id, "mixed")).multipart(alternatives);
            for attachment in &self.attachments {
                mixed = mixed.singlepart(build_attachment(attachment)?);
            }
            mixed
        };
        builder.multipart(body).map_err(permanent_error)
    }

    /// Returns as many identifiers as fit on one line of a header.
    fn listed_ids(&self) -> Result<String, MailError> {
        let good = |id: &String| !id.is_empty() && id.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
        if !self.holds.iter().all(good) {
            return Err(MailError::Permanent("invalid identifier".to_owned()));
        }
        Ok(self.holds.iter().take(MAX_HELD).cloned().collect::<Vec<_>>().join(" "))
    }

    fn language(&self) -> Result<&str, MailError> {
        let tag = |text: &str| {
            !text.is_empty() && text.len() <= 35 && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
        };
        let language = self.language.as_str();
        if tag(language) { Ok(language) } else { Err(MailError::Permanent("invalid language tag".to_owned())) }
    }
}

fn mailbox(person: &Correspondent) -> Result<Mailbox, MailError> {
    // Addresses that were stored before the rule was made are left to the mail server.
    let ascii = EmailAddress::parse(&person.address).map(|address| address.to_ascii());
    let address = ascii.as_deref().unwrap_or(person.address.trim()).parse().map_err(permanent_error)?;
    let name = one_line(&person.name, MAX_LINE);
    Ok(Mailbox::new((!name.is_empty()).then_some(name), address))
}

fn build_attachment(attachment: &Attachment) -> Result<SinglePart, MailError> {
    let media_type = ContentType::parse(&attachment.media_type).map_err(permanent_error)?;
    Ok(Attached::new(display_name(&attachment.name)).body(attachment.bytes.clone(), media_type))
}

fn header(name: &'static str, value: &str) -> HeaderValue {
    HeaderValue::new(HeaderName::new_from_ascii_str(name), value.to_owned())
}

/// Derives the separator of the parts from the id, not from random bytes; none of our texts contains it.
fn boundary(id: &str, level: &str) -> String {
    let mut digest = hex(&Sha256::digest(format!("{level} {id}")));
    digest.truncate(40);
    digest
}

fn permanent_error(error: impl std::fmt::Display) -> MailError {
    MailError::Permanent(one_line(&error.to_string(), 300))
}
