//! IP address of the client. Forwarding headers are trusted only from configured proxies.
//!
//! Each proxy appends the address that it was connected from. The rightmost address that is not a trusted proxy's is
//! therefore the last one that a trusted party has seen; everything to the left of it may be forged.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use actix_web::HttpRequest;
use actix_web::http::header::{FORWARDED, HeaderMap, HeaderName};

const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// Returns the address of the peer or, if the peer is a trusted proxy, the address that it forwards for.
pub fn client_ip(request: &HttpRequest, is_proxy: impl Fn(IpAddr) -> bool) -> IpAddr {
    // Only requests made without a socket, as in tests, have no peer.
    let peer = request.peer_addr().map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |peer| peer.ip());
    resolve(peer.to_canonical(), request.headers(), is_proxy)
}

fn resolve(peer: IpAddr, headers: &HeaderMap, is_proxy: impl Fn(IpAddr) -> bool) -> IpAddr {
    let mut known = peer;
    for hop in hops(headers).into_iter().rev() {
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
fn hops(headers: &HeaderMap) -> Vec<Option<IpAddr>> {
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

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::http::header::HeaderValue;

    fn client_of(peer: &str, headers: &[(HeaderName, &str)]) -> String {
        let is_proxy = |address: IpAddr| {
            ["127.0.0.1", "10.", "2001:db8:1:"].iter().any(|beginning| address.to_string().starts_with(beginning))
        };
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(name.clone(), HeaderValue::from_str(value).expect("a value"));
        }
        resolve(peer.parse().expect("an address"), &map, is_proxy).to_string()
    }

    #[test]
    fn the_rightmost_address_that_is_not_a_proxy_counts() {
        for (peer, header, expected) in [
            ("203.0.113.1", "192.0.2.1", "203.0.113.1"),
            ("127.0.0.1", "", "127.0.0.1"),
            ("127.0.0.1", "192.0.2.1", "192.0.2.1"),
            ("127.0.0.1", "198.51.100.9, 192.0.2.1", "192.0.2.1"),
            ("127.0.0.1", "192.0.2.1, 10.0.0.7", "192.0.2.1"),
            ("127.0.0.1", "10.0.0.8, 10.0.0.7", "10.0.0.8"),
            ("127.0.0.1", "192.0.2.1:4711, 10.0.0.7:80", "192.0.2.1"),
            ("127.0.0.1", "192.0.2.1, nobody, 10.0.0.7", "10.0.0.7"),
            ("2001:db8:1::5", "[2001:db8::7]:443", "2001:db8::7"),
            ("127.0.0.1", "::ffff:192.0.2.1", "192.0.2.1"),
        ] {
            assert_eq!(client_of(peer, &[(X_FORWARDED_FOR, header)]), expected, "{peer}: {header}");
        }
        let lines = [(X_FORWARDED_FOR, "192.0.2.1"), (X_FORWARDED_FOR, "192.0.2.2, 10.0.0.7")];
        assert_eq!(client_of("127.0.0.1", &lines), "192.0.2.2", "several header lines form one list");
    }

    #[test]
    fn forwarded_is_read_like_x_forwarded_for() {
        for (header, expected) in [
            ("for=192.0.2.1;proto=https;by=10.0.0.1", "192.0.2.1"),
            ("For=\"[2001:db8::17]:4711\"", "2001:db8::17"),
            ("for=198.51.100.9, for=192.0.2.1;host=x, for=10.0.0.7", "192.0.2.1"),
            ("for=unknown", "127.0.0.1"),
            ("for=_hidden, for=10.0.0.7", "10.0.0.7"),
            ("proto=https", "127.0.0.1"),
        ] {
            assert_eq!(client_of("127.0.0.1", &[(FORWARDED, header)]), expected, "{header}");
        }
        let both = [(FORWARDED, "for=192.0.2.1"), (X_FORWARDED_FOR, "192.0.2.2")];
        assert_eq!(client_of("127.0.0.1", &both), "127.0.0.1", "one of the two headers is forged");
    }
}
