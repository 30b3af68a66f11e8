//! The one error of use cases. `web` turns it into an answer, `text` into words; nothing else does.

use crate::domain::codes::Language;

/// A message for people: a key of `locales/*/errors.ftl` and what is put into it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// Key of the locale message.
    pub key: &'static str,
    /// Values by name.
    pub args: Vec<(&'static str, String)>,
}

impl Message {
    /// A message without values.
    pub fn new(key: &'static str) -> Self {
        Self { key, args: Vec::new() }
    }

    /// The message with one more value.
    pub fn with(mut self, name: &'static str, value: impl ToString) -> Self {
        self.args.push((name, value.to_string()));
        self
    }

    /// The message in words. Roles, which a message names by their codes, are named as people call them.
    pub fn text(&self, language: Language) -> String {
        let separator = if language == Language::Zh { "、" } else { ", " };
        let role = |code: &str| crate::text::message(language, &format!("role-{code}"), &[]);
        let written = |(name, value): &(&'static str, String)| match *name {
            "roles" => (*name, value.split(' ').map(role).collect::<Vec<_>>().join(separator)),
            _ => (*name, value.clone()),
        };
        crate::text::message(language, self.key, &self.args.iter().map(written).collect::<Vec<_>>())
    }
}

/// One thing that is wrong with an input: where, and what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldError {
    /// Path within the input, as `terms.items[0].quantity`; empty for the whole.
    pub path: String,
    /// What is wrong and how to mend it.
    pub message: Message,
}

/// Why a use case was not carried out. Nothing has been changed then.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// 401: nobody, or somebody whose proof does not hold (any longer).
    #[error("not signed in")]
    Unauthenticated(Message),
    /// 403: the actor knows of it but may not.
    #[error("forbidden: {}", .0.key)]
    Forbidden(Message),
    /// 404: it does not exist, or the actor may not know of it.
    #[error("not found")]
    NotFound,
    /// 400: the input cannot be read.
    #[error("malformed: {0:?}")]
    Malformed(Vec<FieldError>),
    /// 409: the wrong state for it, or somebody else was first.
    #[error("conflict: {}", .0.key)]
    Conflict(Message),
    /// 412: the version that the actor saw is not the current one.
    #[error("changed since it was read")]
    VersionMismatch,
    /// 428: the request must name the version that it changes.
    #[error("If-Match is required")]
    VersionRequired,
    /// 413: more bytes than the limit.
    #[error("too large")]
    TooLarge(Message),
    /// 415: a kind of file or content that is not taken.
    #[error("not a type that is taken: {}", .0.key)]
    Unsupported(Message),
    /// 422: a rule refuses; the rule is a statute's id, a clause's code or the name of a rule of standing.
    #[error("refused by {rule}: {errors:?}")]
    Refused {
        /// Which rule.
        rule: String,
        /// Where and why.
        errors: Vec<FieldError>,
    },
    /// 429: too many tries; seconds to wait.
    #[error("too many tries")]
    TooMany(u64),
    /// 503: something outside does not answer now; trying again later may help.
    #[error("unavailable: {0}")]
    Unavailable(String),
    /// A transaction that lost a race and may be run again; never leaves `storage`.
    #[error("to be run again")]
    Retry,
    /// 500: a fault of ours; the text goes to the log alone.
    #[error("internal: {0}")]
    Internal(String),
}

impl Error {
    /// A refusal by `rule` of the whole input.
    pub fn refused(rule: impl Into<String>, message: Message) -> Self {
        Self::refused_at(rule, "", message)
    }

    /// A refusal by `rule` at a place of the input.
    pub fn refused_at(rule: impl Into<String>, path: impl Into<String>, message: Message) -> Self {
        Self::Refused { rule: rule.into(), errors: vec![FieldError { path: path.into(), message }] }
    }

    /// An input that cannot be read at one place.
    pub fn malformed(path: impl Into<String>, message: Message) -> Self {
        Self::Malformed(vec![FieldError { path: path.into(), message }])
    }

    /// A conflict with the state of things.
    pub fn conflict(key: &'static str) -> Self {
        Self::Conflict(Message::new(key))
    }

    /// What the actor knows of but may not do.
    pub fn forbidden(key: &'static str) -> Self {
        Self::Forbidden(Message::new(key))
    }
}

impl From<diesel::result::Error> for Error {
    fn from(error: diesel::result::Error) -> Self {
        use diesel::result::{DatabaseErrorKind as Kind, Error as Db};
        match &error {
            Db::DatabaseError(Kind::SerializationFailure, _) => Self::Retry,
            Db::DatabaseError(Kind::ClosedConnection | Kind::UnableToSendCommand | Kind::ReadOnlyTransaction, info) => {
                Self::Unavailable(info.message().to_owned())
            }
            Db::DatabaseError(_, info) if passing(info.message()) => Self::Unavailable(info.message().to_owned()),
            _ => Self::Internal(error.to_string()),
        }
    }
}

/// Whether an engine's message tells of something that passes: a lock, a full disk, a server that went away.
fn passing(message: &str) -> bool {
    const SIGNS: &[&str] = &[
        "database is locked",
        "database or disk is full",
        "disk I/O error",
        "No space left",
        "could not extend",
        // A server whose messages are in Chinese.
        "设备上没有空间",
        "无法扩展文件",
        "server closed the connection",
        "terminating connection",
        "connection to server",
        "no connection to the server",
        "unable to open database file",
        "readonly database",
        "deadlock detected",
    ];
    SIGNS.iter().any(|sign| message.contains(sign))
}

/// Whether a database error is a broken unique key: somebody else was first.
pub fn is_duplicate(error: &diesel::result::Error) -> bool {
    use diesel::result::{DatabaseErrorKind, Error as Db};
    matches!(error, Db::DatabaseError(DatabaseErrorKind::UniqueViolation, _))
}
