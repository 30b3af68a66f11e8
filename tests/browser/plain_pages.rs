//! Pages without a parameter in their address, with the queries that are tried.

/// A filter that finds nothing.
const NOWHERE: &str = "?q=%E6%B2%A1%E6%9C%89&year=2026";

/// Returns the queries with which a page is opened, the empty one first; none for a page that is not listed here.
pub fn queries(page: &str) -> &'static [&'static str] {
    match page {
        "/api/docs"
        | "/change-password"
        | "/drafts"
        | "/events"
        | "/forgotten-password"
        | "/import-ledger"
        | "/ledger"
        | "/mail-templates"
        | "/notices"
        | "/notices/choices"
        | "/one-time-codes"
        | "/opinion"
        | "/payments/vouchers"
        | "/registers"
        | "/reports"
        | "/sessions"
        | "/sign-in"
        | "/statutes"
        | "/templates"
        | "/verify" => &[""],
        "/calendar" => &["", "?year=2020", "?year=2031"],
        "/contracts" | "/public" => &["", NOWHERE],
        "/events/chain" => &["", "?contract=M-1"],
        "/payments" => &["", "?stage=paid&month=2026-01"],
        "/search" => &["", "?q=M-1", "?q=VISIT", "?q=justice"],
        "/work" => &["", "?view=calendar&month=2026-07"],
        _ => &[],
    }
}
