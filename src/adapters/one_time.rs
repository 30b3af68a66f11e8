//! Single-use credentials: codes of an authenticator app (TOTP, RFC 6238), tokens in links for a first or forgotten
//! password, and recovery codes. Stateless: callers store the used step or digest.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use sha2::{Digest, Sha256};
use totp_rs::{Builder, Secret as TotpSecret, Totp};

use crate::adapters::hex::hex;

/// Tolerated difference between a phone's clock and ours, in seconds. A code is valid for its own 30 seconds plus this
/// time on either side, not for a whole further step (ASVS 6.5.5).
const TOTP_DRIFT_SECONDS: u64 = 5;

/// Length of an authenticator's secret in bytes (RFC 4226 recommends 160 bits).
pub const TOTP_SECRET_BYTES: usize = 20;

/// Verifies a code at `unix_seconds` and returns its time step (30-second intervals since 1970), which must be later
/// than the last used step. Callers store the step as used before they accept the code (ASVS 6.5.1).
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

/// Builds the `otpauth:` URI that an authenticator app reads from a QR code.
pub fn totp_uri(secret: &[u8; TOTP_SECRET_BYTES], issuer: &str, account: &str) -> String {
    let issuer = utf8_percent_encode(issuer, NON_ALPHANUMERIC);
    let account = utf8_percent_encode(account, NON_ALPHANUMERIC);
    let secret = totp_secret_text(secret);
    format!("otpauth://totp/{issuer}:{account}?secret={secret}&issuer={issuer}")
}

/// Encodes the secret in base32, for typing.
pub fn totp_secret_text(secret: &[u8; TOTP_SECRET_BYTES]) -> String {
    TotpSecret::from(*secret).to_base32()
}

fn totp(secret: &[u8; TOTP_SECRET_BYTES]) -> Option<Totp> {
    Builder::new().with_skew(0).with_secret(*secret).build().ok()
}

/// A token for a link, and the digest that is stored: reading the database does not reveal usable links.
#[derive(Clone, PartialEq, Eq)]
pub struct LinkToken {
    /// The token, 43 characters of base64url. Shown once, never stored or logged.
    pub text: String,
    /// SHA-256 of the token, in hexadecimal.
    pub digest: String,
}

impl std::fmt::Debug for LinkToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "LinkToken({})", self.digest)
    }
}

/// Creates a link token from 32 random bytes.
pub fn link_token(random: [u8; 32]) -> LinkToken {
    let text = URL_SAFE_NO_PAD.encode(random);
    let digest = digest(&text);
    LinkToken { text, digest }
}

/// Returns the digest by which to look up a presented token, or `None` if it is malformed.
pub fn link_digest(presented: &str) -> Option<String> {
    let bytes = URL_SAFE_NO_PAD.decode(presented).ok()?;
    (bytes.len() == 32).then(|| digest(presented))
}

fn digest(text: &str) -> String {
    hex(&Sha256::digest(text.as_bytes()))
}

/// Length of a recovery code in characters of base32, five bits each: 120 bits, so that a fast keyed digest protects it
/// (ASVS 6.5.2).
const RECOVERY_LENGTH: usize = 24;
/// Length of a short code, which is typed from paper: 60 bits, and tries are limited.
const SHORT_LENGTH: usize = 12;
/// Characters between two hyphens of a code.
const GROUP: usize = 4;

/// Creates a recovery code from random bytes, in lower case with hyphens: `abcd-efgh-…`.
pub fn recovery_code(random: [u8; 32]) -> String {
    code_of(random, RECOVERY_LENGTH)
}

/// Creates a short code from random bytes, in lower case with hyphens: `abcd-efgh-ijkl`.
pub fn short_code(random: [u8; 32]) -> String {
    code_of(random, SHORT_LENGTH)
}

fn code_of(random: [u8; 32], length: usize) -> String {
    // Each character of the digest depends on all of the random bytes.
    let digest: [u8; 32] = Sha256::digest(random).into();
    let text = TotpSecret::from(digest).to_base32().to_lowercase();
    let characters: Vec<char> = text.chars().take(length).collect();
    characters.chunks(GROUP).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join("-")
}

/// Normalises a typed recovery code for hashing; `None` for a text that cannot be a recovery code.
pub fn fold_recovery_code(typed: &str) -> Option<String> {
    fold_code(typed, RECOVERY_LENGTH)
}

/// Normalises a typed short code; `None` for a text that cannot be one.
pub fn fold_short_code(typed: &str) -> Option<String> {
    fold_code(typed, SHORT_LENGTH)
}

fn fold_code(typed: &str, length: usize) -> Option<String> {
    // A code has no 0 and no 1: they were read from a printed o and l.
    let meant = |c: char| match c {
        '0' => 'o',
        '1' => 'l',
        other => other.to_ascii_lowercase(),
    };
    let code: String = typed.chars().filter(|c| !c.is_whitespace() && *c != '-').map(meant).collect();
    let is_code = code.len() == length && code.chars().all(|c| matches!(c, 'a'..='z' | '2'..='7'));
    is_code.then_some(code)
}
