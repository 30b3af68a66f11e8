//! Access tokens of the machine API (RFC 9068): issued and verified, HS256, ten minutes. Browsers have sessions, not
//! these. It must not read a clock (the time is handed in) and must not decide whether a user still exists: the
//! caller compares `token_version` and `jti` with what it knows.

use chrono::{DateTime, Utc};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, decode_header, encode};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::adapters::secrets::Key;

/// How long an access token is good for, in seconds.
pub const ACCESS_TOKEN_SECONDS: i64 = 600;
/// How far two clocks may be apart, in seconds.
const LEEWAY_SECONDS: i64 = 5;
const TYPE: &str = "at+jwt";
/// No token that we issue comes near this many bytes.
const MAX_TOKEN_BYTES: usize = 2048;

/// What a token says. Every claim must be there; none other may.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Claims {
    /// The user's random id.
    pub sub: String,
    /// The token's own random id, by which one token is revoked.
    pub jti: String,
    /// The user's count of "everything before this is void".
    pub token_version: i64,
    pub iss: String,
    pub aud: String,
    /// Unix seconds.
    pub iat: i64,
    /// Unix seconds.
    pub nbf: i64,
    /// Unix seconds.
    pub exp: i64,
}

/// Why a token was refused: for the log. Whoever sent it hears 401 and no more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum TokenError {
    #[error("not a token of ours: it cannot be read, or its header has what ours never have")]
    Malformed,
    #[error("not an access token")]
    WrongType,
    #[error("signed with a key that we do not know")]
    UnknownKey,
    #[error("the signature or the algorithm is wrong")]
    Signature,
    #[error("a claim is missing, unknown or not ours")]
    Claims,
    #[error("expired")]
    Expired,
    #[error("not valid yet")]
    NotYetValid,
}

/// Issues access tokens with one key and accepts those of it and of the retired ones.
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
    /// `signing` signs; `retired` are the keys of before, whose tokens are good until they expire.
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

    /// A token for a user, and when it expires. `jti` is random and handed in.
    ///
    /// # Errors
    /// `Signature` where the cryptography is not installed (see [`install_crypto`]).
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

    /// What the token says, if it is one of ours and good now.
    ///
    /// # Errors
    /// See [`TokenError`]; in doubt it is refused.
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
        // The crate would read the machine's clock; `check_times` compares with the time that was handed in.
        validation.validate_exp = false;
        validation.validate_nbf = false;
        validation
    }
}

/// The key id of a header that has exactly what ours have. Anything that would point at another key (jku, jwk, x5u,
/// x5c) or ask for other processing (crit, zip, enc) is refused, not skipped (ASVS 9.1.3).
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
    if now.saturating_sub(LEEWAY_SECONDS) >= exp {
        return Err(TokenError::Expired);
    }
    let latest = now.saturating_add(LEEWAY_SECONDS);
    if nbf > latest || iat > latest {
        return Err(TokenError::NotYetValid);
    }
    Ok(())
}

/// Chooses aws-lc as the one provider of cryptography, for tokens and for TLS. `main` calls it before anything else;
/// a second call does nothing. Without it, the first token and, with two providers in the build, the first
/// connection panic.
///
/// # Errors
/// The provider's self-test failed: a signature that it made does not verify.
pub fn install_crypto() -> Result<(), TokenError> {
    // An error of either means that it is installed already.
    let _ = jsonwebtoken::crypto::aws_lc::DEFAULT_PROVIDER.install_default();
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let key = Key { id: "self-test".to_owned(), bytes: [7; 32] };
    let tokens = Tokens::new("self-test", "self-test", &key, &[]);
    let now = DateTime::UNIX_EPOCH;
    let (token, _) = tokens.issue("self-test", 0, "self-test", now)?;
    tokens.verify(&token, now).map(|_| ())
}
