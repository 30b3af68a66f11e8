//! The `Origin` of posted forms against the public address and the `Host`.

use luyue::web::origin::is_own;

#[test]
fn only_the_public_address_is_our_own() {
    let is_own = |origin: &str| is_own(origin, Some("https://luyue.test"), Some("luyue.test"));
    for origin in ["https://luyue.test", "https://luyue.test:443", "HTTPS://LuYue.Test"] {
        assert!(is_own(origin), "{origin}");
    }
    for origin in [
        "http://luyue.test",
        "https://luyue.test:8443",
        "https://luyue.test:80",
        "https://luyue.test.evil.test",
        "https://evil.luyue.test",
        "https://luyue.test@evil.test",
        "https://evil.test@luyue.test",
        "https://luyue.test/",
        "https://luyue.test?x",
        "https://evil.test\\luyue.test",
        "https://luyue.test https://evil.test",
        "https://luyue.test,https://evil.test",
        "file://luyue.test",
        "luyue.test",
        "//luyue.test",
        "null",
        "",
    ] {
        assert!(!is_own(origin), "{origin}");
    }
}

#[test]
fn a_host_is_no_public_address() {
    // A name of the attacker's that leads to this server.
    assert!(!is_own("https://evil.test", Some("https://luyue.test"), Some("evil.test")));
    assert!(!is_own("http://10.0.0.5:8080", Some("https://luyue.test"), Some("10.0.0.5:8080")));
    // A browser on the machine, or at the end of a tunnel to it.
    for place in ["127.0.0.1:8080", "localhost:8080", "[::1]:8080"] {
        assert!(is_own(&format!("http://{place}"), Some("https://luyue.test"), Some(place)), "{place}");
    }
    assert!(!is_own("http://localhost:8080", Some("https://luyue.test"), Some("luyue.test")));
    assert!(!is_own("http://127.0.0.1:9999", Some("https://luyue.test"), Some("127.0.0.1:8080")));
    assert!(!is_own("http://127.0.0.1.evil.test", Some("https://luyue.test"), Some("127.0.0.1.evil.test")));
}

#[test]
fn without_a_public_address_the_host_counts() {
    for (origin, host) in [
        ("http://10.0.0.5:8080", "10.0.0.5:8080"),
        ("https://luyue.test", "luyue.test"),
        ("https://luyue.test", "LUYUE.test:443"),
    ] {
        assert!(is_own(origin, None, Some(host)), "{origin} {host}");
    }
    for (origin, host) in [
        ("https://evil.test", Some("luyue.test")),
        ("https://luyue.test:8443", Some("luyue.test")),
        ("https://luyue.test", None),
        ("null", Some("null")),
    ] {
        assert!(!is_own(origin, None, host), "{origin} {host:?}");
    }
}

#[test]
fn a_public_address_may_have_a_path_and_a_chinese_name() {
    assert!(is_own("https://luyue.test", Some("https://luyue.test/service/"), None));
    assert!(is_own("https://xn--fht001f.test", Some("https://履约.test"), None));
}
