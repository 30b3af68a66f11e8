//! Numbers by which tests run longer by hand than in the suite.

/// Returns the number in an environment variable, or `otherwise`.
pub fn setting(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).map_or(otherwise, |text| text.parse().expect("a number"))
}
