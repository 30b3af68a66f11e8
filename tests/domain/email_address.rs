//! Email addresses as people type them.

use luyue::domain::email_address::{EmailAddress, EmailFault};

fn fault(code: &'static str, part: &str) -> EmailFault {
    EmailFault { code, part: part.to_owned() }
}

#[test]
fn addresses_are_read_as_they_are_typed() {
    for (typed, stored, sent) in [
        ("li@xcsf.gov.cn", "li@xcsf.gov.cn", "li@xcsf.gov.cn"),
        ("li@xcsf。gov。cn", "li@xcsf.gov.cn", "li@xcsf.gov.cn"),
        ("li＠x.cn", "li@x.cn", "li@x.cn"),
        ("li\u{FE6B}x\u{FF61}cn", "li@x.cn", "li@x.cn"),
        (" ｌｉ@x．cn\u{200B} ", "li@x.cn", "li@x.cn"),
        ("Li.Wei+a@X.CN", "Li.Wei+a@x.cn", "Li.Wei+a@x.cn"),
        ("li@司法局.中国", "li@司法局.中国", "li@xn--sprq6q3no.xn--fiqs8s"),
        ("li@bücher.de", "li@bücher.de", "li@xn--bcher-kva.de"),
        ("admin@localhost", "admin@localhost", "admin@localhost"),
    ] {
        let read = EmailAddress::parse(typed).unwrap_or_else(|fault| panic!("{typed}: {fault}"));
        assert_eq!((read.to_string().as_str(), read.to_ascii().as_str()), (stored, sent), "{typed}");
    }
}

#[test]
fn what_is_wrong_is_named() {
    for (typed, code, part) in [
        ("", "email-no-at", ""),
        ("li", "email-no-at", ""),
        ("@x.cn", "email-no-local", ""),
        ("li@", "email-no-domain", ""),
        ("a@b", "email-short-domain", "b"),
        ("a@b.c", "email-short-domain", "b.c"),
        ("mailto:li@x.cn", "email-prefix", "mailto:"),
        ("MAILTO:li@x.cn", "email-prefix", "mailto:"),
        ("li@x..cn", "email-dot", "."),
        ("li@.x.cn", "email-dot", "."),
        ("li.@x.cn", "email-dot", "."),
        ("li@-x.cn", "email-hyphen", "-x"),
        ("li@x-.cn", "email-hyphen", "x-"),
        ("li@[127.0.0.1]", "email-by-number", "[127.0.0.1]"),
        ("li@127.0.0.1", "email-by-number", "127.0.0.1"),
        ("李@x.cn", "email-character", "李"),
        ("li wei@x.cn", "email-space", ""),
        ("li,wei@x.cn", "email-character", ","),
        ("\"li\"@x.cn", "email-character", "\""),
        ("Li <li@x.cn>", "email-space", ""),
        ("li@x_y.cn", "email-character", "_"),
        ("li@x.cn>", "email-character", ">"),
        ("li@x@y.cn", "email-two-ats", "@"),
    ] {
        assert_eq!(EmailAddress::parse(typed), Err(fault(code, part)), "{typed}");
    }
    assert!(EmailAddress::parse(&format!("{}@x.cn", "a".repeat(64))).is_ok(), "64 bytes are the most");
    let long = format!("{}@x.cn", "a".repeat(65));
    assert_eq!(EmailAddress::parse(&long), Err(fault("email-long", "")));
    let long = format!("a@{}cn", "abcdefghi.".repeat(26));
    assert!(EmailAddress::parse(&long).is_err());
    // 254 bytes in all: labels of at most 63, and the longest domain that fits.
    let domain = |last: usize| format!("{}{}.cn", format!("{}.", "b".repeat(60)).repeat(3), "c".repeat(last));
    let address = |last: usize| format!("{}@{}", "a".repeat(10), domain(last));
    assert_eq!(address(57).len(), 254);
    assert!(EmailAddress::parse(&address(57)).is_ok());
    assert_eq!(EmailAddress::parse(&address(58)), Err(fault("email-long", "")));
}
