//! Rate limits: failed sign-ins by account and address, password links, public requests and forms of browsers without
//! cookies by address, uploads and documents by person.
//!
//! Only failed sign-ins count, so a program that signs in often is not slowed down. An account is limited separately
//! for each address, so no one can lock out someone else; nor can one who tries many names lock out those who have signed
//! in from the same address before. The address is the client's (`web::address`). This module
//! must not query the database.

use std::collections::HashMap;
use std::hash::Hash;
use std::net::{IpAddr, Ipv6Addr};
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use chrono::{NaiveDateTime, TimeDelta};
use governor::clock::Clock as _;
use governor::middleware::NoOpMiddleware;
use governor::nanos::Nanos;
use governor::state::StateStore;
use governor::{Quota, RateLimiter};

use crate::clock::Clock;
use crate::domain::text_input;
use crate::error::Error;
use crate::services::opinions::answer::CODE_RULE;

/// Failed sign-ins to one account from one address: burst, and seconds until one more attempt is allowed.
pub const ACCOUNT_TRIES: (NonZeroU32, u64) = (number(10), 30);
/// Failed sign-ins from one address, to all accounts: burst, and seconds until one more attempt is allowed. A whole bureau
/// may be behind one address.
pub const ADDRESS_TRIES: (NonZeroU32, u64) = (number(300), 1);
/// Days for which an account that signed in from an address is not refused for what others do there.
const KNOWN_FOR: TimeDelta = TimeDelta::days(30);
/// Password links requested from one address: burst, and seconds until the next is allowed.
pub const LINKS: (NonZeroU32, u64) = (number(5), 60);
/// Requests for published contracts from one address: burst, and seconds until the next is allowed.
pub const OPEN: (NonZeroU32, u64) = (number(600), 1);
/// Forms kept for browsers without cookies from one address: burst, and seconds until the next is allowed.
pub const LOOSE_FORMS: (NonZeroU32, u64) = (number(20), 30);
/// Wrong codes for an opinion from one address: burst, and seconds until the next is allowed.
pub const OPINIONS: (NonZeroU32, u64) = (number(20), 30);
/// Uploads and documents of one person: burst, and seconds until the next is allowed.
pub const COSTLY: (NonZeroU32, u64) = (number(200), 1);

/// Length to which a user name is cut for counting, in characters; no user name is longer.
const NAME_LENGTH: usize = 64;
/// Number of attempts between two removals of expired entries.
const SWEEP_EVERY: u64 = 1024;

const fn number(n: u32) -> NonZeroU32 {
    // Evaluated at compile time.
    NonZeroU32::new(n).expect("the limit is positive")
}

/// Limits of a server, shared by its workers.
pub struct Limits {
    accounts: Tries<(IpAddr, String)>,
    addresses: Tries<IpAddr>,
    returns: Tries<IpAddr>,
    known: Known,
    links: Tries<IpAddr>,
    open: Tries<IpAddr>,
    loose_forms: Tries<IpAddr>,
    opinions: Tries<IpAddr>,
    costly: Tries<String>,
}

impl Limits {
    /// Creates limits that follow the application's clock.
    pub fn new(clock: &Clock) -> Self {
        Self {
            accounts: Tries::new(ACCOUNT_TRIES, clock),
            addresses: Tries::new(ADDRESS_TRIES, clock),
            returns: Tries::new(ADDRESS_TRIES, clock),
            known: Known { clock: clock.clone(), until: Mutex::default() },
            links: Tries::new(LINKS, clock),
            open: Tries::new(OPEN, clock),
            loose_forms: Tries::new(LOOSE_FORMS, clock),
            opinions: Tries::new(OPINIONS, clock),
            costly: Tries::new(COSTLY, clock),
        }
    }

    /// Runs a sign-in if neither limit is exhausted; that of the address does not hold for an account that has signed in
    /// from there. Only wrong credentials use up an attempt.
    ///
    /// # Errors
    /// `TooMany` without running `work`; otherwise the errors of `work`.
    pub fn sign_in<T>(
        &self,
        address: IpAddr,
        username: &str,
        work: impl FnOnce() -> Result<T, Error>,
    ) -> Result<T, Error> {
        let address = subscriber_network(address);
        // In the spelling of the look-up, so that other spellings of a name have no attempts of their own.
        let account = (address, text_input::username(username).chars().take(NAME_LENGTH).collect());
        let is_counted = match self.addresses.acquire(&address) {
            Ok(()) => true,
            Err(_) if self.known.holds(&account) => false,
            Err(error) => return Err(error),
        };
        if let Err(error) = self.accounts.acquire(&account) {
            self.refund_address(&address, is_counted);
            return Err(error);
        }
        let done = work();
        if !matches!(done, Err(Error::Unauthenticated(_) | Error::SignInRefused { .. })) {
            self.refund_address(&address, is_counted);
            self.accounts.refund(&account);
        }
        if done.is_ok() {
            self.known.add(account);
        }
        done
    }

    fn refund_address(&self, address: &IpAddr, is_counted: bool) {
        if is_counted {
            self.addresses.refund(address);
        }
    }

    /// Runs a sign-in whose account is unknown until it is done, such as one through the identity provider. Failures
    /// count by address alone, apart from those with passwords.
    ///
    /// # Errors
    /// As [`sign_in`](Self::sign_in).
    pub fn sign_in_from<T>(&self, address: IpAddr, work: impl FnOnce() -> Result<T, Error>) -> Result<T, Error> {
        let address = subscriber_network(address);
        self.returns.acquire(&address)?;
        let done = work();
        if !matches!(done, Err(Error::Unauthenticated(_) | Error::SignInRefused { .. })) {
            self.returns.refund(&address);
        }
        done
    }

    /// Counts a password link requested from an address.
    ///
    /// # Errors
    /// `TooMany`.
    pub fn count_link(&self, address: IpAddr) -> Result<(), Error> {
        self.links.acquire(&subscriber_network(address))
    }

    /// Counts a request for published contracts from an address.
    ///
    /// # Errors
    /// `TooMany`.
    pub fn count_open(&self, address: IpAddr) -> Result<(), Error> {
        self.open.acquire(&subscriber_network(address))
    }

    /// Counts a form kept for a browser without cookies at an address.
    ///
    /// # Errors
    /// `TooMany`.
    pub fn count_loose_form(&self, address: IpAddr) -> Result<(), Error> {
        self.loose_forms.acquire(&subscriber_network(address))
    }

    /// Takes an opinion from an address. Only wrong codes use up an attempt.
    ///
    /// # Errors
    /// `TooMany` without running `work`; otherwise the errors of `work`.
    pub fn take_opinion<T>(&self, address: IpAddr, work: impl FnOnce() -> Result<T, Error>) -> Result<T, Error> {
        let address = subscriber_network(address);
        self.opinions.acquire(&address)?;
        let done = work();
        if !matches!(&done, Err(Error::Refused { rule, .. }) if rule == CODE_RULE) {
            self.opinions.refund(&address);
        }
        done
    }

    /// Counts a costly request of a person.
    ///
    /// # Errors
    /// `TooMany`.
    pub fn count_costly(&self, person: &str) -> Result<(), Error> {
        self.costly.acquire(&person.to_owned())
    }

    /// Returns the number of accounts, addresses and people that are tracked.
    pub fn tracked_keys(&self) -> usize {
        self.accounts.store.with(|map| map.len())
            + self.addresses.store.with(|map| map.len())
            + self.returns.store.with(|map| map.len())
            + self.known.until.lock().unwrap_or_else(PoisonError::into_inner).len()
            + self.links.store.with(|map| map.len())
            + self.open.store.with(|map| map.len())
            + self.loose_forms.store.with(|map| map.len())
            + self.opinions.store.with(|map| map.len())
            + self.costly.store.with(|map| map.len())
    }
}

/// Accounts that have signed in from an address, each with the time until which this counts.
struct Known {
    clock: Clock,
    until: Mutex<HashMap<(IpAddr, String), NaiveDateTime>>,
}

impl Known {
    fn holds(&self, account: &(IpAddr, String)) -> bool {
        let until = self.until.lock().unwrap_or_else(PoisonError::into_inner);
        until.get(account).is_some_and(|until| *until > self.clock.now())
    }

    /// Adds an account, and removes those that have not signed in for long.
    fn add(&self, account: (IpAddr, String)) {
        let now = self.clock.now();
        let mut known = self.until.lock().unwrap_or_else(PoisonError::into_inner);
        if known.insert(account, now + KNOWN_FOR).is_none() {
            known.retain(|_, until| *until > now);
        }
    }
}

/// Reduces an IPv6 address to its /64 network, because one subscriber has a whole /64 network.
fn subscriber_network(address: IpAddr) -> IpAddr {
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

/// Attempts by key: a burst, then one per period.
struct Tries<K: Clone + Eq + Hash> {
    limiter: RateLimiter<K, Store<K>, Elapsed, NoOpMiddleware<Nanos>>,
    store: Store<K>,
    period: Duration,
    acquired: AtomicU64,
}

impl<K: Clone + Eq + Hash> Tries<K> {
    fn new((at_once, seconds): (NonZeroU32, u64), clock: &Clock) -> Self {
        let period = Duration::from_secs(seconds);
        // `with_period` returns `None` only for a zero period, and no constant above is zero.
        let quota = Quota::with_period(period).expect("the period is positive").allow_burst(at_once);
        let store = Store(Arc::default());
        let limiter = RateLimiter::new(quota, store.clone(), Elapsed::starting_now(clock));
        Self { limiter, store, period, acquired: AtomicU64::new(0) }
    }

    fn acquire(&self, key: &K) -> Result<(), Error> {
        if self.acquired.fetch_add(1, Ordering::Relaxed) % SWEEP_EVERY == SWEEP_EVERY - 1 {
            self.store.remove_expired(self.limiter.clock().now());
        }
        self.limiter.check_key(key).map_err(|refused| {
            let wait = refused.wait_time_from(self.limiter.clock().now());
            Error::TooMany(wait.as_millis().div_ceil(1000).try_into().unwrap_or(u64::MAX).max(1))
        })
    }

    fn refund(&self, key: &K) {
        self.store.move_back(key, self.period);
    }
}

/// For each key, the time at which its full burst is available again.
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

    fn move_back(&self, key: &K, by: Duration) {
        self.with(|map| {
            if let Some(at) = map.get_mut(key) {
                *at = at.saturating_sub(by.into());
            }
        });
    }

    fn remove_expired(&self, now: Nanos) {
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

/// Monotonic time derived from the application's clock. When the clock is set back, this time pauses and then
/// continues: limits neither expire early nor last until the clock catches up.
struct Elapsed {
    clock: Clock,
    seen: Mutex<(NaiveDateTime, Duration)>,
}

impl Elapsed {
    fn starting_now(clock: &Clock) -> Self {
        Self { clock: clock.clone(), seen: Mutex::new((clock.now(), Duration::ZERO)) }
    }
}

impl governor::clock::Clock for Elapsed {
    type Instant = Nanos;

    fn now(&self) -> Nanos {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let (last, elapsed) = *seen;
        let now = self.clock.now();
        // Caps a forward jump of the clock at a year so that repeated jumps cannot overflow the nanoseconds.
        let step = (now - last).to_std().unwrap_or(Duration::ZERO).min(Duration::from_secs(366 * 86_400));
        *seen = (now, elapsed + step);
        Nanos::from(elapsed + step)
    }
}
