//! The shared parts of the program, passed to every request and job: settings, connections, keys, clock and randomness.

use std::path::Path;
use std::sync::{Arc, Mutex};

use chrono::NaiveDate;

use crate::adapters::files::{FileStore, Scanner};
use crate::adapters::gate::{Gate, KeyedGate};
use crate::adapters::gateway::Gateway;
use crate::adapters::identity_provider::id_token::Algorithms;
use crate::adapters::identity_provider::{IdentityProvider, ProviderError, Registration};
use crate::adapters::mail::{Correspondent, MailOptions, Mailbox, Mailer};
use crate::adapters::networks::Networks;
use crate::adapters::passwords::Passwords;
use crate::adapters::secrets::{Secret, read_private};
use crate::adapters::tokens::{self, Tokens};
use crate::clock::{Clock, Ids};
use crate::config::Settings;
use crate::domain::codes::Role;
use crate::domain::money::Money;
use crate::error::Error;
use crate::storage::notifications::posts;
use crate::storage::signatures::{self, RowKey};
use crate::storage::{Pool, backend};

/// Passwords hashed concurrently. Each needs 19 MiB.
const MAX_CONCURRENT_HASHES: usize = 2;
/// PDF documents rendered concurrently. Each needs some tens of MiB, mostly for fonts.
pub const MAX_CONCURRENT_PRINTS: usize = 2;
/// Archives of contracts written concurrently, each on a thread of its own.
const MAX_CONCURRENT_ARCHIVES: usize = 4;
/// Archives of one person, and forms with files of one person, at the same time.
const MAX_ARCHIVES_OF_PERSON: usize = 1;
const MAX_FORMS_OF_PERSON: usize = 10;
/// Requests that wait for the identity provider concurrently; the threads of all others stay free.
const MAX_CONCURRENT_SIGN_INS: usize = 4;

/// The parts of the program. Cheap to clone.
#[derive(Clone)]
pub struct App {
    pub settings: Arc<Settings>,
    pub pool: Pool,
    /// Uploaded files, and the folder where they are checked first.
    pub files: FileStore,
    pub passwords: Arc<Passwords>,
    /// Limits concurrent rendering of PDF documents.
    pub printer: Arc<Gate>,
    /// Limits archives of contracts that are written at the same time, in all and by person.
    pub archives: Arc<Gate>,
    pub archives_of: Arc<KeyedGate>,
    /// Limits forms with files that are received from one person at the same time.
    pub forms_of: Arc<KeyedGate>,
    /// Bureau's identity provider, if the settings name one.
    pub provider: Option<Arc<IdentityProvider>>,
    /// Limits concurrent requests to the identity provider.
    pub provider_gate: Arc<Gate>,
    /// Proxies whose forwarding headers are trusted.
    pub proxies: Arc<Networks>,
    /// Day on which this process last removed orphaned files.
    pub swept_on: Arc<Mutex<Option<NaiveDate>>>,
    /// Access tokens of the API.
    pub tokens: Arc<Tokens>,
    /// Sends emails by SMTP or into the outbox.
    pub mailer: Arc<Mailer>,
    /// Sender of emails.
    pub sender: Correspondent,
    /// Mailbox with reports on emails that came back, if the settings name one.
    pub mailbox: Option<Arc<Mailbox>>,
    /// Bureau's gateway for text messages, if the settings name one.
    pub gateway: Option<Arc<Gateway>>,
    /// Secret from which all keys are derived.
    pub secret: Secret,
    /// Roles that must use one-time codes.
    pub second_factor_roles: Arc<[Role]>,
    /// Amount above which approving or paying asks for the password again.
    pub proof_above: Option<Money>,
    /// Headings of the treasury's file of payments beside the usual ones, each with its column.
    pub treasury_headings: Arc<[(String, &'static str)]>,
    pub clock: Clock,
    pub ids: Ids,
}

impl App {
    /// Creates the parts and migrates the schema.
    ///
    /// # Errors
    /// `Internal` for an invalid setting or a folder that cannot be created, `Unavailable` if the database does not
    /// answer or has an older schema and migration is off.
    pub fn start(settings: Settings, clock: Clock, ids: Ids) -> Result<Self, Error> {
        tokens::install_crypto().map_err(|error| Error::Internal(error.to_string()))?;
        create_private_folder(&settings.data)
            .map_err(|error| Error::Internal(format!("cannot create the data folder: {error}")))?;
        let proxies = Networks::parse(&settings.trusted_proxies)
            .map_err(|error| Error::Internal(format!("invalid trusted_proxies: {error}")))?;
        let mailer = match &settings.smtp_url {
            Some(url) => Mailer::smtp(url, &MailOptions::default())
                .map_err(|error| Error::Internal(format!("invalid smtp_url: {error}")))?,
            None => Mailer::outbox(&settings.data.join("mail")),
        };
        let sender = Correspondent::parse(&settings.mail_from)
            .map_err(|error| Error::Internal(format!("invalid mail_from: {error}")))?;
        let mailbox = settings.bounce_mailbox.as_deref().map(Mailbox::open).transpose();
        let mailbox = mailbox.map_err(|error| Error::Internal(format!("invalid bounce_mailbox: {error}")))?;
        let second_factor_roles = settings.second_factor_roles(clock.is_real())?.into();
        let treasury_headings = settings.treasury_headings()?.into();
        let proof_above = settings.proof_above(clock.is_real())?;
        let provider = identity_provider(&settings)?.map(Arc::new);
        let gateway = gateway(&settings)?.map(Arc::new);
        let open = if settings.database_pooler { Pool::open_through_pooler } else { Pool::open };
        let pool = open(&settings.database_url(), settings.database_connections)?;
        let secret = load_secret(&settings, &pool)?;
        let pool = pool.signing_with(row_key(&secret));
        prepare_schema(&pool, settings.migrate)?;
        if gateway.is_some() {
            posts::begin(&mut *pool.get()?)?;
        }
        let files = FileStore::connect(&settings.files_url(), &settings.data.join("staging"))
            .map_err(|error| Error::Internal(format!("cannot open the file store: {error}")))?
            .scanning(settings.clamd.as_deref().map(Scanner::at));
        let tokens = Tokens::new("luyue", "luyue-api", &secret.derive("access-tokens"), &[]);
        Ok(Self {
            settings: Arc::new(settings),
            pool,
            files,
            passwords: Arc::new(Passwords::new(MAX_CONCURRENT_HASHES)),
            printer: Arc::new(Gate::new(MAX_CONCURRENT_PRINTS)),
            archives: Arc::new(Gate::new(MAX_CONCURRENT_ARCHIVES)),
            archives_of: Arc::new(KeyedGate::new(MAX_ARCHIVES_OF_PERSON)),
            forms_of: Arc::new(KeyedGate::new(MAX_FORMS_OF_PERSON)),
            provider,
            gateway,
            provider_gate: Arc::new(Gate::new(MAX_CONCURRENT_SIGN_INS)),
            proxies: Arc::new(proxies),
            swept_on: Arc::default(),
            tokens: Arc::new(tokens),
            mailer: Arc::new(mailer),
            sender,
            mailbox: mailbox.map(Arc::new),
            secret,
            second_factor_roles,
            proof_above,
            treasury_headings,
            clock,
            ids,
        })
    }
}

/// Brings the schema up to date and signs the rows of an earlier one; without `migrates`, an earlier one is an error.
fn prepare_schema(pool: &Pool, migrates: bool) -> Result<(), Error> {
    let mut connection = pool.get()?;
    if !migrates && backend::migrations_pending(&mut connection)? {
        let reason = "the schema is older than this program: start once without --no-migrate";
        return Err(Error::Unavailable(reason.to_owned()));
    }
    if migrates {
        let is_unsigned = signatures::are_new_to(&mut connection)?;
        backend::migrate(&mut connection)?;
        if is_unsigned {
            signatures::sign_earlier(&mut connection, pool.key())?;
        }
    }
    Ok(())
}

/// Derives the key that signs rows from a secret of the installation.
pub fn row_key(secret: &Secret) -> RowKey {
    let key = secret.derive("rows");
    RowKey::new(move |row| key.sign(row.as_bytes()))
}

/// Loads the secret from the settings or the key file. A key file is created only where the database is not in use yet:
/// another key would make all that depends on the lost one worthless without anyone noticing.
///
/// # Errors
/// `Internal` for an invalid secret, or for a database in use without its key; database errors.
fn load_secret(settings: &Settings, pool: &Pool) -> Result<Secret, Error> {
    let invalid = |error| Error::Internal(format!("invalid secret: {error}"));
    if let Some(text) = &settings.secret {
        return Secret::parse(text).map_err(invalid);
    }
    let path = settings.key_file();
    let is_missing = || matches!(path.try_exists(), Ok(false));
    // Asked again after the database: a program that was started at the same time creates the key before any row.
    if is_missing() && pool.read(backend::is_used)? && is_missing() {
        return Err(Error::Internal(format!(
            "the key of this installation is missing: the database is in use, but {} does not exist and LUYUE_SECRET \
             is not set. Nothing was changed. Put the kept secret.key there (chmod 600), or correct LUYUE_DATA. With \
             another key all one-time codes and recovery codes are void, and seals, documents and backups made so far \
             can no longer be verified; if no copy is left, see \"Lost key\" in docs/operations.md",
            path.display()
        )));
    }
    Secret::load_or_create(&path, Ids::Random.bytes()).map_err(invalid)
}

/// Creates the client of the identity provider that the settings name. The provider is first asked when a person signs
/// in, so the program starts without it.
///
/// # Errors
/// `Internal` for an invalid setting or an unreadable secret.
fn identity_provider(settings: &Settings) -> Result<Option<IdentityProvider>, Error> {
    let Some(issuer) = &settings.oidc_issuer else { return Ok(None) };
    let invalid = |key: &str, reason: String| Error::Internal(format!("invalid {key}: {reason}"));
    let file = settings.oidc_client_secret_file.as_deref();
    let file = file.ok_or_else(|| invalid("oidc_client_secret_file", "it is needed with oidc_issuer".to_owned()))?;
    let secret = read_private(file).map_err(|error| invalid("oidc_client_secret_file", error.to_string()))?;
    let setting = |error: ProviderError| invalid("oidc settings", error.to_string());
    let registration = Registration {
        issuer: issuer.clone(),
        client_id: settings.oidc_client_id.clone(),
        secret: secret.trim().to_owned(),
        scopes: settings.oidc_scopes.clone(),
        claim: settings.oidc_claim.clone(),
        algorithms: Algorithms::parse(&settings.oidc_algorithms).map_err(setting)?,
        factors: settings.oidc_factors.split_whitespace().map(str::to_owned).collect(),
    };
    IdentityProvider::new(registration).map(Some).map_err(setting)
}

fn gateway(settings: &Settings) -> Result<Option<Gateway>, Error> {
    let Some(address) = &settings.gateway_url else { return Ok(None) };
    let invalid = |key: &str, reason: String| Error::Internal(format!("invalid {key}: {reason}"));
    let file = settings.gateway_secret_file.as_deref();
    let file = file.ok_or_else(|| invalid("gateway_secret_file", "it is needed with gateway_url".to_owned()))?;
    let secret = Secret::load(file).map_err(|error| invalid("gateway_secret_file", error.to_string()))?;
    Gateway::new(address, secret).map(Some).map_err(|reason| invalid("gateway_url", reason))
}

/// Creates a folder that only the program's user may open. An existing one is left as it is, with a warning in the log
/// if other users may open it.
fn create_private_folder(path: &Path) -> std::io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::{DirBuilderExt, MetadataExt};
        builder.mode(0o700).create(path)?;
        let mode = std::fs::metadata(path)?.mode() & 0o777;
        if mode & 0o077 != 0 {
            let mode = format!("{mode:04o}");
            tracing::warn!(folder = %path.display(), %mode, "the data folder is accessible to other users; run `chmod -R go=` on it");
        }
    }
    #[cfg(not(unix))]
    builder.create(path)?;
    Ok(())
}
