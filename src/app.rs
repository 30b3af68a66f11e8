//! What a request or a job is handed: settings, connections, keys, the clock, the source of chance.

use std::sync::{Arc, Mutex};

use chrono::NaiveDate;

use crate::adapters::files::FileStore;
use crate::adapters::gate::Gate;
use crate::adapters::mail::{Correspondent, MailOptions, Mailer};
use crate::adapters::networks::Networks;
use crate::adapters::passwords::Passwords;
use crate::adapters::secrets::Secret;
use crate::adapters::tokens::{self, Tokens};
use crate::clock::{Clock, Ids};
use crate::config::Settings;
use crate::error::Error;
use crate::storage::{Pool, backend};

/// How many passwords are hashed at once: each takes 19 MiB.
const HASHES_AT_ONCE: usize = 2;
/// How many documents are put on paper at once: each takes some tens of MiB, most of it fonts.
pub const MAX_CONCURRENT_PRINTS: usize = 2;

/// The program's parts. Cheap to clone.
#[derive(Clone)]
pub struct App {
    /// Settings.
    pub settings: Arc<Settings>,
    /// Connections to the database.
    pub pool: Pool,
    /// The files that people hand in, and the folder where they are looked at first.
    pub files: FileStore,
    /// Hashing of passwords.
    pub passwords: Arc<Passwords>,
    /// The gate before putting documents on paper.
    pub printer: Arc<Gate>,
    /// Proxies that are believed to say who asks.
    pub proxies: Arc<Networks>,
    /// The day on which this process last looked for files that no row names.
    pub swept_on: Arc<Mutex<Option<NaiveDate>>>,
    /// Tokens of the API.
    pub tokens: Arc<Tokens>,
    /// What letters leave by.
    pub mailer: Arc<Mailer>,
    /// The sender of letters.
    pub sender: Correspondent,
    /// The installation's secret.
    pub secret: Secret,
    /// Time.
    pub clock: Clock,
    /// Chance.
    pub ids: Ids,
}

impl App {
    /// Puts the parts together and brings the schema up to date.
    ///
    /// # Errors
    /// A setting that is not understood, a folder that cannot be made, a database that does not answer.
    pub fn start(settings: Settings, clock: Clock, ids: Ids) -> Result<Self, Error> {
        tokens::install_crypto().map_err(|error| Error::Internal(error.to_string()))?;
        std::fs::create_dir_all(&settings.data)
            .map_err(|error| Error::Internal(format!("the data folder cannot be made: {error}")))?;
        let secret = match &settings.secret {
            Some(text) => Secret::parse(text),
            None => Secret::load_or_create(&settings.data.join("secret.key"), Ids::Random.bytes()),
        }
        .map_err(|error| Error::Internal(format!("the secret: {error}")))?;
        let proxies = Networks::parse(&settings.trusted_proxies)
            .map_err(|error| Error::Internal(format!("the trusted proxies: {error}")))?;
        let mailer = match &settings.smtp_url {
            Some(url) => Mailer::smtp(url, &MailOptions::default())
                .map_err(|error| Error::Internal(format!("the mail server: {error}")))?,
            None => Mailer::outbox(&settings.data.join("mail")),
        };
        let sender = Correspondent::parse(&settings.mail_from)
            .map_err(|error| Error::Internal(format!("the sender of mail: {error}")))?;
        let pool = Pool::open(&settings.database_url(), settings.database_connections)?;
        let mut connection = pool.get()?;
        if settings.migrate {
            backend::migrate(&mut connection)?;
        } else if backend::migrations_pending(&mut connection)? {
            return Err(Error::Unavailable(
                "the schema is older than this program: start once without --no-migrate".to_owned(),
            ));
        }
        drop(connection);
        let files = FileStore::connect(&settings.files_url(), &settings.data.join("staging"))
            .map_err(|error| Error::Internal(format!("the files: {error}")))?;
        let tokens = Tokens::new("luyue", "luyue-api", &secret.derive("access-tokens"), &[]);
        Ok(Self {
            settings: Arc::new(settings),
            pool,
            files,
            passwords: Arc::new(Passwords::new(HASHES_AT_ONCE)),
            printer: Arc::new(Gate::new(MAX_CONCURRENT_PRINTS)),
            proxies: Arc::new(proxies),
            swept_on: Arc::default(),
            tokens: Arc::new(tokens),
            mailer: Arc::new(mailer),
            sender,
            secret,
            clock,
            ids,
        })
    }
}
