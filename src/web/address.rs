//! IP address of the client. Forwarding headers are trusted only from configured proxies.
//!
//! Each proxy appends the address of its peer. The rightmost address that does not belong to a trusted proxy is
//! therefore the last one seen by a trusted party; everything to the left of it may be forged.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use actix_web::HttpRequest;
use actix_web::http::header::{FORWARDED, HeaderMap, HeaderName};

const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// Returns the address of the peer or, if the peer is a trusted proxy, the address that it forwards for.
pub fn client_ip(request: &HttpRequest, is_proxy: impl Fn(IpAddr) -> bool) -> IpAddr {
    // Only requests made without a socket, as in tests, have no peer.
    let peer = request.peer_addr().map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |peer| peer.ip());
    let mut known = peer.to_canonical();
    for hop in forwarded_addresses(request.headers()).into_iter().rev() {
        if !is_proxy(known) {
            break;
        }
        let Some(address) = hop else { break };
        known = address;
    }
    known
}

/// Returns the forwarded addresses from left to right, with `None` for an entry that is not an address.
///
/// If both headers are present, the proxy did not write one of them, and neither is trusted.
fn forwarded_addresses(headers: &HeaderMap) -> Vec<Option<IpAddr>> {
    let parts = |name: &HeaderName| -> Vec<String> {
        let lines = headers.get_all(name).map(|line| String::from_utf8_lossy(line.as_bytes()).into_owned());
        lines.flat_map(|line| line.split(',').map(|part| part.trim().to_owned()).collect::<Vec<_>>()).collect()
    };
    match (parts(&X_FORWARDED_FOR), parts(&FORWARDED)) {
        (listed, forwarded) if forwarded.is_empty() => listed.iter().map(|part| parse_address(part)).collect(),
        (listed, forwarded) if listed.is_empty() => forwarded.iter().map(|part| parse_forwarded(part)).collect(),
        _ => Vec::new(),
    }
}

/// Parses the `for` address of a `Forwarded` element (RFC 7239), as in `for="[2001:db8::17]:4711";proto=https`.
fn parse_forwarded(element: &str) -> Option<IpAddr> {
    let pairs = element.split(';').filter_map(|pair| pair.trim().split_once('='));
    let mut addresses =
        pairs.filter(|(name, _)| name.eq_ignore_ascii_case("for")).map(|(_, value)| value.trim_matches('"'));
    parse_address(addresses.next()?)
}

/// Parses an address with or without a port.
fn parse_address(text: &str) -> Option<IpAddr> {
    let bare = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(text);
    let parsed = bare.parse().or_else(|_| text.parse::<SocketAddr>().map(|socket| socket.ip()));
    parsed.ok().map(|address: IpAddr| address.to_canonical())
}
