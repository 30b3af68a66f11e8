//! The address of whoever asks. What a header says of it is believed from trusted proxies alone.
//!
//! Each proxy adds, on the right, the address that it was asked by; so the right-most that is no trusted proxy's is the
//! last that somebody trusted has seen. What stands to the left of it can be anything.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use actix_web::HttpRequest;
use actix_web::http::header::{FORWARDED, HeaderMap, HeaderName};

const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// Who asks: the peer, or whom a trusted proxy names; `is_proxy` knows these.
pub fn of(request: &HttpRequest, is_proxy: impl Fn(IpAddr) -> bool) -> IpAddr {
    // Only a socket that is none has no peer.
    let peer = request.peer_addr().map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |peer| peer.ip());
    behind(peer.to_canonical(), request.headers(), is_proxy)
}

fn behind(peer: IpAddr, headers: &HeaderMap, is_proxy: impl Fn(IpAddr) -> bool) -> IpAddr {
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

/// The addresses that the headers name, from left to right; none in the place of what is no address. Where both headers are
/// there, one of them was not written by the proxy: neither is believed.
fn hops(headers: &HeaderMap) -> Vec<Option<IpAddr>> {
    let parts = |name: &HeaderName| -> Vec<String> {
        let lines = headers.get_all(name).map(|line| String::from_utf8_lossy(line.as_bytes()).into_owned());
        lines.flat_map(|line| line.split(',').map(|part| part.trim().to_owned()).collect::<Vec<_>>()).collect()
    };
    match (parts(&X_FORWARDED_FOR), parts(&FORWARDED)) {
        (listed, forwarded) if forwarded.is_empty() => listed.iter().map(|part| address(part)).collect(),
        (listed, forwarded) if listed.is_empty() => forwarded.iter().map(|part| named(part)).collect(),
        _ => Vec::new(),
    }
}

/// The address of an element of `Forwarded` (RFC 7239): `for="[2001:db8::17]:4711";proto=https`.
fn named(element: &str) -> Option<IpAddr> {
    let pairs = element.split(';').filter_map(|pair| pair.trim().split_once('='));
    let mut asked =
        pairs.filter(|(name, _)| name.eq_ignore_ascii_case("for")).map(|(_, value)| value.trim_matches('"'));
    address(asked.next()?)
}

/// An address, which a port may follow.
fn address(text: &str) -> Option<IpAddr> {
    let bare = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(text);
    let parsed = bare.parse().or_else(|_| text.parse::<SocketAddr>().map(|socket| socket.ip()));
    parsed.ok().map(|address: IpAddr| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::http::header::HeaderValue;

    fn asked_by(peer: &str, headers: &[(HeaderName, &str)]) -> String {
        let is_proxy = |address: IpAddr| {
            ["127.0.0.1", "10.", "2001:db8:1:"].iter().any(|beginning| address.to_string().starts_with(beginning))
        };
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(name.clone(), HeaderValue::from_str(value).expect("a value"));
        }
        behind(peer.parse().expect("an address"), &map, is_proxy).to_string()
    }

    #[test]
    fn the_right_most_that_is_no_proxy_counts() {
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
            assert_eq!(asked_by(peer, &[(X_FORWARDED_FOR, header)]), expected, "{peer}: {header}");
        }
        let lines = [(X_FORWARDED_FOR, "192.0.2.1"), (X_FORWARDED_FOR, "192.0.2.2, 10.0.0.7")];
        assert_eq!(asked_by("127.0.0.1", &lines), "192.0.2.2", "several lines are one list");
    }

    #[test]
    fn forwarded_says_the_same_in_its_own_words() {
        for (header, expected) in [
            ("for=192.0.2.1;proto=https;by=10.0.0.1", "192.0.2.1"),
            ("For=\"[2001:db8::17]:4711\"", "2001:db8::17"),
            ("for=198.51.100.9, for=192.0.2.1;host=x, for=10.0.0.7", "192.0.2.1"),
            ("for=unknown", "127.0.0.1"),
            ("for=_hidden, for=10.0.0.7", "10.0.0.7"),
            ("proto=https", "127.0.0.1"),
        ] {
            assert_eq!(asked_by("127.0.0.1", &[(FORWARDED, header)]), expected, "{header}");
        }
        let both = [(FORWARDED, "for=192.0.2.1"), (X_FORWARDED_FOR, "192.0.2.2")];
        assert_eq!(asked_by("127.0.0.1", &both), "127.0.0.1", "one of them is a stranger's");
    }
}
