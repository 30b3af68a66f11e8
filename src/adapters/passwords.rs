//! Password hashes (argon2id). Verification takes the same time for unknown users as for known ones. Reads no random
//! source (callers pass the salt); never logs a password.
//!
//! A hash takes about 20 MB and tens of milliseconds of a blocking thread. A [`Hasher`] limits the number of concurrent
//! hashes.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use thiserror::Error;

use crate::adapters::gate::{Gate, Turn};

/// Memory in KiB, passes and lanes of one hash: OWASP's minimum for argon2id (ASVS 11.4.2).
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;

/// Default number of hashes computed at once.
pub const HASHES_AT_ONCE: usize = 2;

/// A hash of an unknown password, checked in sign-ins of unknown users. Its parameters must equal the constants above,
/// so that the work is the same.
pub const NO_ONE: &str = "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5IGhhcyB0aGlzIQ$\
    5UjmOlgfP0UoxyT6ylwUpoDh7UGVtkQZbwTpWw7zFxE";

/// A failure to hash: out of memory, or an invalid salt.
#[derive(Debug, Error)]
#[error("the password could not be hashed: {0}")]
pub struct HashError(String);

/// Admits a limited number of hashers at once and counts hashes.
#[derive(Debug)]
pub struct Passwords {
    gate: Gate,
    hashes: Arc<AtomicU64>,
}

/// A slot for hashing and verifying passwords, held for one use case.
#[derive(Debug)]
pub struct Hasher {
    hashes: Arc<AtomicU64>,
    _turn: Turn,
}

impl Passwords {
    /// Admits at most `at_once` hashers at the same time, at least one.
    pub fn new(at_once: usize) -> Self {
        Self { gate: Gate::new(at_once), hashes: Arc::default() }
    }

    /// Waits for a slot, without holding a thread.
    ///
    /// # Errors
    /// None in practice: the gate is never closed.
    pub async fn acquire_hasher(&self) -> Result<Hasher, HashError> {
        let turn = self.gate.enter().await.map_err(|error| HashError(error.to_string()))?;
        Ok(self.admit(turn))
    }

    /// Takes a slot if one is free: for commands that run before the server starts.
    pub fn try_acquire_hasher(&self) -> Option<Hasher> {
        Some(self.admit(self.gate.try_enter()?))
    }

    /// Returns whether a stored hash was made with other parameters than the current ones, so that the next sign-in
    /// must rehash.
    pub fn is_outdated(stored: &str) -> bool {
        let Ok(hash) = PasswordHash::new(stored) else {
            return true;
        };
        let current = current_parameters().ok();
        hash.algorithm != argon2::ARGON2ID_IDENT
            || Params::try_from(&hash).ok().map(|p| cost_parameters(&p)) != current.map(|p| cost_parameters(&p))
    }

    /// Returns the number of hashes computed so far: a measure for operations, and evidence that unknown users cost the
    /// same as known ones.
    pub fn hashes_computed(&self) -> u64 {
        self.hashes.load(Ordering::Relaxed)
    }

    fn admit(&self, turn: Turn) -> Hasher {
        Hasher { hashes: Arc::clone(&self.hashes), _turn: turn }
    }
}

impl Hasher {
    /// Hashes a password for storage, in the PHC format, with a random salt.
    ///
    /// # Errors
    /// See [`HashError`].
    pub fn hash(&self, password: &str, salt: [u8; 16]) -> Result<String, HashError> {
        let argon2 = self.argon2()?;
        let hash = argon2.hash_password_with_salt(password.as_bytes(), &salt);
        hash.map(|hash| hash.to_string()).map_err(|error| HashError(error.to_string()))
    }

    /// Verifies a password against the stored hash. Users who do not exist (or have no password yet, or an unreadable
    /// hash) cost the same work and fail (ASVS 6.3.8).
    pub fn verify_or_dummy(&self, password: &str, stored: Option<&str>) -> bool {
        let hash = stored.and_then(|text| PasswordHash::new(text).ok());
        let known = hash.is_some();
        let Some(hash) = hash.or_else(|| PasswordHash::new(NO_ONE).ok()) else {
            return false;
        };
        let verified = self.argon2().is_ok_and(|argon2| argon2.verify_password(password.as_bytes(), &hash).is_ok());
        known && verified
    }

    fn argon2(&self) -> Result<Argon2<'static>, HashError> {
        let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, current_parameters()?);
        self.hashes.fetch_add(1, Ordering::Relaxed);
        Ok(argon2)
    }
}

impl Default for Passwords {
    fn default() -> Self {
        Self::new(HASHES_AT_ONCE)
    }
}

fn current_parameters() -> Result<Params, HashError> {
    Params::new(MEMORY_KIB, PASSES, LANES, None).map_err(|e| HashError(e.to_string()))
}

fn cost_parameters(params: &Params) -> (u32, u32, u32) {
    (params.m_cost(), params.t_cost(), params.p_cost())
}
