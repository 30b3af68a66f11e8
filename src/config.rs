//! Settings, from a file, then the environment, then flags. They are passed to `App`; there are no globals.

use std::path::PathBuf;

use serde::Deserialize;

use crate::domain::codes::Role;
use crate::domain::money::Money;
use crate::error::Error;

/// Amount in yuan above which payments ask for the password again unless a setting says otherwise.
const PROOF_ABOVE: &str = "200000.00";
/// Columns of the treasury's file of payments.
const TREASURY_COLUMNS: &[&str] = &["voucher", "amount", "account", "on", "contract", "note"];

/// Form of the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// Text on a terminal, JSON elsewhere.
    Auto,
    Text,
    Json,
}

/// The settings of an installation. Each key can also be set as `LUYUE_<KEY>` in the environment.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// `sqlite:///path/luyue.db` or `postgres://…`; by default a file in `data`.
    pub database_url: Option<String>,
    /// Folder for files, the outbox and the secret key.
    pub data: PathBuf,
    /// File store: `file:///…` or `s3://…`; by default a folder in `data`.
    pub files_url: Option<String>,
    /// Address to listen on.
    pub listen: String,
    /// Base address of the program for its users; links in emails begin with it.
    pub public_url: Option<String>,
    /// `smtps://user:password@host`; without it emails are written to `data/mail/*.eml`.
    pub smtp_url: Option<String>,
    /// Sender of emails.
    pub mail_from: String,
    /// Mailbox (Maildir) with reports on emails that came back; none by default.
    pub bounce_mailbox: Option<PathBuf>,
    /// Secret from which all keys are derived; by default a key file in `data`.
    pub secret: Option<String>,
    /// Time at which the program's clock starts, such as `2026-06-29T09:00:00+08:00`; by default the system clock is
    /// used.
    pub clock: Option<String>,
    /// File to which the seal of each day is appended; it should be on a disk of another machine.
    pub seal_file: Option<PathBuf>,
    /// Password of all demonstration users.
    pub demo_password: Option<String>,
    /// Reverse proxies: addresses and networks such as `10.0.0.0/8`, separated by commas. `X-Forwarded-For` and
    /// `Forwarded` are trusted from these only. Empty by default.
    pub trusted_proxies: String,
    /// Bearer token for `/metrics`, which is disabled without one.
    pub metrics_token: Option<String>,
    /// Size of the database connection pool.
    pub database_connections: u32,
    /// Set where a pooler in transaction mode, such as PgBouncer, is between the program and PostgreSQL.
    pub database_pooler: bool,
    /// Storage quota for the files of one contractor, in GiB.
    pub contractor_quota_gib: u32,
    /// Form of the log: `text` for people, `json` for programs, `auto` for text on a terminal and JSON elsewhere.
    pub log: LogFormat,
    /// Maximum size of an uploaded file, in MB.
    pub max_file_mb: u32,
    /// Maximum size of a form with files, all files together, in MB.
    pub max_form_mb: u32,
    /// Host and port of a clamd that scans every uploaded file for viruses; files are not scanned without one.
    pub clamd: Option<String>,
    /// Requires passwords of three of: upper case, lower case, digits, others. Some assessors ask for it; off by
    /// default.
    pub password_mixed: bool,
    /// Roles that must use one-time codes, separated by commas; empty for none. By default leaders, finance roles and
    /// administrators, except with another clock than the machine's, because phones show the codes of the real time.
    pub second_factor_roles: Option<String>,
    /// Amount in yuan above which approving or paying asks for the password again; `off` for never. By default
    /// 200,000.00, except with another clock than the machine's (demonstrations and rehearsals).
    pub proof_above: Option<String>,
    /// Headings of the treasury's file of payments beside the usual ones, such as `voucher=支付令号, amount=实付金额`.
    pub treasury_headings: String,
    /// Address of the bureau's identity provider (OpenID Connect issuer); without it people sign in with passwords
    /// only.
    pub oidc_issuer: Option<String>,
    /// Identifier of Luyue as a client of the provider.
    pub oidc_client_id: String,
    /// File with the client's secret, readable by the program's user only.
    pub oidc_client_secret_file: Option<PathBuf>,
    /// Scopes of the request to the provider, separated by blanks.
    pub oidc_scopes: String,
    /// Claim of the ID token that holds the username, by which a person is found at their first sign-in; empty if
    /// administrators bind every identity.
    pub oidc_claim: String,
    /// Algorithms of accepted signatures, separated by commas.
    pub oidc_algorithms: String,
    /// Values of `acr` and `amr` that stand for a second factor, separated by blanks. By default none: people who use
    /// one-time codes enter one after the provider.
    pub oidc_factors: String,
    /// Name of the provider on pages in Chinese.
    pub oidc_name_zh: String,
    /// Name of the provider on pages in English.
    pub oidc_name_en: String,
    /// Refuse the password of people whose identity is bound, except administrators.
    pub oidc_only: bool,
    /// Address of the bureau's gateway for text messages, to which every email is also posted; none by default.
    pub gateway_url: Option<String>,
    /// File with the secret that the gateway shares, readable by the program's user only.
    pub gateway_secret_file: Option<PathBuf>,
    /// Prefix of the identifiers of contracts in open contracting data, as registered with the Open Contracting
    /// Partnership.
    pub ocds_prefix: String,
    /// Migrate the schema at the start. If false, the program refuses to start with an older schema.
    pub migrate: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            database_url: None,
            data: PathBuf::from("data"),
            files_url: None,
            listen: "127.0.0.1:8080".to_owned(),
            public_url: None,
            smtp_url: None,
            mail_from: "Luyue <luyue@localhost>".to_owned(),
            bounce_mailbox: None,
            secret: None,
            clock: None,
            seal_file: None,
            demo_password: None,
            trusted_proxies: String::new(),
            metrics_token: None,
            database_connections: 6,
            database_pooler: false,
            contractor_quota_gib: 20,
            log: LogFormat::Auto,
            max_file_mb: 50,
            max_form_mb: 200,
            clamd: None,
            password_mixed: false,
            second_factor_roles: None,
            proof_above: None,
            treasury_headings: String::new(),
            gateway_url: None,
            gateway_secret_file: None,
            oidc_issuer: None,
            oidc_client_id: String::new(),
            oidc_client_secret_file: None,
            oidc_scopes: "openid profile".to_owned(),
            oidc_claim: "preferred_username".to_owned(),
            oidc_algorithms: "RS256,PS256,ES256,EdDSA".to_owned(),
            oidc_factors: String::new(),
            oidc_name_zh: "统一身份认证平台".to_owned(),
            oidc_name_en: "the bureau’s identity provider".to_owned(),
            oidc_only: false,
            ocds_prefix: "ocds-luyue".to_owned(),
            migrate: true,
        }
    }
}

impl Settings {
    /// Loads the file, if one is named, and then the environment.
    ///
    /// # Errors
    /// `Internal` for an unreadable file, an unknown key or a value of the wrong type.
    pub fn load(file: Option<&str>) -> Result<Self, Error> {
        let mut sources = config::Config::builder();
        if let Some(path) = file {
            sources = sources.add_source(config::File::new(path, config::FileFormat::Toml));
        }
        sources
            .add_source(config::Environment::with_prefix("LUYUE").try_parsing(true))
            .build()
            .and_then(config::Config::try_deserialize)
            .map_err(|error| Error::Internal(format!("settings: {error}")))
    }

    /// Returns the address of the database.
    pub fn database_url(&self) -> String {
        self.database_url.clone().unwrap_or_else(|| format!("sqlite://{}", self.data.join("luyue.db").display()))
    }

    /// Returns the address of the file store.
    pub fn files_url(&self) -> String {
        self.files_url.clone().unwrap_or_else(|| format!("file://{}", self.data.join("files").display()))
    }

    /// Returns the path of the key file, which is used without the setting `secret`.
    pub fn key_file(&self) -> PathBuf {
        self.data.join("secret.key")
    }

    /// Returns the base address of links.
    pub fn public_url(&self) -> String {
        self.public_url.clone().unwrap_or_else(|| format!("http://{}", self.listen))
    }

    /// Returns the roles that must use one-time codes. `is_real` says that the program runs on the machine's clock.
    ///
    /// # Errors
    /// `Internal` for an unknown role.
    pub fn second_factor_roles(&self, is_real: bool) -> Result<Vec<Role>, Error> {
        let Some(text) = &self.second_factor_roles else {
            return Ok(Role::ALL.iter().copied().filter(|role| is_real && needs_second_factor(*role)).collect());
        };
        let codes = text.split(',').map(str::trim).filter(|code| !code.is_empty());
        codes
            .map(|code| {
                Role::parse(code).ok_or_else(|| invalid_setting("second_factor_roles", &format!("no role {code}")))
            })
            .collect()
    }

    /// Returns the amount above which payments ask for the password again; `None` for never. `is_real` says that the
    /// program runs on the machine's clock.
    ///
    /// # Errors
    /// `Internal` for a text that is not an amount.
    pub fn proof_above(&self, is_real: bool) -> Result<Option<Money>, Error> {
        let text = match self.proof_above.as_deref().map(str::trim) {
            Some("off") => return Ok(None),
            Some(text) => text,
            None if is_real => PROOF_ABOVE,
            None => return Ok(None),
        };
        let amount =
            text.parse().map_err(|_| invalid_setting("proof_above", "expected an amount such as 200000.00, or off"))?;
        Ok(Some(amount))
    }

    /// Returns the headings of the treasury's file beside the usual ones, each with its column.
    ///
    /// # Errors
    /// `Internal` for a text of another form, or an unknown column.
    pub fn treasury_headings(&self) -> Result<Vec<(String, &'static str)>, Error> {
        let unknown = || {
            let known = TREASURY_COLUMNS.join(", ");
            invalid_setting("treasury_headings", &format!("expected COLUMN=HEADING, with the columns {known}"))
        };
        let pairs = self.treasury_headings.split([',', '，']).map(str::trim).filter(|pair| !pair.is_empty());
        let read = pairs.map(|pair| {
            let (column, heading) = pair.split_once('=').ok_or_else(unknown)?;
            let column = TREASURY_COLUMNS.iter().find(|known| **known == column.trim()).ok_or_else(unknown)?;
            let heading = heading.trim();
            if heading.is_empty() { Err(unknown()) } else { Ok((heading.to_owned(), *column)) }
        });
        read.collect()
    }
}

/// Returns whether a role must use one-time codes unless a setting says otherwise.
fn needs_second_factor(role: Role) -> bool {
    role.may_release_money() || matches!(role, Role::Leader | Role::Administrator)
}

fn invalid_setting(key: &str, reason: &str) -> Error {
    Error::Internal(format!("invalid {key}: {reason}"))
}
