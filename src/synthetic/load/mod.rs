//! The synthetic register: contracts made up from a seed, for trials of size.
//!
//! What happens to each contract follows from the seed, its number and the day; `rows` writes it. No name or credit code
//! belongs to anybody.

mod chance;
mod city;
mod life;
mod rows;
mod shapes;
mod story;

pub use self::city::SIGN_IN;
use self::story::Setting;
use crate::app::App;
use crate::clock::civil_day;
use crate::error::Error;
use crate::services::identity::sessions;

/// Largest number of contracts in a synthetic register.
pub const MAX_CONTRACTS: usize = 2_000_000;

/// Writes a synthetic register of so many contracts; `seen` is told how many are written.
///
/// # Errors
/// A database that holds an organisation or a contract; a password that may not be set; the database's.
pub fn load(app: &App, count: usize, seed: u64, password: &str, seen: impl FnMut(usize)) -> Result<(), Error> {
    let setting = Setting { seed, count, today: civil_day(app.clock.now()), contractors: (count / 250).clamp(24, 600) };
    let city = city::of(&setting, sessions::hash_password(app, password)?)?;
    rows::load(app, &city, seed, count, |number| story::tell(&setting, number), seen)
}
