//! The installation's one secret and the keys derived from it. The secret is never shown, not even by `{:?}`, and a
//! secret that a stranger could guess is rejected (ASVS 13.3.1).

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hkdf::Hkdf;
use hkdf::hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};
use thiserror::Error;

use crate::adapters::hex::hex;

/// Minimum length of a secret in bytes.
pub const MIN_SECRET_BYTES: usize = 32;

/// Length of a signature in hexadecimal.
const SIGNATURE_LENGTH: usize = 64;

/// Strings from manuals and samples: a secret that contains one was copied, not generated.
const SAMPLE_WORDS: &[&str] = &[
    "changeme",
    "change-me",
    "change_me",
    "change this",
    "changethis",
    "secret",
    "example",
    "sample",
    "password",
    "passw0rd",
    "default",
    "please",
    "replace",
    "insert",
    "luyue",
    "xuancheng",
    "development",
    "qwerty",
    "letmein",
    "deadbeef",
    "请修改",
    "密码",
    "密钥",
    "示例",
];

/// A reason to reject a secret.
#[derive(Debug, Error)]
pub enum SecretError {
    #[error("the secret has fewer than {MIN_SECRET_BYTES} bytes")]
    TooShort,
    #[error("the secret is easy to guess: repetitive, consecutive, or of too few different characters")]
    Weak,
    #[error("the secret comes from a manual or a sample: generate one, e.g. `openssl rand -base64 48`")]
    Sample,
    #[error("the key file {0} is readable by users other than its owner: run chmod 600")]
    OpenToOthers(PathBuf),
    #[error("the key file {0}: {1}")]
    File(PathBuf, #[source] io::Error),
}

/// The installation's secret: at least 32 bytes.
#[derive(Clone)]
pub struct Secret(Vec<u8>);

/// A key for one purpose, and an id that does not reveal it.
#[derive(Clone, PartialEq, Eq)]
pub struct Key {
    /// 16 hexadecimal characters, stable for the same secret and purpose.
    pub id: String,
    pub bytes: [u8; 32],
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(…)")
    }
}

impl std::fmt::Debug for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Key({}, …)", self.id)
    }
}

impl Key {
    /// Signs a message with HMAC-SHA256; returns hexadecimal.
    pub fn sign(&self, message: &[u8]) -> String {
        hex(&self.mac(message).finalize().into_bytes())
    }

    /// Verifies a signature in constant time.
    pub fn signed(&self, message: &[u8], signature: &str) -> bool {
        signature.len() == SIGNATURE_LENGTH && self.mac(message).verify_slice(&unhex(signature)).is_ok()
    }

    fn mac(&self, message: &[u8]) -> Hmac<Sha256> {
        // HMAC accepts keys of any length.
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.bytes).expect("a key of 32 bytes");
        mac.update(message);
        mac
    }
}

/// Decodes hexadecimal up to the first invalid digit.
fn unhex(text: &str) -> Vec<u8> {
    let pair = |at| text.get(at..at + 2).and_then(|pair| u8::from_str_radix(pair, 16).ok());
    (0..text.len()).step_by(2).map_while(pair).collect()
}

impl Secret {
    /// Signs a message with HMAC-SHA256 for someone who knows the secret; returns hexadecimal.
    pub fn sign(&self, message: &[u8]) -> String {
        // HMAC accepts keys of any length.
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.0).expect("a key of any length");
        mac.update(message);
        hex(&mac.finalize().into_bytes())
    }

    /// Parses the secret from a setting, ignoring white space around it.
    ///
    /// # Errors
    /// A secret that is short, easy to guess or copied from a sample.
    pub fn parse(setting: &str) -> Result<Self, SecretError> {
        let text = setting.trim();
        let bytes = text.as_bytes();
        if bytes.len() < MIN_SECRET_BYTES {
            return Err(SecretError::TooShort);
        }
        let lower = text.to_lowercase();
        if SAMPLE_WORDS.iter().any(|word| lower.contains(word)) {
            return Err(SecretError::Sample);
        }
        if is_weak(bytes) {
            return Err(SecretError::Weak);
        }
        Ok(Self(bytes.to_vec()))
    }

    /// Loads the secret from the key file. Without such a file, creates one from `fresh` (32 random bytes), readable by
    /// its owner only (0600). Two processes starting at once get the same secret.
    ///
    /// # Errors
    /// A file that cannot be read or written, that other users may read, or that contains a weak secret.
    pub fn load_or_create(path: &Path, fresh: [u8; 32]) -> Result<Self, SecretError> {
        match read_private(path) {
            Err(SecretError::File(_, e)) if e.kind() == io::ErrorKind::NotFound => {}
            found => return Self::parse(&found?),
        }
        let mut fresh = fresh;
        let (text, secret) = loop {
            let text = URL_SAFE_NO_PAD.encode(fresh);
            match Self::parse(&text) {
                // Random letters spell a word of a manual about once in a million times.
                Err(SecretError::Sample) => fresh = Sha256::digest(fresh).into(),
                parsed => break (text, parsed?),
            }
        };
        create_private(path, &text).map_err(|e| SecretError::File(path.to_owned(), e))?;
        // The file decides: another process may have created it first.
        match read_private(path)? {
            stored if stored.trim() == text => Ok(secret),
            stored => Self::parse(&stored),
        }
    }

    /// Loads a secret from an existing key file.
    ///
    /// # Errors
    /// A file that cannot be read, that other users may read, or that contains a weak secret.
    pub fn load(path: &Path) -> Result<Self, SecretError> {
        Self::parse(&read_private(path)?)
    }

    /// Derives the key for one purpose (HKDF-SHA256, RFC 5869). Different purposes give unrelated keys.
    pub fn derive(&self, purpose: &str) -> Key {
        let mut material = [0u8; 40];
        Hkdf::<Sha256>::new(None, &self.0)
            .expand_multi_info(&[b"luyue/1/", purpose.as_bytes()], &mut material)
            // HKDF-SHA256 rejects only outputs beyond 255 × 32 bytes.
            .expect("40 bytes are within what HKDF can give");
        let (key, id) = material.split_at(32);
        let mut bytes = [0u8; 32];
        bytes.copy_from_slice(key);
        Key { id: hex(id), bytes }
    }
}

/// Detects bytes that are visibly not random.
fn is_weak(bytes: &[u8]) -> bool {
    let mut seen = [false; 256];
    for byte in bytes {
        if let Some(entry) = seen.get_mut(usize::from(*byte)) {
            *entry = true;
        }
    }
    let different = seen.iter().filter(|s| **s).count();
    // Random hexadecimal of 32 characters has fewer than 9 different ones about once in ten million.
    let few = different < 9;
    let close = bytes.iter().zip(bytes.iter().skip(1)).filter(|(a, b)| a.abs_diff(**b) <= 1).count();
    let in_a_row = close * 2 > bytes.len();
    let repeated = (1..=bytes.len() / 2).any(|period| bytes.iter().zip(bytes.iter().skip(period)).all(|(a, b)| a == b));
    few || in_a_row || repeated
}

/// Reads a file with a secret.
///
/// # Errors
/// A file that cannot be read, or that other users may read.
pub fn read_private(path: &Path) -> Result<String, SecretError> {
    let file_error = |e| SecretError::File(path.to_owned(), e);
    let text = fs::read_to_string(path).map_err(file_error)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = fs::metadata(path).map_err(file_error)?.permissions().mode();
        if mode & 0o077 != 0 {
            return Err(SecretError::OpenToOthers(path.to_owned()));
        }
    }
    Ok(text)
}

/// Writes a temporary file next to `path` and links it into place, so that no reader sees half a key and an existing
/// key is never replaced.
fn create_private(path: &Path, text: &str) -> io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder)?;
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{}.new", std::process::id()));
    let beside = folder.join(name);
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    let mut file = options.open(&beside)?;
    file.write_all(text.as_bytes())?;
    file.write_all(b"\n")?;
    file.sync_all()?;
    let linked = match fs::hard_link(&beside, path) {
        Err(e) if e.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        other => other,
    };
    fs::remove_file(&beside)?;
    linked?;
    File::open(folder)?.sync_all()
}
