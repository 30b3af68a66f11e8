//! How often one may try: sign-ins by account and address, what is costly by person.
//!
//! Only tries that fail count, so that a program which signs in again and again is not slowed down; an account is
//! throttled for one address at a time, so that nobody can lock another out. The address is that of the connection, or
//! the one that a trusted proxy names (`web::address`). Nothing here may ask the database.

use std::collections::HashMap;
use std::hash::Hash;
use std::net::{IpAddr, Ipv6Addr};
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use chrono::NaiveDateTime;
use governor::clock::Clock as _;
use governor::middleware::NoOpMiddleware;
use governor::nanos::Nanos;
use governor::state::StateStore;
use governor::{Quota, RateLimiter};

use crate::clock::Clock;
use crate::error::Error;

/// Failed sign-ins to one account from one address at once, and the seconds after which one more may be tried.
pub const ACCOUNT_TRIES: (NonZeroU32, u64) = (number(10), 30);
/// Failed sign-ins from one address at once, and the seconds after which one more may be tried.
pub const ADDRESS_TRIES: (NonZeroU32, u64) = (number(100), 3);
/// Uploads and documents of one person at once, and the seconds after which one more may be had.
pub const COSTLY: (NonZeroU32, u64) = (number(200), 1);

/// Characters of a name by which tries are counted; no account's is longer.
const NAME_LENGTH: usize = 64;
/// After so many tries those that no longer matter are forgotten.
const SWEEP_EVERY: u64 = 1024;

const fn number(n: u32) -> NonZeroU32 {
    // Worked out when the program is compiled, from the constants above alone.
    NonZeroU32::new(n).expect("a limit is above zero")
}

/// The limits of a server, shared by its workers.
pub struct Limits {
    accounts: Tries<(IpAddr, String)>,
    addresses: Tries<IpAddr>,
    costly: Tries<String>,
}

impl Limits {
    /// Limits on the program's clock.
    pub fn new(clock: &Clock) -> Self {
        Self {
            accounts: Tries::new(ACCOUNT_TRIES, clock),
            addresses: Tries::new(ADDRESS_TRIES, clock),
            costly: Tries::new(COSTLY, clock),
        }
    }

    /// Signs in, if the address and the account at the address have a try left. Only what is answered with
    /// `Unauthenticated` uses one up.
    ///
    /// # Errors
    /// `TooMany` before any work was done; the sign-in's.
    pub fn sign_in<T>(
        &self,
        address: IpAddr,
        username: &str,
        work: impl FnOnce() -> Result<T, Error>,
    ) -> Result<T, Error> {
        let address = network(address);
        let account = (address, username.to_lowercase().chars().take(NAME_LENGTH).collect());
        self.addresses.take(&address)?;
        if let Err(error) = self.accounts.take(&account) {
            self.addresses.give_back(&address);
            return Err(error);
        }
        let done = work();
        if !matches!(done, Err(Error::Unauthenticated(_))) {
            self.addresses.give_back(&address);
            self.accounts.give_back(&account);
        }
        done
    }

    /// Counts something costly that a person asks for.
    ///
    /// # Errors
    /// `TooMany`.
    pub fn costly(&self, person: &str) -> Result<(), Error> {
        self.costly.take(&person.to_owned())
    }

    /// How many accounts, addresses and people are kept in mind: a measure for operations.
    pub fn remembered(&self) -> usize {
        self.accounts.store.with(|map| map.len())
            + self.addresses.store.with(|map| map.len())
            + self.costly.store.with(|map| map.len())
    }
}

/// One who has an IPv6 network has all its addresses: they count as one.
fn network(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V6(v6) => match v6.to_ipv4_mapped() {
            Some(v4) => IpAddr::V4(v4),
            None => {
                let [a, b, c, d, ..] = v6.segments();
                IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
            }
        },
        v4 => v4,
    }
}

/// Tries by key: so many at once, then one each period.
struct Tries<K: Clone + Eq + Hash> {
    limiter: RateLimiter<K, Store<K>, Elapsed, NoOpMiddleware<Nanos>>,
    store: Store<K>,
    period: Duration,
    taken: AtomicU64,
}

impl<K: Clone + Eq + Hash> Tries<K> {
    fn new((at_once, seconds): (NonZeroU32, u64), clock: &Clock) -> Self {
        let period = Duration::from_secs(seconds);
        // A period is none only if it is zero, and the constants above are not.
        let quota = Quota::with_period(period).expect("a period is above zero").allow_burst(at_once);
        let store = Store(Arc::default());
        let limiter = RateLimiter::new(quota, store.clone(), Elapsed::since_now(clock));
        Self { limiter, store, period, taken: AtomicU64::new(0) }
    }

    fn take(&self, key: &K) -> Result<(), Error> {
        if self.taken.fetch_add(1, Ordering::Relaxed) % SWEEP_EVERY == SWEEP_EVERY - 1 {
            self.store.forget_before(self.limiter.clock().now());
        }
        self.limiter.check_key(key).map_err(|refused| {
            let wait = refused.wait_time_from(self.limiter.clock().now());
            Error::TooMany(wait.as_millis().div_ceil(1000).try_into().unwrap_or(u64::MAX).max(1))
        })
    }

    fn give_back(&self, key: &K) {
        self.store.earlier(key, self.period);
    }
}

/// When each key would be free of its tries, in time elapsed.
struct Store<K>(Arc<Mutex<HashMap<K, Nanos>>>);

impl<K> Clone for Store<K> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<K: Eq + Hash> Store<K> {
    fn with<T>(&self, work: impl FnOnce(&mut HashMap<K, Nanos>) -> T) -> T {
        work(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn earlier(&self, key: &K, by: Duration) {
        self.with(|map| {
            if let Some(at) = map.get_mut(key) {
                *at = at.saturating_sub(by.into());
            }
        });
    }

    fn forget_before(&self, now: Nanos) {
        self.with(|map| map.retain(|_, at| *at > now));
    }
}

impl<K: Clone + Eq + Hash> StateStore for Store<K> {
    type Key = K;

    fn measure_and_replace<T, F, E>(&self, key: &K, decide: F) -> Result<T, E>
    where
        F: Fn(Option<Nanos>) -> Result<(T, Nanos), E>,
    {
        self.with(|map| {
            let (done, next) = decide(map.get(key).copied())?;
            map.insert(key.clone(), next);
            Ok(done)
        })
    }
}

/// Time elapsed on the program's clock. Where that is set back, it stands still for a moment and goes on from there:
/// nobody is let in early, and nobody waits for the clock to come round.
struct Elapsed {
    clock: Clock,
    seen: Mutex<(NaiveDateTime, Duration)>,
}

impl Elapsed {
    fn since_now(clock: &Clock) -> Self {
        Self { clock: clock.clone(), seen: Mutex::new((clock.now(), Duration::ZERO)) }
    }
}

impl governor::clock::Clock for Elapsed {
    type Instant = Nanos;

    fn now(&self) -> Nanos {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let (last, elapsed) = *seen;
        let now = self.clock.now();
        // Centuries would not fit, and no clock is set forward by that much and then back again and again.
        let step = (now - last).to_std().unwrap_or(Duration::ZERO).min(Duration::from_secs(366 * 86_400));
        *seen = (now, elapsed + step);
        Nanos::from(elapsed + step)
    }
}
