//! Time and randomness. Both are injected, so that tests and demonstrations can control them; no other module reads the
//! system clock or the random source.

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use chrono::{DateTime, FixedOffset, NaiveDate, NaiveDateTime, TimeDelta, Utc};

/// Offset from UTC of Asia/Shanghai, the time zone of all contracts. It has had no daylight saving time since 1991.
const SHANGHAI: TimeDelta = TimeDelta::hours(8);
/// Time after which the database's answer says too little about its clock.
const MOST_FOR_AN_ANSWER: TimeDelta = TimeDelta::seconds(1);
/// Smallest change of a correction.
const LEAST_CORRECTION: TimeDelta = TimeDelta::milliseconds(50);

/// The source of the current time.
#[derive(Clone, Debug)]
pub enum Clock {
    /// The system clock.
    System,
    /// A clock that started at a given time and runs on (`--clock`).
    Shifted { start: NaiveDateTime, since: Instant },
    /// A stopped clock, moved only by setting it, for tests and for writing the demonstration.
    Set(Arc<Mutex<NaiveDateTime>>),
    /// A clock of this machine, corrected to that of the database, which all machines of an installation share.
    Following { machine: Box<Self>, ahead_micros: Arc<AtomicI64> },
}

impl Clock {
    /// Creates a clock that runs on from `start`.
    pub fn starting_at(start: DateTime<FixedOffset>) -> Self {
        Self::Shifted { start: start.naive_utc(), since: Instant::now() }
    }

    /// Creates a clock stopped at `at` (UTC).
    pub fn standing_at(at: NaiveDateTime) -> Self {
        Self::Set(Arc::new(Mutex::new(at)))
    }

    /// Turns the clock into one that can follow the database's; its correction is 0 until [`Clock::follow`].
    pub fn following(self) -> Self {
        Self::Following { machine: Box::new(self), ahead_micros: Arc::default() }
    }

    /// Corrects a following clock. `database` is what the database's clock showed between the times `before` and
    /// `after` of this machine's clock. Returns how far the database's clock is ahead, or `None` if the clock does not
    /// follow or the answer took longer than a second.
    pub fn follow(&self, before: NaiveDateTime, database: NaiveDateTime, after: NaiveDateTime) -> Option<TimeDelta> {
        let Self::Following { ahead_micros, .. } = self else { return None };
        let took = after - before;
        if took > MOST_FOR_AN_ANSWER {
            return None;
        }
        let ahead = database - (before + took / 2);
        let old = ahead_micros.load(Ordering::Relaxed);
        let new = ahead.num_microseconds()?;
        // A smaller difference may come from the way to the database; following it would only make the clock jump.
        if TimeDelta::microseconds(new.saturating_sub(old)).abs() > LEAST_CORRECTION + took {
            ahead_micros.store(new, Ordering::Relaxed);
        }
        Some(ahead)
    }

    /// Returns the time of this machine's clock, without the correction of a following one.
    pub fn machine_now(&self) -> NaiveDateTime {
        match self {
            Self::Following { machine, .. } => machine.now(),
            other => other.now(),
        }
    }

    /// Sets a stopped clock; has no effect on a running one.
    pub fn set(&self, at: NaiveDateTime) {
        match self {
            Self::Set(time) => *time.lock().unwrap_or_else(PoisonError::into_inner) = at,
            Self::Following { machine, .. } => machine.set(at),
            Self::System | Self::Shifted { .. } => {}
        }
    }

    /// Returns the time in UTC, truncated to microseconds, the precision of both databases.
    pub fn now(&self) -> NaiveDateTime {
        let now = match self {
            Self::System => Utc::now().naive_utc(),
            Self::Shifted { start, since } => {
                *start + TimeDelta::from_std(since.elapsed()).unwrap_or(TimeDelta::zero())
            }
            Self::Set(time) => *time.lock().unwrap_or_else(PoisonError::into_inner),
            Self::Following { machine, ahead_micros } => {
                machine.now() + TimeDelta::microseconds(ahead_micros.load(Ordering::Relaxed))
            }
        };
        let micros = now.and_utc().timestamp_micros();
        DateTime::from_timestamp_micros(micros).map_or(now, |t| t.naive_utc())
    }

    /// True for the system clock, corrected or not. With any other, every page shows a notice.
    pub fn is_real(&self) -> bool {
        match self {
            Self::System => true,
            Self::Following { machine, .. } => machine.is_real(),
            Self::Shifted { .. } | Self::Set(_) => false,
        }
    }
}

/// Returns the day in Shanghai at a time in UTC.
pub fn civil_day(at: NaiveDateTime) -> NaiveDate {
    civil_time(at).date()
}

/// Returns the local time in Shanghai at a time in UTC.
pub fn civil_time(at: NaiveDateTime) -> NaiveDateTime {
    at + SHANGHAI
}

/// Returns the time in UTC at which an hour of a day begins in Shanghai.
pub fn at_hour(day: NaiveDate, hour: u32) -> NaiveDateTime {
    day.and_time(chrono::NaiveTime::MIN) + TimeDelta::hours(i64::from(hour)) - SHANGHAI
}

/// The source of random identifiers and keys.
#[derive(Clone, Debug)]
pub enum Ids {
    /// The operating system's random source.
    Random,
    /// A fixed sequence, for stable snapshots in tests.
    Sequence(Arc<Mutex<u64>>),
    /// A pseudorandom sequence from a seed, for reproducible synthetic data. Never used for secrets.
    Seeded(Arc<Mutex<Seeded>>),
}

/// A pseudorandom number generator (SplitMix64; Steele, Lea and Flood 2014).
#[derive(Clone, Debug)]
pub struct Seeded(u64);

impl Seeded {
    /// Creates the sequence of a seed.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// Returns the next number.
    pub fn draw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }
}

impl Ids {
    /// Creates a sequence that starts at 1.
    pub fn sequence() -> Self {
        Self::Sequence(Arc::new(Mutex::new(0)))
    }

    /// Creates a pseudorandom sequence from a seed.
    pub fn seeded(seed: u64) -> Self {
        Self::Seeded(Arc::new(Mutex::new(Seeded::new(seed))))
    }

    /// Returns 32 random bytes.
    pub fn bytes(&self) -> [u8; 32] {
        let mut bytes = [0; 32];
        match self {
            // Fails only if the operating system has no random source; there is no safe way to continue then.
            Self::Random => getrandom::fill(&mut bytes).expect("the system's random source answers"),
            Self::Sequence(next) => {
                let mut next = next.lock().unwrap_or_else(PoisonError::into_inner);
                *next += 1;
                bytes[8..16].copy_from_slice(&next.to_be_bytes());
            }
            Self::Seeded(next) => {
                let mut next = next.lock().unwrap_or_else(PoisonError::into_inner);
                bytes.chunks_mut(8).for_each(|part| part.copy_from_slice(&next.draw().to_be_bytes()));
            }
        }
        bytes
    }

    /// Returns a random UUID (version 4).
    pub fn uuid(&self) -> String {
        let mut half = [0; 16];
        half.copy_from_slice(&self.bytes()[..16]);
        uuid::Builder::from_random_bytes(half).into_uuid().to_string()
    }
}
