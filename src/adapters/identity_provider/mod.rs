//! A client of the bureau's identity provider (OpenID Connect Core 1.0): discovery, the authorisation code with PKCE,
//! and the keys that sign ID tokens.
//!
//! Requests go only to the issuer of the settings and to the addresses that it publishes; redirects are not followed.
//! Reads no clock: callers pass the time.

pub mod id_token;
pub mod ticket;

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, TimeDelta, Utc};
use jsonwebtoken::jwk::Jwk;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use thiserror::Error;
use url::Url;

use crate::adapters::identity_provider::id_token::{Algorithms, Identity};
use crate::adapters::identity_provider::ticket::Handshake;
use crate::adapters::outgoing::{self, check_address};

/// Time within which the provider must answer one request.
const TIMEOUT: Duration = Duration::from_secs(5);
/// Largest answer that is read, in bytes.
const MAX_ANSWER: u64 = 256 * 1024;
/// Time for which metadata and keys are kept.
const CACHE_LIFETIME: TimeDelta = TimeDelta::hours(1);
/// Time between two reads of the keys that tokens with unknown keys cause.
const BETWEEN_READS: TimeDelta = TimeDelta::minutes(1);
/// Time after a failed request during which the provider is not contacted, so that waiting requests do not pile up.
const AFTER_FAILURE: TimeDelta = TimeDelta::seconds(5);

/// A reason for which a sign-in through the provider fails.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ProviderError {
    #[error("invalid setting: {0}")]
    Setting(String),
    #[error("the identity provider does not answer as expected: {0}")]
    Unreachable(String),
    /// The provider did not accept the code, for example because it was used before.
    #[error("the provider refused the code")]
    CodeRefused,
    /// The token is invalid: a code for the log, such as `nonce` or `expired`.
    #[error("the ID token was refused: {0}")]
    Token(&'static str),
}

/// Registration of Luyue at the provider.
#[derive(Clone)]
pub struct Registration {
    /// Address of the issuer: `https`, or `http` on this machine.
    pub issuer: String,
    /// Identifier of the client.
    pub client_id: String,
    /// Secret of the client.
    pub secret: String,
    /// Scopes, separated by blanks; `openid` must be among them.
    pub scopes: String,
    /// Claim with the username; empty if only bound identities may sign in.
    pub claim: String,
    /// Algorithms of accepted signatures.
    pub algorithms: Algorithms,
    /// Values of `acr` and `amr` that stand for a second factor.
    pub factors: Vec<String>,
}

/// The part of a provider's metadata that is used (OpenID Connect Discovery 1.0, section 3).
#[derive(Debug, Clone, Deserialize)]
struct Metadata {
    issuer: String,
    authorization_endpoint: String,
    token_endpoint: String,
    jwks_uri: String,
    end_session_endpoint: Option<String>,
    code_challenge_methods_supported: Option<Vec<String>>,
    token_endpoint_auth_methods_supported: Option<Vec<String>>,
    #[serde(default)]
    authorization_response_iss_parameter_supported: bool,
}

#[derive(Deserialize)]
struct Tokens {
    id_token: String,
}

/// A key set whose members are parsed one by one, so that a key of an unknown kind does not invalidate the rest.
#[derive(Deserialize)]
struct KeySet {
    keys: Vec<serde_json::Value>,
}

#[derive(Default)]
struct Cache {
    metadata: Option<(Metadata, DateTime<Utc>)>,
    keys: Option<(Vec<Jwk>, DateTime<Utc>)>,
    failed: Option<(ProviderError, DateTime<Utc>)>,
}

/// A provider and Luyue's registration there.
pub struct IdentityProvider {
    registration: Registration,
    agent: ureq::Agent,
    cache: Mutex<Cache>,
}

impl std::fmt::Debug for IdentityProvider {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "IdentityProvider({}, {}, …)", self.registration.issuer, self.registration.client_id)
    }
}

impl IdentityProvider {
    /// Creates a client, which trusts the certificate authorities of the system.
    ///
    /// # Errors
    /// `Setting` for an address without TLS, or a client without identifier or secret.
    pub fn new(registration: Registration) -> Result<Self, ProviderError> {
        check_address(&registration.issuer).map_err(ProviderError::Setting)?;
        if registration.client_id.is_empty() || registration.secret.is_empty() {
            return Err(ProviderError::Setting("the client's identifier and secret are needed".to_owned()));
        }
        if !registration.scopes.split_whitespace().any(|scope| scope == "openid") {
            return Err(ProviderError::Setting("the scopes must contain openid".to_owned()));
        }
        Ok(Self { registration, agent: outgoing::agent(TIMEOUT), cache: Mutex::default() })
    }

    /// Returns the issuer.
    pub fn issuer(&self) -> &str {
        &self.registration.issuer
    }

    /// Returns the address at which the browser signs in. `sign_in_again` tells the provider to ignore an existing
    /// session.
    ///
    /// # Errors
    /// `Unreachable`.
    pub fn authorization_address(
        &self,
        handshake: &Handshake,
        redirect_uri: &str,
        sign_in_again: bool,
        now: DateTime<Utc>,
    ) -> Result<String, ProviderError> {
        let mut address = parse(&self.metadata(now)?.authorization_endpoint)?;
        address.query_pairs_mut().extend_pairs([
            ("response_type", "code"),
            ("scope", &self.registration.scopes),
            ("client_id", &self.registration.client_id),
            ("redirect_uri", redirect_uri),
            ("state", &handshake.state),
            ("nonce", &handshake.nonce),
            ("code_challenge", &handshake.challenge()),
            ("code_challenge_method", "S256"),
        ]);
        if sign_in_again {
            address.query_pairs_mut().extend_pairs([("prompt", "login"), ("max_age", "0")]);
        }
        Ok(address.into())
    }

    /// Returns the address that ends the session at the provider (OpenID Connect RP-Initiated Logout 1.0), or `None` if
    /// the provider has none. The browser then returns to `return_to`.
    ///
    /// # Errors
    /// `Unreachable`.
    pub fn end_session_address(&self, return_to: &str, now: DateTime<Utc>) -> Result<Option<String>, ProviderError> {
        let Some(endpoint) = self.metadata(now)?.end_session_endpoint else { return Ok(None) };
        let mut address = parse(&endpoint)?;
        let client = ("client_id", self.registration.client_id.as_str());
        address.query_pairs_mut().extend_pairs([client, ("post_logout_redirect_uri", return_to)]);
        Ok(Some(address.into()))
    }

    /// Checks the issuer that an authorisation response names (RFC 9207).
    ///
    /// # Errors
    /// `Token("issuer")` for another issuer, or for a missing one where the provider promises to name itself;
    /// `Unreachable`.
    pub fn check_response_issuer(&self, named: Option<&str>, now: DateTime<Utc>) -> Result<(), ProviderError> {
        let is_ours = match named {
            Some(named) => named == self.registration.issuer,
            None => !self.metadata(now)?.authorization_response_iss_parameter_supported,
        };
        if is_ours { Ok(()) } else { Err(ProviderError::Token("issuer")) }
    }

    /// Exchanges a code for an ID token, checks the token and returns the person who signed in.
    ///
    /// # Errors
    /// `Unreachable`; `CodeRefused`; `Token` for a token that is not valid for this client and sign-in.
    pub fn redeem(
        &self,
        handshake: &Handshake,
        (code, redirect_uri): (&str, &str),
        now: DateTime<Utc>,
    ) -> Result<Identity, ProviderError> {
        let metadata = self.metadata(now)?;
        let Registration { client_id, secret, .. } = &self.registration;
        let methods = metadata.token_endpoint_auth_methods_supported;
        let by_post = methods.is_some_and(|known| !known.iter().any(|method| method == "client_secret_basic"));
        let mut form = vec![
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", redirect_uri),
            ("code_verifier", &handshake.verifier),
        ];
        let mut request = self.agent.post(&metadata.token_endpoint).header("Accept", "application/json");
        if by_post {
            form.extend([("client_id", client_id.as_str()), ("client_secret", secret)]);
        } else {
            // RFC 6749, section 2.3.1: both parts are form-encoded first.
            let encoded = |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
            let credentials = STANDARD.encode(format!("{}:{}", encoded(client_id), encoded(secret)));
            request = request.header("Authorization", format!("Basic {credentials}"));
        }
        let answer = request.send_form(form).map_err(unreachable)?;
        if answer.status() == 400 {
            return Err(ProviderError::CodeRefused);
        }
        let tokens: Tokens = read_answer(answer)?;
        let key = |id: Option<&str>| self.key(id, now);
        id_token::check(&tokens.id_token, &self.registration, &handshake.nonce, key, now)
    }

    /// Returns the key that signed a token. For an unknown key, reads the provider's keys again, at most once a minute,
    /// because providers rotate their keys.
    fn key(&self, id: Option<&str>, now: DateTime<Utc>) -> Result<Jwk, ProviderError> {
        let unknown = ProviderError::Token("unknown key");
        let cached = self.cached(|cache| cache.keys.clone());
        if let Some((keys, read_at)) = &cached {
            let found = find(keys, id);
            if let Some(key) = found.filter(|_| is_within(*read_at, CACHE_LIFETIME, now)) {
                return Ok(key);
            }
            if find(keys, id).is_none() && is_within(*read_at, BETWEEN_READS, now) {
                return Err(unknown);
            }
        }
        let set: KeySet = self.get(&self.metadata(now)?.jwks_uri, now)?;
        let keys: Vec<Jwk> = set.keys.into_iter().filter_map(|key| serde_json::from_value(key).ok()).collect();
        let found = find(&keys, id);
        self.cached(|cache| cache.keys = Some((keys, now)));
        found.ok_or(unknown)
    }

    fn metadata(&self, now: DateTime<Utc>) -> Result<Metadata, ProviderError> {
        let cached = self.cached(|cache| cache.metadata.clone());
        if let Some((metadata, _)) = cached.filter(|(_, read_at)| is_within(*read_at, CACHE_LIFETIME, now)) {
            return Ok(metadata);
        }
        let issuer = &self.registration.issuer;
        let address = format!("{}/.well-known/openid-configuration", issuer.trim_end_matches('/'));
        let metadata: Metadata = self.get(&address, now)?;
        if metadata.issuer != *issuer {
            return Err(ProviderError::Unreachable(format!("it names itself {}", metadata.issuer)));
        }
        let endpoints = [&metadata.authorization_endpoint, &metadata.token_endpoint, &metadata.jwks_uri];
        for address in endpoints.into_iter().chain(&metadata.end_session_endpoint) {
            check_address(address).map_err(ProviderError::Unreachable)?;
        }
        let methods = metadata.code_challenge_methods_supported.as_ref();
        if methods.is_some_and(|methods| !methods.iter().any(|method| method == "S256")) {
            return Err(ProviderError::Unreachable("it does not know PKCE with S256".to_owned()));
        }
        self.cached(|cache| cache.metadata = Some((metadata.clone(), now)));
        Ok(metadata)
    }

    /// Reads a document of the provider; fails without a request shortly after a failure.
    fn get<T: DeserializeOwned>(&self, address: &str, now: DateTime<Utc>) -> Result<T, ProviderError> {
        let failed = self.cached(|cache| cache.failed.clone());
        if let Some((error, _)) = failed.filter(|(_, at)| is_within(*at, AFTER_FAILURE, now)) {
            return Err(error);
        }
        let answer = self.agent.get(address).header("Accept", "application/json").call();
        let done = answer.map_err(unreachable).and_then(read_answer);
        self.cached(|cache| cache.failed = done.as_ref().err().map(|error| (error.clone(), now)));
        done
    }

    fn cached<T>(&self, work: impl FnOnce(&mut Cache) -> T) -> T {
        work(&mut self.cache.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Returns whether less than a time has passed. A clock that was set back counts as too long.
fn is_within(since: DateTime<Utc>, time: TimeDelta, now: DateTime<Utc>) -> bool {
    (TimeDelta::zero()..time).contains(&(now - since))
}

/// Returns the key with an identifier; for a token without an identifier, the only key.
fn find(keys: &[Jwk], id: Option<&str>) -> Option<Jwk> {
    match (id, keys) {
        (Some(id), _) => keys.iter().find(|key| key.common.key_id.as_deref() == Some(id)).cloned(),
        (None, [only]) => Some(only.clone()),
        (None, _) => None,
    }
}

fn read_answer<T: DeserializeOwned>(mut answer: ureq::http::Response<ureq::Body>) -> Result<T, ProviderError> {
    if !answer.status().is_success() {
        return Err(ProviderError::Unreachable(format!("status {}", answer.status().as_u16())));
    }
    let bytes = answer.body_mut().with_config().limit(MAX_ANSWER).read_to_vec().map_err(unreachable)?;
    serde_json::from_slice(&bytes).map_err(|error| ProviderError::Unreachable(error.to_string()))
}

fn unreachable(error: ureq::Error) -> ProviderError {
    ProviderError::Unreachable(error.to_string())
}

fn parse(address: &str) -> Result<Url, ProviderError> {
    Url::parse(address).map_err(|error| ProviderError::Unreachable(format!("{address}: {error}")))
}
