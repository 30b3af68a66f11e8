//! Mail: sends one email to one person, by SMTP over TLS or, without a server, as a file in the outbox. Reports whether
//! a retry makes sense; callers decide on recipients and retries. Logs neither passwords nor content. Also reads emails
//! that people saved as files ([`saved_text`]), and reports on emails that came back ([`read_bounce`]), also from a
//! mailbox ([`Mailbox`]).
//!
//! Sending blocks the thread, up to the timeout at every step: call it from a blocking thread.

mod bounce;
mod email;
mod mailbox;
mod outbox;
mod saved;
mod smtp;

use std::path::Path;
use std::time::Duration;

use thiserror::Error;

pub use bounce::{Bounce, read_bounce};
pub use email::{Attachment, Correspondent, Email};
pub use mailbox::{MAX_MESSAGE, Mailbox};
pub use saved::saved_text;

/// A failure to send an email.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum MailError {
    /// Retry later: the server is unreachable or busy. The email may have been sent already; its Message-ID stays the
    /// same, so a duplicate is recognised.
    #[error("temporary failure: {0}")]
    Temporary(String),
    /// Retry after an administrator has corrected the settings: the server refuses this installation (its connection,
    /// its login or its sender) and would refuse every email.
    #[error("refused: {0}")]
    Refused(String),
    /// Not worth a retry: the address or the email was rejected.
    #[error("permanent failure: {0}")]
    Permanent(String),
}

/// An invalid mail server URL. Never shows the URL, which contains a password.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum MailSettingError {
    #[error("the mail server's URL starts with neither smtps:// nor smtp://")]
    Scheme,
    #[error("the mail server's URL has an invalid host or port, or a path")]
    Host,
    #[error("the mail server's URL has a user without a password, or one that is not percent-encoded UTF-8")]
    Login,
    #[error("the mail server's URL allows only tls=required, or tls=none on the loopback interface")]
    Tls,
    #[error("the trusted certificates cannot be read: {0}")]
    Certificates(String),
}

/// Connection options beyond the URL.
#[derive(Debug, Clone)]
pub struct MailOptions {
    /// Certificates (PEM) trusted in addition to the system's: a bureau's own authority.
    pub extra_certificates: Option<Vec<u8>>,
    /// Timeout for each answer of the server.
    pub timeout: Duration,
}

impl Default for MailOptions {
    fn default() -> Self {
        Self { extra_certificates: None, timeout: Duration::from_secs(30) }
    }
}

/// The transport of emails.
#[derive(Debug)]
pub enum Mailer {
    Smtp(smtp::Smtp),
    Outbox(outbox::Outbox),
}

impl Mailer {
    /// Creates a transport to the server of `smtps://user:password@host` or `smtp://user:password@host?tls=required`
    /// (user and password percent-encoded). Its certificate is verified against the system's (`SSL_CERT_FILE` if set).
    ///
    /// # Errors
    /// See [`MailSettingError`].
    pub fn smtp(url: &str, options: &MailOptions) -> Result<Self, MailSettingError> {
        smtp::Smtp::new(url, options).map(Self::Smtp)
    }

    /// Creates a transport that writes `*.eml` files to a folder, one for each Message-ID.
    pub fn outbox(folder: &Path) -> Self {
        Self::Outbox(outbox::Outbox::new(folder))
    }

    /// Sends an email and returns the server's confirmation. Sending an email twice is harmless: its Message-ID is the
    /// same.
    ///
    /// # Errors
    /// See [`MailError`].
    pub fn send(&self, email: &Email) -> Result<String, MailError> {
        match self {
            Self::Smtp(smtp) => smtp.send(email),
            Self::Outbox(outbox) => outbox.send(email),
        }
    }
}

/// Sanitises outside text for a log or a header: one line, no control characters, at most `most` characters.
fn one_line(text: &str, most: usize) -> String {
    let visible: String =
        text.chars().map(|c| if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}') { ' ' } else { c }).collect();
    let words: Vec<&str> = visible.split_whitespace().collect();
    words.join(" ").chars().take(most).collect()
}
