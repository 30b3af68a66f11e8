//! The client's address behind proxies.

use std::net::IpAddr;

use actix_web::test::TestRequest;
use luyue::web::address::client_ip;

fn client_of(peer: &str, headers: &[(&str, &str)]) -> String {
    let is_proxy = |address: IpAddr| {
        ["127.0.0.1", "10.", "2001:db8:1:"].iter().any(|beginning| address.to_string().starts_with(beginning))
    };
    let peer: IpAddr = peer.parse().expect("an address");
    let mut request = TestRequest::default().peer_addr((peer, 4711).into());
    for header in headers {
        request = request.append_header(*header);
    }
    client_ip(&request.to_http_request(), is_proxy).to_string()
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
        assert_eq!(client_of(peer, &[("X-Forwarded-For", header)]), expected, "{peer}: {header}");
    }
    let lines = [("X-Forwarded-For", "192.0.2.1"), ("X-Forwarded-For", "192.0.2.2, 10.0.0.7")];
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
        assert_eq!(client_of("127.0.0.1", &[("Forwarded", header)]), expected, "{header}");
    }
    let both = [("Forwarded", "for=192.0.2.1"), ("X-Forwarded-For", "192.0.2.2")];
    assert_eq!(client_of("127.0.0.1", &both), "127.0.0.1", "one of the two headers is forged");
}
