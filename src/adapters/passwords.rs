//! Passwords: hashed with argon2id, compared without telling whether the user exists, and checked before they are
//! set. It must not read a random source (the salt is handed in), and no password may reach a log.
//!
//! A hash takes some 20 MB and tens of milliseconds: call these from a thread that may block.

use std::sync::atomic::{AtomicU64, Ordering};

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use thiserror::Error;

use crate::adapters::gate::Gate;

/// Memory of one hash in KiB, passes and lanes (OWASP's least for argon2id; ASVS 11.4.2).
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;

/// How many hashes are computed at once unless told otherwise.
pub const HASHES_AT_ONCE: usize = 2;

/// A hash that no password is known to: what an unknown user's attempt is compared with. Its parameters must be those
/// above, so that the work is the same.
const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5IGhhcyB0aGlzIQ$\
    5UjmOlgfP0UoxyT6ylwUpoDh7UGVtkQZbwTpWw7zFxE";

/// The hash could not be computed: for lack of memory, or a salt that is none.
#[derive(Debug, Error)]
#[error("the password could not be hashed: {0}")]
pub struct HashError(String);

/// Hashes and compares passwords, a few at a time.
#[derive(Debug)]
pub struct Passwords {
    gate: Gate,
    hashes: AtomicU64,
}

impl Passwords {
    /// At most `at_once` hashes at the same time; the others wait for their turn.
    pub fn new(at_once: usize) -> Self {
        Self { gate: Gate::new(at_once.max(1)), hashes: AtomicU64::new(0) }
    }

    /// The hash to be stored, in the PHC format. `salt` is random and handed in.
    ///
    /// # Errors
    /// See [`HashError`].
    pub fn hash(&self, password: &str, salt: [u8; 16]) -> Result<String, HashError> {
        self.turn(|argon2| {
            argon2
                .hash_password_with_salt(password.as_bytes(), &salt)
                .map(|hash| hash.to_string())
                .map_err(|e| HashError(e.to_string()))
        })?
    }

    /// Whether the password is the one of the stored hash. For a user who does not exist (or has no password yet, or a
    /// hash that cannot be read) the same work is done and the answer is no (ASVS 6.3.8).
    pub fn verify_or_dummy(&self, password: &str, stored: Option<&str>) -> bool {
        let hash = stored.and_then(|text| PasswordHash::new(text).ok());
        let known = hash.is_some();
        let Some(hash) = hash.or_else(|| PasswordHash::new(NOBODY).ok()) else {
            return false;
        };
        let matches = self.turn(|argon2| argon2.verify_password(password.as_bytes(), &hash).is_ok()).unwrap_or(false);
        known && matches
    }

    /// Whether the stored hash was made with other parameters than today's: hash anew at the next sign-in.
    pub fn is_outdated(stored: &str) -> bool {
        let Ok(hash) = PasswordHash::new(stored) else {
            return true;
        };
        let current = parameters().ok();
        hash.algorithm != argon2::ARGON2ID_IDENT
            || Params::try_from(&hash).ok().map(|p| costs(&p)) != current.map(|p| costs(&p))
    }

    /// How many hashes were computed so far: a measure for operations, and what shows that an unknown user costs the
    /// same as a known one.
    pub fn hashes_computed(&self) -> u64 {
        self.hashes.load(Ordering::Relaxed)
    }

    fn turn<T>(&self, work: impl FnOnce(&Argon2<'_>) -> T) -> Result<T, HashError> {
        let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, parameters()?);
        let _turn = self.gate.enter();
        self.hashes.fetch_add(1, Ordering::Relaxed);
        Ok(work(&argon2))
    }
}

impl Default for Passwords {
    fn default() -> Self {
        Self::new(HASHES_AT_ONCE)
    }
}

fn parameters() -> Result<Params, HashError> {
    Params::new(MEMORY_KIB, PASSES, LANES, None).map_err(|e| HashError(e.to_string()))
}

fn costs(params: &Params) -> (u32, u32, u32) {
    (params.m_cost(), params.t_cost(), params.p_cost())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_of_nobody_costs_what_a_real_one_costs() {
        assert!(!Passwords::is_outdated(NOBODY));
    }
}
