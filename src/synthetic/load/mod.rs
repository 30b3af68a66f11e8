//! The synthetic register: contracts generated from a seed, for load tests. The history of each contract follows from
//! the seed, its number and the day; `rows` writes it. No name or credit code belongs to a real person or body.

mod chance;
mod city;
mod desks;
mod life;
mod rows;
mod setting;
mod shapes;
mod story;

pub use self::city::SIGN_IN;
use self::setting::Setting;
use crate::app::App;
use crate::clock::civil_day;
use crate::error::Error;
use crate::services::audit::seals;
use crate::services::identity::sessions;

/// Maximum number of contracts in a synthetic register.
pub const MAX_CONTRACTS: usize = 2_000_000;

/// Writes a synthetic register of `count` contracts and reports the number written to `seen`.
///
/// # Errors
/// A database that is not empty, a password that the policy rejects, or a database error.
pub fn load(app: &App, count: usize, seed: u64, password: &str, seen: impl FnMut(usize)) -> Result<(), Error> {
    let setting = Setting { seed, count, today: civil_day(app.clock.now()), contractors: (count / 250).clamp(24, 600) };
    let hasher = app
        .passwords
        .try_acquire_hasher()
        .ok_or_else(|| Error::Unavailable("no password hasher is free".to_owned()))?;
    let city = city::of(&setting, sessions::hash_password(app, &hasher, password, None)?)?;
    rows::load(app, &city, seed, count, |number| story::generate(&setting, number), seen)?;
    // As the jobs of the day would.
    seals::seal_day(app).map(|_| ())
}
