//! Settings: a file, then the environment, then flags. No globals: they are handed to `App`.

use std::path::PathBuf;

use serde::Deserialize;

use crate::error::Error;

/// What the program is told by its surroundings. Every key is also `LUYUE_<KEY>` in the environment.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// `sqlite:///path/luyue.db` or `postgres://…`; by default a file in `data`.
    pub database_url: Option<String>,
    /// Folder for files, the outbox and the key.
    pub data: PathBuf,
    /// Where files are kept: `file:///…` or `s3://…`; by default a folder in `data`.
    pub files_url: Option<String>,
    /// Address to listen on.
    pub listen: String,
    /// The address under which people reach the program; links in mail begin with it.
    pub public_url: Option<String>,
    /// `smtps://user:password@host`; without it mail goes to `data/mail/*.eml`.
    pub smtp_url: Option<String>,
    /// Sender of mail.
    pub mail_from: String,
    /// The secret from which all keys are derived; without it a key file in `data`.
    pub secret: Option<String>,
    /// Start of the program's clock, as `2026-06-29T09:00:00+08:00`.
    pub clock: Option<String>,
    /// The password of the demonstration's people.
    pub demo_password: Option<String>,
    /// Proxies before the program: addresses and blocks such as `10.0.0.0/8`, separated by commas. Whoever else names an
    /// address in `X-Forwarded-For` or `Forwarded` is not believed. By default none.
    pub trusted_proxies: String,
    /// Bearer token for `/metrics`; without it there are none.
    pub metrics_token: Option<String>,
    /// Connections to the database.
    pub database_connections: u32,
    /// GiB that the files of one contractor may take.
    pub contractor_quota_gib: u32,
    /// Bring the schema up to date at the start; otherwise an older one is refused.
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
            secret: None,
            clock: None,
            demo_password: None,
            trusted_proxies: String::new(),
            metrics_token: None,
            database_connections: 6,
            contractor_quota_gib: 20,
            migrate: true,
        }
    }
}

impl Settings {
    /// Reads the file, if one is named, and then the environment.
    ///
    /// # Errors
    /// A file that cannot be read, an unknown key, a value of the wrong kind.
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

    /// The database's address.
    pub fn database_url(&self) -> String {
        self.database_url.clone().unwrap_or_else(|| format!("sqlite://{}", self.data.join("luyue.db").display()))
    }

    /// The files' address.
    pub fn files_url(&self) -> String {
        self.files_url.clone().unwrap_or_else(|| format!("file://{}", self.data.join("files").display()))
    }

    /// The address that links begin with.
    pub fn public_url(&self) -> String {
        self.public_url.clone().unwrap_or_else(|| format!("http://{}", self.listen))
    }
}
