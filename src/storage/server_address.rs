//! The address of PostgreSQL: a server on another machine must prove its name with a certificate, unless the address says
//! otherwise.

use std::net::IpAddr;

use percent_encoding::percent_decode_str;

/// Returns an address by which the certificate of the server is verified against the authorities of the system. An
/// address stays as it is if it leads to this machine only, or if it says itself how far the server is trusted.
pub(super) fn with_verification(url: &str) -> String {
    let (place, query) = url.split_once('?').unwrap_or((url, ""));
    let settings: Vec<(String, String)> = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
    let has = |name: &str| settings.iter().any(|(key, _)| key == name);
    let named = settings.iter().filter(|(key, _)| key == "host" || key == "hostaddr");
    let named = named.flat_map(|(_, value)| value.split(',').map(str::to_owned));
    let is_local = hosts(place).into_iter().chain(named).all(|host| is_here(&host));
    // `ssl` is the name that other drivers give it, which libpq knows too.
    if is_local || has("sslmode") || has("ssl") {
        return url.to_owned();
    }
    let authorities = if has("sslrootcert") { "" } else { "&sslrootcert=system" };
    let separator = if query.is_empty() { "" } else { "&" };
    format!("{place}?{query}{separator}sslmode=verify-full{authorities}")
}

/// Returns the servers that an address names before its path, without ports.
fn hosts(place: &str) -> Vec<String> {
    let rest = place.split_once("://").map_or(place, |(_, rest)| rest);
    let authority = rest.split('/').next().unwrap_or_default();
    let servers = authority.rsplit_once('@').map_or(authority, |(_, servers)| servers);
    let name = |server: &str| match server.strip_prefix('[') {
        Some(bracketed) => bracketed.split(']').next().unwrap_or_default().to_owned(),
        None => percent_decode_str(server.split(':').next().unwrap_or_default()).decode_utf8_lossy().into_owned(),
    };
    servers.split(',').map(name).collect()
}

/// Returns whether a server is on this machine: a socket, which has a path or none, or a loopback address.
fn is_here(host: &str) -> bool {
    host.is_empty()
        || host.starts_with(['/', '@'])
        || host == "localhost"
        || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}
