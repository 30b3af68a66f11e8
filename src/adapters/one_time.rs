//! What is good for one use: codes of an authenticator app (TOTP, RFC 6238) and the tokens in links (first password,
//! forgotten password). It must not remember anything: the caller stores the step or the digest, and with it that it
//! was used.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use sha2::{Digest, Sha256};
use totp_rs::{Builder, Secret as TotpSecret, Totp};

use crate::adapters::hex::hex;

/// How far a phone's clock may be from ours, in seconds. A code is good for its own 30 seconds and these around them,
/// not for a whole step more (ASVS 6.5.5).
const TOTP_DRIFT_SECONDS: u64 = 5;

/// Bytes of an authenticator's secret (RFC 4226 advises 160 bits).
pub const TOTP_SECRET_BYTES: usize = 20;

/// The step (number of 30 seconds since 1970) whose code this is, if it is good at `unix_seconds` and later than the
/// step that was used last. The caller stores it as the one used last before it believes the code (ASVS 6.5.1).
pub fn verify_totp(
    secret: &[u8; TOTP_SECRET_BYTES],
    code: &str,
    unix_seconds: u64,
    last_step: Option<u64>,
) -> Option<u64> {
    let totp = totp(secret)?;
    let code: String = code.chars().filter(|c| !c.is_whitespace()).collect();
    let around = [
        unix_seconds,
        unix_seconds.saturating_sub(TOTP_DRIFT_SECONDS),
        unix_seconds.saturating_add(TOTP_DRIFT_SECONDS),
    ];
    around.into_iter().find_map(|time| totp.check(&code, time)).filter(|step| last_step.is_none_or(|last| *step > last))
}

/// The address that an authenticator app reads from a QR code.
pub fn totp_uri(secret: &[u8; TOTP_SECRET_BYTES], issuer: &str, account: &str) -> String {
    let issuer = utf8_percent_encode(issuer, NON_ALPHANUMERIC);
    let account = utf8_percent_encode(account, NON_ALPHANUMERIC);
    let secret = totp_secret_text(secret);
    format!("otpauth://totp/{issuer}:{account}?secret={secret}&issuer={issuer}")
}

/// The secret in base32, for those who type it.
pub fn totp_secret_text(secret: &[u8; TOTP_SECRET_BYTES]) -> String {
    TotpSecret::from(*secret).to_base32()
}

fn totp(secret: &[u8; TOTP_SECRET_BYTES]) -> Option<Totp> {
    Builder::new().with_skew(0).with_secret(*secret).build().ok()
}

/// A token to be put into a link, and the digest by which it is stored: who reads the database cannot use the link.
#[derive(Clone, PartialEq, Eq)]
pub struct LinkToken {
    /// 43 characters of base64url. Shown once, never stored or logged.
    pub text: String,
    /// SHA-256 of the text, in hexadecimal.
    pub digest: String,
}

impl std::fmt::Debug for LinkToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "LinkToken({})", self.digest)
    }
}

/// A link token made of 32 random bytes.
pub fn link_token(random: [u8; 32]) -> LinkToken {
    let text = URL_SAFE_NO_PAD.encode(random);
    let digest = digest(&text);
    LinkToken { text, digest }
}

/// The digest to look up for a token that somebody presents; none, if it cannot be one.
pub fn link_digest(presented: &str) -> Option<String> {
    let bytes = URL_SAFE_NO_PAD.decode(presented).ok()?;
    (bytes.len() == 32).then(|| digest(presented))
}

fn digest(text: &str) -> String {
    hex(&Sha256::digest(text.as_bytes()))
}
