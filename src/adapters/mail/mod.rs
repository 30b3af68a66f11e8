//! Mail: one letter to one person, by SMTP over TLS or, without a server, as a file that can be looked at. It decides
//! nothing about whom to write to or when to try again: it says whether trying again makes sense. No password and no
//! text of a letter reaches a log from here.
//!
//! Sending blocks, for up to the timeout a step: call it from a thread that may.

mod letter;
mod outbox;
mod smtp;

use std::path::Path;
use std::time::Duration;

use thiserror::Error;

pub use letter::{Attachment, Correspondent, Letter};

/// Why a letter was not sent.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum MailError {
    /// It may go later: the server is away, busy, or does not know us (a wrong password is ours to mend; the letter is
    /// not to be lost for it). It may also have gone: the Message-ID stays the same, so that a second one is recognised.
    #[error("not sent for now: {0}")]
    Temporary(String),
    /// It will never go: the address or the letter is refused.
    #[error("refused: {0}")]
    Permanent(String),
}

/// What is wrong with the setting of the mail server. It never shows the setting, which has a password in it.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum MailSettingError {
    #[error("the mail server's URL begins with neither smtps:// nor smtp://")]
    Scheme,
    #[error("the mail server's URL has no host, or a port that is none")]
    Host,
    #[error("the mail server's URL has a user without a password, or one of them cannot be decoded")]
    Login,
    #[error("the mail server's URL knows tls=required, and tls=none for this machine itself")]
    Tls,
    #[error("the certificates to trust cannot be read: {0}")]
    Certificates(String),
}

/// What can be set about the connection beyond its URL.
#[derive(Debug, Clone)]
pub struct MailOptions {
    /// Certificates (PEM) trusted beside those of the system: a bureau's own authority.
    pub extra_certificates: Option<Vec<u8>>,
    /// How long to wait for each answer of the server.
    pub timeout: Duration,
}

impl Default for MailOptions {
    fn default() -> Self {
        Self { extra_certificates: None, timeout: Duration::from_secs(30) }
    }
}

/// What letters leave by.
#[derive(Debug)]
pub enum Mailer {
    Smtp(smtp::Smtp),
    Outbox(outbox::Outbox),
}

impl Mailer {
    /// By the server of `smtps://user:password@host` or `smtp://user:password@host?tls=required` (user and password
    /// percent-encoded), whose certificate is checked against those of the system (`SSL_CERT_FILE` where it is set).
    ///
    /// # Errors
    /// See [`MailSettingError`].
    pub fn smtp(url: &str, options: &MailOptions) -> Result<Self, MailSettingError> {
        smtp::Smtp::new(url, options).map(Self::Smtp)
    }

    /// Into `*.eml` files of a folder, one for each Message-ID.
    pub fn outbox(folder: &Path) -> Self {
        Self::Outbox(outbox::Outbox::new(folder))
    }

    /// Sends the letter and gives the answer that says that it was taken. Sending a letter twice is harmless: its
    /// Message-ID is the same.
    ///
    /// # Errors
    /// See [`MailError`].
    pub fn send(&self, letter: &Letter) -> Result<String, MailError> {
        match self {
            Self::Smtp(smtp) => smtp.send(letter),
            Self::Outbox(outbox) => outbox.send(letter),
        }
    }
}

/// A text from outside in one line, without control characters, and not too long: fit for a log or a header.
fn one_line(text: &str, most: usize) -> String {
    let visible: String =
        text.chars().map(|c| if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}') { ' ' } else { c }).collect();
    let words: Vec<&str> = visible.split_whitespace().collect();
    words.join(" ").chars().take(most).collect()
}
