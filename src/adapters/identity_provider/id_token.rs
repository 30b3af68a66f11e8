//! The check of ID tokens (OpenID Connect Core 1.0, section 3.1.3.7). Signatures are asymmetric and of an algorithm on
//! a list; the key comes from the provider's key set alone, never from the token's header.

use chrono::{DateTime, TimeDelta, Utc};
use jsonwebtoken::jwk::{Jwk, KeyAlgorithm, PublicKeyUse};
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::adapters::identity_provider::{ProviderError, Registration};

/// Tolerated difference between the provider's clock and ours.
const CLOCK_TOLERANCE: TimeDelta = TimeDelta::seconds(60);
/// Maximum age of an accepted token: a token is fetched right after it is issued.
const MAX_AGE: TimeDelta = TimeDelta::minutes(10);
/// Maximum length of a token in bytes.
const MAX_TOKEN_BYTES: usize = 32 * 1024;
/// Maximum length of a subject in characters (OpenID Connect Core 1.0, section 2).
const MAX_SUBJECT: usize = 255;
/// Algorithms that a setting may name.
const KNOWN: &[(&str, Algorithm)] = &[
    ("RS256", Algorithm::RS256),
    ("RS384", Algorithm::RS384),
    ("RS512", Algorithm::RS512),
    ("PS256", Algorithm::PS256),
    ("PS384", Algorithm::PS384),
    ("PS512", Algorithm::PS512),
    ("ES256", Algorithm::ES256),
    ("ES384", Algorithm::ES384),
    ("EdDSA", Algorithm::EdDSA),
];

/// Accepted signature algorithms, never symmetric ones.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Algorithms(Vec<Algorithm>);

impl Algorithms {
    /// Parses names such as `RS256`, separated by commas.
    ///
    /// # Errors
    /// `Setting` for an unknown or symmetric algorithm, or an empty list.
    pub fn parse(text: &str) -> Result<Self, ProviderError> {
        let names = text.split(',').map(str::trim).filter(|name| !name.is_empty());
        let found: Result<Vec<Algorithm>, ProviderError> = names
            .map(|name| {
                let known = KNOWN.iter().find(|(known, _)| *known == name).map(|(_, algorithm)| *algorithm);
                known.ok_or_else(|| ProviderError::Setting(format!("{name} is not an asymmetric signature algorithm")))
            })
            .collect();
        match found? {
            none if none.is_empty() => Err(ProviderError::Setting("at least one algorithm is needed".to_owned())),
            some => Ok(Self(some)),
        }
    }
}

/// Person signed in by the provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// Identifier of the person at the provider, which never changes.
    pub subject: String,
    /// Value of the claim with the username.
    pub name: Option<String>,
    /// True if the provider reports that a second factor was used.
    pub has_second_factor: bool,
    /// Time at which the person last signed in at the provider.
    pub authenticated_at: Option<DateTime<Utc>>,
}

#[derive(Deserialize)]
struct Claims {
    sub: String,
    exp: i64,
    iat: i64,
    nbf: Option<i64>,
    aud: Value,
    azp: Option<String>,
    nonce: Option<String>,
    acr: Option<String>,
    amr: Option<Vec<String>>,
    auth_time: Option<i64>,
    #[serde(flatten)]
    others: Map<String, Value>,
}

/// Checks a token and returns the person. `key` finds a key by its identifier.
///
/// # Errors
/// `Token` with the first reason found; the errors of `key`.
pub fn check(
    token: &str,
    registration: &Registration,
    nonce: &str,
    key: impl FnOnce(Option<&str>) -> Result<Jwk, ProviderError>,
    now: DateTime<Utc>,
) -> Result<Identity, ProviderError> {
    if token.len() > MAX_TOKEN_BYTES {
        return Err(ProviderError::Token("too long"));
    }
    // A token with `none` or an unknown algorithm does not parse.
    let header = decode_header(token).map_err(|_| ProviderError::Token("header"))?;
    if !registration.algorithms.0.contains(&header.alg) {
        return Err(ProviderError::Token("algorithm"));
    }
    let jwk = key(header.kid.as_deref())?;
    let is_for_this = jwk.common.key_algorithm.is_none_or(|known| known == KeyAlgorithm::from(header.alg))
        && jwk.common.public_key_use.as_ref().is_none_or(|known| *known == PublicKeyUse::Signature);
    if !is_for_this {
        return Err(ProviderError::Token("key"));
    }
    let key = DecodingKey::from_jwk(&jwk).map_err(|_| ProviderError::Token("key"))?;
    let mut validation = Validation::new(header.alg);
    validation.set_required_spec_claims(&["exp", "aud", "iss", "sub"]);
    validation.set_audience(&[&registration.client_id]);
    validation.set_issuer(&[&registration.issuer]);
    // The crate would read the machine's clock; `check_claims` compares with the given time.
    validation.validate_exp = false;
    let claims = decode::<Claims>(token, &key, &validation).map_err(|error| refuse(&error))?.claims;
    check_claims(&claims, registration, nonce, now)?;
    Ok(identity(claims, registration))
}

fn refuse(error: &jsonwebtoken::errors::Error) -> ProviderError {
    use jsonwebtoken::errors::ErrorKind;
    ProviderError::Token(match error.kind() {
        ErrorKind::InvalidAudience => "audience",
        ErrorKind::InvalidIssuer => "issuer",
        ErrorKind::InvalidSignature => "signature",
        ErrorKind::MissingRequiredClaim(_) => "missing claim",
        _ => "malformed",
    })
}

fn check_claims(
    claims: &Claims,
    registration: &Registration,
    nonce: &str,
    now: DateTime<Utc>,
) -> Result<(), ProviderError> {
    let (earliest, latest) = ((now - CLOCK_TOLERANCE).timestamp(), (now + CLOCK_TOLERANCE).timestamp());
    let oldest = (now - MAX_AGE - CLOCK_TOLERANCE).timestamp();
    let is_shared = claims.aud.as_array().is_some_and(|audiences| audiences.len() > 1);
    let is_for_another = match &claims.azp {
        Some(party) => *party != registration.client_id,
        None => is_shared,
    };
    let reasons = [
        (claims.exp <= earliest, "expired"),
        (claims.iat < oldest, "too old"),
        (claims.iat > latest || claims.nbf.is_some_and(|nbf| nbf > latest), "not valid yet"),
        (claims.nonce.as_deref() != Some(nonce), "nonce"),
        (is_for_another, "authorized party"),
        (claims.sub.is_empty() || claims.sub.chars().count() > MAX_SUBJECT, "subject"),
        (claims.sub.chars().any(char::is_control), "subject"),
    ];
    match reasons.into_iter().find(|(is_so, _)| *is_so) {
        Some((_, reason)) => Err(ProviderError::Token(reason)),
        None => Ok(()),
    }
}

fn identity(claims: Claims, registration: &Registration) -> Identity {
    let used = claims.acr.iter().chain(claims.amr.iter().flatten());
    let has_second_factor = used.into_iter().any(|value| registration.factors.contains(value));
    let name = match registration.claim.as_str() {
        "" => None,
        "sub" => Some(claims.sub.clone()),
        claim => claims.others.get(claim).and_then(Value::as_str).map(str::to_owned),
    };
    Identity {
        subject: claims.sub,
        name: name.filter(|name| !name.is_empty()),
        has_second_factor,
        authenticated_at: claims.auth_time.and_then(|time| DateTime::from_timestamp(time, 0)),
    }
}
