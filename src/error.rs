//! The error type of services. `web` turns it into a response, `text` into words.

use crate::domain::codes::Language;

/// A message for people: a key of `locales/*/errors.ftl` and its values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// Key of the locale message.
    pub key: &'static str,
    /// Values by name.
    pub args: Vec<(&'static str, String)>,
}

impl Message {
    /// Creates a message without values.
    pub fn new(key: &'static str) -> Self {
        Self { key, args: Vec::new() }
    }

    /// Adds a value.
    pub fn with(mut self, name: &'static str, value: impl ToString) -> Self {
        self.args.push((name, value.to_string()));
        self
    }

    /// Formats the message. Roles are passed by their codes and shown by their names; endings of files and names are listed;
    /// amounts are grouped by thousands.
    pub fn text(&self, language: Language) -> String {
        let separator = if language == Language::Zh { "、" } else { ", " };
        let role = |code: &str| crate::text::message(language, &format!("role-{code}"), &[]);
        let written = |(name, value): &(&'static str, String)| match *name {
            "roles" => (*name, value.split(' ').map(role).collect::<Vec<_>>().join(separator)),
            "endings" | "names" => (*name, value.replace(", ", separator)),
            _ => (*name, crate::text::money::shown_value(name, value)),
        };
        crate::text::message(language, self.key, &self.args.iter().map(written).collect::<Vec<_>>())
    }
}

/// A fault in an input, with its path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldError {
    /// Path within the input, such as `terms.items[0].quantity`; empty for the whole input.
    pub path: String,
    /// The fault and its remedy.
    pub message: Message,
}

/// The existing record that makes a new one a duplicate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Existing {
    /// Random identifier of its contract; absent for a row of a register.
    pub contract: Option<String>,
    /// Code of its milestone, if it is about one.
    pub milestone: Option<String>,
    /// Address of the page that shows it.
    pub address: String,
}

/// A second recording of what was recorded before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Duplicate {
    /// Message naming the existing record and the way forward.
    pub message: Message,
    /// The first; absent where the caller may not see its contract.
    pub existing: Option<Existing>,
    /// True if another can be recorded when the caller asks for it expressly.
    pub is_repeatable: bool,
}

/// The reason a service refused or failed. Nothing has been changed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// 401: no credentials, or credentials that are not valid (any more).
    #[error("not signed in")]
    Unauthenticated(Message),
    /// 401: a sign-in was refused. The answer says neither why nor whether the name exists; the log does.
    #[error("sign-in refused: {reason}")]
    SignInRefused {
        /// `person:` and the public identifier, or `name:` and a keyed digest of a name that no one has.
        subject: String,
        /// `unknown`, `disabled`, `password`, `code`, or the reason why an identity provider's answer was refused.
        reason: &'static str,
    },
    /// 403: the caller may see the object but not do this.
    #[error("forbidden: {}", .0.key)]
    Forbidden(Message),
    /// 404: it does not exist, or the caller may not see it.
    #[error("not found")]
    NotFound,
    /// 400: the input is malformed.
    #[error("malformed: {0:?}")]
    Malformed(Vec<FieldError>),
    /// 409: the wrong state, or a concurrent change.
    #[error("conflict: {}", .0.key)]
    Conflict(Message),
    /// 409: the same was recorded before.
    #[error("duplicate: {}", .0.message.key)]
    Duplicate(Box<Duplicate>),
    /// 412: the version that the caller read is not the current one.
    #[error("version mismatch")]
    VersionMismatch,
    /// 428: the request does not name the version that it changes.
    #[error("If-Match is required")]
    VersionRequired,
    /// 408: the body of the request arrives too slowly.
    #[error("request body too slow")]
    TooSlow,
    /// 413: larger than the limit.
    #[error("payload too large")]
    TooLarge(Message),
    /// 415: a type of file or content that is not accepted.
    #[error("unsupported type: {}", .0.key)]
    Unsupported(Message),
    /// 422: refused by a rule: the id of a statute, the code of a clause or the name of a rule of standing.
    #[error("refused by {rule}: {errors:?}")]
    Refused { rule: String, errors: Vec<FieldError> },
    /// 429: too many attempts; holds the seconds to wait.
    #[error("too many attempts")]
    TooMany(u64),
    /// 503: an external system is unavailable; retrying later may help.
    #[error("unavailable: {0}")]
    Unavailable(String),
    /// A transaction that lost a race and can be retried; never leaves `storage`.
    #[error("transaction must be retried")]
    Retry,
    /// 500: an internal fault; the text goes to the log only.
    #[error("internal: {0}")]
    Internal(String),
}

impl Error {
    /// Returns the kind of problem, as in `/problems/KIND`.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Unauthenticated(message)
            | Self::Forbidden(message)
            | Self::Conflict(message)
            | Self::TooLarge(message)
            | Self::Unsupported(message) => message.key,
            Self::Duplicate(found) => found.message.key,
            Self::SignInRefused { .. } => "sign-in-refused",
            Self::NotFound => "not-found",
            Self::Malformed(_) => "malformed",
            Self::VersionMismatch => "changed",
            Self::VersionRequired => "version-required",
            Self::Refused { .. } => "refused",
            Self::TooSlow => "body-too-slow",
            Self::TooMany(_) => "too-many",
            Self::Unavailable(_) | Self::Retry => "unavailable",
            Self::Internal(_) => "internal",
        }
    }

    /// Creates a refusal of the whole input by `rule`.
    pub fn refused(rule: impl Into<String>, message: Message) -> Self {
        Self::refused_at(rule, "", message)
    }

    /// Creates a refusal by `rule` at a path of the input.
    pub fn refused_at(rule: impl Into<String>, path: impl Into<String>, message: Message) -> Self {
        Self::Refused { rule: rule.into(), errors: vec![FieldError { path: path.into(), message }] }
    }

    /// Creates the error for an input malformed at one path.
    pub fn malformed(path: impl Into<String>, message: Message) -> Self {
        Self::Malformed(vec![FieldError { path: path.into(), message }])
    }

    /// Creates a conflict.
    pub fn conflict(key: &'static str) -> Self {
        Self::Conflict(Message::new(key))
    }

    /// Creates a refusal for lack of rights.
    pub fn forbidden(key: &'static str) -> Self {
        Self::Forbidden(Message::new(key))
    }
}

impl From<diesel::result::Error> for Error {
    fn from(error: diesel::result::Error) -> Self {
        use diesel::result::{DatabaseErrorKind as Kind, Error as Db};
        // The transaction was not committed, and rolling it back failed as well, mostly because the server is gone.
        if let Db::RollbackErrorOnCommit { commit_error, .. } = error {
            return Self::from(*commit_error);
        }
        match &error {
            // A transaction ends with its connection, and diesel may notice either first.
            Db::BrokenTransactionManager | Db::NotInTransaction | Db::AlreadyInTransaction => {
                Self::Unavailable(error.to_string())
            }
            Db::DatabaseError(Kind::SerializationFailure, _) => Self::Retry,
            Db::DatabaseError(_, info) if is_deadlock(info.message()) => Self::Retry,
            Db::DatabaseError(Kind::ClosedConnection | Kind::UnableToSendCommand | Kind::ReadOnlyTransaction, info) => {
                Self::Unavailable(info.message().to_owned())
            }
            Db::DatabaseError(_, info) if is_temporary(info.message()) => Self::Unavailable(info.message().to_owned()),
            _ => Self::Internal(error.to_string()),
        }
    }
}

/// Returns whether a database message says that two transactions waited for each other.
fn is_deadlock(message: &str) -> bool {
    message.contains("deadlock detected") || message.contains("检测到死锁")
}

/// Returns whether a database message describes a temporary condition: a lock, a full disk, a lost or overloaded server.
fn is_temporary(message: &str) -> bool {
    const SIGNS: &[&str] = &[
        "database is locked",
        "database or disk is full",
        "disk I/O error",
        "No space left",
        "could not extend",
        // PostgreSQL with messages in Chinese.
        "设备上没有空间",
        "无法扩展文件",
        "数据库系统",
        "中断联接",
        "正在取消",
        "联接已经太多",
        "server closed the connection",
        "terminating connection",
        "connection to server",
        "no connection to the server",
        "could not receive data from server",
        "could not send data to server",
        "connection not open",
        "SSL SYSCALL error",
        "SSL error",
        "SSL connection has been closed",
        "lost synchronization with server",
        "no error text available",
        "another command is already in progress",
        "too many clients",
        "remaining connection slots",
        "out of memory",
        "out of shared memory",
        "内存用尽",
        // The limit of a statement's time, which only an overloaded server reaches.
        "canceling statement due to",
        "the database system is",
        "unable to open database file",
        "readonly database",
    ];
    SIGNS.iter().any(|sign| message.contains(sign))
}

/// Returns whether a database error is the lock of another program on SQLite's file.
pub fn is_locked(error: &diesel::result::Error) -> bool {
    matches!(error, diesel::result::Error::DatabaseError(_, info) if info.message() == "database is locked")
}

/// Returns whether a database error is a violated unique key.
pub fn is_duplicate(error: &diesel::result::Error) -> bool {
    use diesel::result::{DatabaseErrorKind, Error as Db};
    matches!(error, Db::DatabaseError(DatabaseErrorKind::UniqueViolation, _))
}
