//! Time and chance, handed in: what the program knows of the clock and of random numbers comes from here.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use chrono::{DateTime, FixedOffset, NaiveDate, NaiveDateTime, TimeDelta, Utc};

/// Seconds by which the contracts' place (Asia/Shanghai) is ahead of UTC; it has known no summer time since 1991.
const SHANGHAI: TimeDelta = TimeDelta::hours(8);

/// Where the program's time comes from.
#[derive(Clone, Debug)]
pub enum Clock {
    /// The machine's clock.
    System,
    /// Started at an instant and going on from there (`--clock`).
    Shifted { start: NaiveDateTime, since: Instant },
    /// Stands still until it is set: tests, and the demonstration while it is being written.
    Set(Arc<Mutex<NaiveDateTime>>),
}

impl Clock {
    /// A clock that goes on from `start`.
    pub fn starting_at(start: DateTime<FixedOffset>) -> Self {
        Self::Shifted { start: start.naive_utc(), since: Instant::now() }
    }

    /// A clock that stands at `at` (UTC).
    pub fn standing_at(at: NaiveDateTime) -> Self {
        Self::Set(Arc::new(Mutex::new(at)))
    }

    /// Sets a standing clock; a clock that goes is left alone.
    pub fn set(&self, at: NaiveDateTime) {
        if let Self::Set(time) = self {
            *time.lock().unwrap_or_else(PoisonError::into_inner) = at;
        }
    }

    /// The time in UTC, to the microsecond (what both engines keep).
    pub fn now(&self) -> NaiveDateTime {
        let now = match self {
            Self::System => Utc::now().naive_utc(),
            Self::Shifted { start, since } => {
                *start + TimeDelta::from_std(since.elapsed()).unwrap_or(TimeDelta::zero())
            }
            Self::Set(time) => *time.lock().unwrap_or_else(PoisonError::into_inner),
        };
        let micros = now.and_utc().timestamp_micros();
        DateTime::from_timestamp_micros(micros).map_or(now, |t| t.naive_utc())
    }

    /// Whether this is the machine's own time; if not, every page says so.
    pub fn is_real(&self) -> bool {
        matches!(self, Self::System)
    }
}

/// The civil day at the contracts' place at a time in UTC.
pub fn civil_day(at: NaiveDateTime) -> NaiveDate {
    civil_time(at).date()
}

/// The time at the contracts' place at a time in UTC.
pub fn civil_time(at: NaiveDateTime) -> NaiveDateTime {
    at + SHANGHAI
}

/// The time in UTC at which an hour of a civil day begins at the contracts' place.
pub fn at_hour(day: NaiveDate, hour: u32) -> NaiveDateTime {
    day.and_time(chrono::NaiveTime::MIN) + TimeDelta::hours(i64::from(hour)) - SHANGHAI
}

/// Where random identifiers and keys come from.
#[derive(Clone, Debug)]
pub enum Ids {
    /// The machine's random source.
    Random,
    /// A fixed sequence, so that a test's snapshots do not change.
    Sequence(Arc<Mutex<u64>>),
    /// A sequence that looks random and follows from a seed: a synthetic register can be made again. Never for a secret.
    Seeded(Arc<Mutex<Seeded>>),
}

/// A sequence of numbers that follows from its seed (SplitMix64; Steele, Lea and Flood 2014).
#[derive(Clone, Debug)]
pub struct Seeded(u64);

impl Seeded {
    /// The sequence of a seed.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next number.
    pub fn draw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }
}

impl Ids {
    /// A sequence that starts at 1.
    pub fn sequence() -> Self {
        Self::Sequence(Arc::new(Mutex::new(0)))
    }

    /// A sequence that follows from a seed.
    pub fn seeded(seed: u64) -> Self {
        Self::Seeded(Arc::new(Mutex::new(Seeded::new(seed))))
    }

    /// 32 random bytes.
    pub fn bytes(&self) -> [u8; 32] {
        let mut bytes = [0; 32];
        match self {
            // The machine's source fails only where the system call does not exist; nothing safe can be done then.
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

    /// A random identifier for an address (UUIDv4).
    pub fn uuid(&self) -> String {
        let mut half = [0; 16];
        half.copy_from_slice(&self.bytes()[..16]);
        uuid::Builder::from_random_bytes(half).into_uuid().to_string()
    }
}
