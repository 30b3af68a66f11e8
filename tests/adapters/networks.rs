//! Networks listed in a setting: which texts are valid, and which addresses a network contains.

use luyue::adapters::networks::Networks;

fn contains(list: &str, address: &str) -> bool {
    Networks::parse(list).expect("a list").contains(address.parse().expect("an address"))
}

#[test]
fn a_network_contains_only_its_own_addresses() {
    for (list, inside, outside) in [
        ("10.0.0.0/8", "10.255.0.1", "11.0.0.0"),
        ("192.0.2.7", "192.0.2.7", "192.0.2.8"),
        ("192.0.2.0/31", "192.0.2.1", "192.0.2.2"),
        ("0.0.0.0/0", "203.0.113.9", "2001:db8::1"),
        ("2001:db8::/32", "2001:db8:ffff::1", "2001:db9::"),
        ("::1", "::1", "::2"),
        ("::/0", "2001:db8::1", "203.0.113.9"),
        ("10.0.0.0/8 , 192.0.2.7,", "192.0.2.7", "192.0.2.6"),
        ("10.1.2.0/24", "::ffff:10.1.2.3", "::ffff:10.1.3.3"),
    ] {
        assert!(contains(list, inside), "{inside} in {list}");
        assert!(!contains(list, outside), "{outside} in {list}");
    }
    assert!(!contains("", "127.0.0.1"), "nothing is in no network");
}

#[test]
fn invalid_networks_are_refused() {
    for list in [
        "localhost",
        "10.0.0.0/33",
        "10.0.0.1/8",
        "10.0.0.0/-1",
        "10.0.0.0/+8",
        "10.0.0.0/",
        "::/129",
        "10.0.0",
        "10.0.0.1;::1",
    ] {
        assert!(Networks::parse(list).is_err(), "{list}");
    }
    assert_eq!(
        Networks::parse("::1, here").expect_err("a name").to_string(),
        "here is neither an address nor a block such as 10.0.0.0/8"
    );
}
