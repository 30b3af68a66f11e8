//! One-time codes and one-time links.

use luyue::adapters::one_time::{link_digest, link_token, totp_secret_text, totp_uri, verify_totp};

/// The secret and the first times of RFC 6238, appendix B. Its codes have eight digits; ours are the last six of them.
const SECRET: &[u8; 20] = b"12345678901234567890";

#[test]
fn codes_match_the_standard() {
    for (time, code) in
        [(59, "287082"), (1_111_111_109, "081804"), (1_234_567_890, "005924"), (20_000_000_000, "353130")]
    {
        assert_eq!(verify_totp(SECRET, code, time, None), Some(time / 30), "{time}");
    }
    assert_eq!(verify_totp(SECRET, "287 082", 59, None), Some(1), "as apps show it");
    for wrong in ["287083", "", "28708", "2870820", "２８７０８２", "+87082"] {
        assert_eq!(verify_totp(SECRET, wrong, 59, None), None, "{wrong}");
    }
}

#[test]
fn a_code_is_valid_for_its_period_and_five_seconds_around_it() {
    // 287082 is the code for seconds 30 to 59.
    for (time, good) in [(24, false), (25, true), (30, true), (59, true), (64, true), (65, false)] {
        assert_eq!(verify_totp(SECRET, "287082", time, None).is_some(), good, "{time}");
    }
}

#[test]
fn a_code_is_valid_once() {
    assert_eq!(verify_totp(SECRET, "287082", 59, Some(0)), Some(1));
    assert_eq!(verify_totp(SECRET, "287082", 59, Some(1)), None, "used");
    assert_eq!(verify_totp(SECRET, "287082", 59, Some(2)), None, "a later one was used");
}

#[test]
fn an_authenticator_reads_the_address() {
    let text = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
    assert_eq!(totp_secret_text(SECRET), text);
    assert_eq!(
        totp_uri(SECRET, "履约", "a&b=c"),
        format!("otpauth://totp/%E5%B1%A5%E7%BA%A6:a%26b%3Dc?secret={text}&issuer=%E5%B1%A5%E7%BA%A6")
    );
}

#[test]
fn a_link_token_is_stored_as_its_digest() {
    let token = link_token([0xfb; 32]);
    assert_eq!(token.text.len(), 43);
    assert!(token.text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_'));
    assert_eq!(token.digest.len(), 64);
    assert_eq!(link_digest(&token.text), Some(token.digest.clone()));
    assert!(!format!("{token:?}").contains(&token.text));
    assert_ne!(link_token([0xfa; 32]).digest, token.digest);
    for malformed in ["", "abc", &token.text[..42], &format!("{}=", token.text), "../../etc/passwd"] {
        assert_eq!(link_digest(malformed), None, "{malformed}");
    }
}
