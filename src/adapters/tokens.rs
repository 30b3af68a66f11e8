//! Access tokens of the API (RFC 9068): JWTs signed with HS256, valid for ten minutes. Browsers have sessions instead.
//! Reads no clock (callers pass the time) and does not know whether the user still exists: callers compare
//! `token_version` and `jti` with the database.

use chrono::{DateTime, Utc};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, decode_header, encode};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::adapters::secrets::Key;

/// Lifetime of an access token in seconds.
pub const ACCESS_TOKEN_SECONDS: i64 = 600;
/// Tolerated difference between two machines' clocks, in seconds.
const CLOCK_TOLERANCE: i64 = 5;
const TYPE: &str = "at+jwt";
/// Upper bound on a token's length in bytes; ours are far shorter.
const MAX_TOKEN_BYTES: usize = 2048;

/// Claims of a token. All are required; unknown ones are rejected.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Claims {
    /// The user's public id.
    pub sub: String,
    /// The token's random id, for revoking a single token.
    pub jti: String,
    /// Version of the user's tokens; raising it revokes all earlier ones.
    pub token_version: i64,
    pub iss: String,
    pub aud: String,
    /// Time of issue in Unix seconds.
    pub iat: i64,
    /// Start of validity in Unix seconds.
    pub nbf: i64,
    /// Expiry in Unix seconds.
    pub exp: i64,
}

/// A reason to reject a token, for the log. The client only sees a 401.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum TokenError {
    #[error("malformed, or unexpected header fields")]
    Malformed,
    #[error("not an access token")]
    WrongType,
    #[error("signed with an unknown key")]
    UnknownKey,
    #[error("wrong signature or algorithm")]
    Signature,
    #[error("a claim is missing, unknown or of another issuer")]
    Claims,
    #[error("expired")]
    Expired,
    #[error("not valid yet")]
    NotYetValid,
}

/// Issues access tokens with one key; accepts tokens signed with that key or a retired one.
pub struct Tokens {
    issuer: String,
    audience: String,
    signing_id: String,
    signing: EncodingKey,
    accepted: Vec<(String, DecodingKey)>,
}

impl std::fmt::Debug for Tokens {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Tokens({}, …)", self.signing_id)
    }
}

impl Tokens {
    /// Creates an issuer that signs with `signing`. Tokens signed with `retired` keys stay valid until they expire.
    pub fn new(issuer: &str, audience: &str, signing: &Key, retired: &[Key]) -> Self {
        let accepted = std::iter::once(signing)
            .chain(retired)
            .map(|key| (key.id.clone(), DecodingKey::from_secret(&key.bytes)))
            .collect();
        Self {
            issuer: issuer.to_owned(),
            audience: audience.to_owned(),
            signing_id: signing.id.clone(),
            signing: EncodingKey::from_secret(&signing.bytes),
            accepted,
        }
    }

    /// Issues a token for a user; returns it with its expiry. `jti` is a random id.
    ///
    /// # Errors
    /// `Signature` if the cryptography is not installed (see [`install_crypto`]).
    pub fn issue(
        &self,
        sub: &str,
        token_version: i64,
        jti: &str,
        now: DateTime<Utc>,
    ) -> Result<(String, DateTime<Utc>), TokenError> {
        let iat = now.timestamp();
        let exp = iat + ACCESS_TOKEN_SECONDS;
        let claims = Claims {
            sub: sub.to_owned(),
            jti: jti.to_owned(),
            token_version,
            iss: self.issuer.clone(),
            aud: self.audience.clone(),
            iat,
            nbf: iat,
            exp,
        };
        let mut header = Header::new(Algorithm::HS256);
        header.typ = Some(TYPE.to_owned());
        header.kid = Some(self.signing_id.clone());
        let token = encode(&header, &claims, &self.signing).map_err(|_| TokenError::Signature)?;
        let expires = DateTime::from_timestamp(exp, 0).ok_or(TokenError::Claims)?;
        Ok((token, expires))
    }

    /// Verifies a token at `now` and returns its claims.
    ///
    /// # Errors
    /// See [`TokenError`]; doubtful tokens are rejected.
    pub fn verify(&self, token: &str, now: DateTime<Utc>) -> Result<Claims, TokenError> {
        if token.len() > MAX_TOKEN_BYTES {
            return Err(TokenError::Malformed);
        }
        let header = decode_header(token).map_err(|_| TokenError::Malformed)?;
        let kid = own_header(&header)?;
        let key = self.accepted.iter().find(|(id, _)| id == kid).map(|(_, key)| key).ok_or(TokenError::UnknownKey)?;
        let claims = decode::<Claims>(token, key, &self.validation()).map_err(|e| refusal(e.kind()))?.claims;
        check_times(&claims, now.timestamp())?;
        if claims.sub.is_empty() || claims.jti.is_empty() {
            return Err(TokenError::Claims);
        }
        Ok(claims)
    }

    fn validation(&self) -> Validation {
        let mut validation = Validation::new(Algorithm::HS256);
        validation.set_required_spec_claims(&["exp", "nbf", "aud", "iss", "sub"]);
        validation.set_audience(&[&self.audience]);
        validation.set_issuer(&[&self.issuer]);
        validation.leeway = 0;
        // The crate would read the machine's clock; `check_times` compares with the given time.
        validation.validate_exp = false;
        validation.validate_nbf = false;
        validation
    }
}

/// Returns the key id of a header with exactly the fields that our tokens have. Fields that refer to another key (jku,
/// jwk, x5u, x5c) or request other processing (crit, zip, enc) are rejected, not skipped (ASVS 9.1.3).
fn own_header(header: &Header) -> Result<&str, TokenError> {
    if header.typ.as_deref() != Some(TYPE) {
        return Err(TokenError::WrongType);
    }
    let kid = header.kid.as_deref().ok_or(TokenError::UnknownKey)?;
    let mut ours = Header::new(header.alg);
    ours.typ.clone_from(&header.typ);
    ours.kid.clone_from(&header.kid);
    if *header != ours {
        return Err(TokenError::Malformed);
    }
    Ok(kid)
}

fn refusal(kind: &jsonwebtoken::errors::ErrorKind) -> TokenError {
    use jsonwebtoken::errors::ErrorKind as K;
    match kind {
        K::InvalidSignature | K::InvalidAlgorithm | K::InvalidAlgorithmName => TokenError::Signature,
        K::MissingRequiredClaim(_)
        | K::InvalidIssuer
        | K::InvalidAudience
        | K::InvalidSubject
        | K::InvalidClaimFormat(_)
        | K::Json(_) => TokenError::Claims,
        _ => TokenError::Malformed,
    }
}

fn check_times(claims: &Claims, now: i64) -> Result<(), TokenError> {
    let Claims { iat, nbf, exp, .. } = *claims;
    let life = exp.checked_sub(iat).ok_or(TokenError::Claims)?;
    if !(1..=ACCESS_TOKEN_SECONDS).contains(&life) || nbf > exp {
        return Err(TokenError::Claims);
    }
    if now.saturating_sub(CLOCK_TOLERANCE) >= exp {
        return Err(TokenError::Expired);
    }
    let latest = now.saturating_add(CLOCK_TOLERANCE);
    if nbf > latest || iat > latest {
        return Err(TokenError::NotYetValid);
    }
    Ok(())
}

/// Installs aws-lc as the only cryptography provider, for tokens and TLS. `main` calls this first; a second call does
/// nothing. Otherwise the first token panics and, with two providers in the build, so does the first connection.
///
/// # Errors
/// The self-test failed: a signature made by the provider does not verify.
pub fn install_crypto() -> Result<(), TokenError> {
    // An error means that the provider is already installed.
    let _ = jsonwebtoken::crypto::aws_lc::DEFAULT_PROVIDER.install_default();
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let key = Key { id: "self-test".to_owned(), bytes: [7; 32] };
    let tokens = Tokens::new("self-test", "self-test", &key, &[]);
    let now = DateTime::UNIX_EPOCH;
    let (token, _) = tokens.issue("self-test", 0, "self-test", now)?;
    tokens.verify(&token, now).map(|_| ())
}
