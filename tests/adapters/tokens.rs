//! Access tokens: valid ones last ten minutes, and forged ones are always refused (ASVS 9.1, 9.2).

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use chrono::{DateTime, Duration, Utc};
use jsonwebtoken::{Algorithm, EncodingKey, crypto};
use luyue::adapters::secrets::Key;
use luyue::adapters::tokens::{TokenError, Tokens, install_crypto};
use serde_json::{Value, json};

fn key(n: u8) -> Key {
    Key { id: format!("key-{n}"), bytes: [n; 32] }
}

fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_790_000_000, 0).expect("an instant")
}

fn tokens() -> Tokens {
    install_crypto().expect("installed");
    Tokens::new("https://luyue.test", "luyue-api", &key(1), &[key(2)])
}

fn header() -> Value {
    json!({"typ": "at+jwt", "alg": "HS256", "kid": "key-1"})
}

fn claims() -> Value {
    let t = now().timestamp();
    json!({"sub": "user-1", "jti": "token-1", "token_version": 3, "iss": "https://luyue.test",
           "aud": "luyue-api", "iat": t, "nbf": t, "exp": t + 600})
}

fn encoded(part: &Value) -> String {
    URL_SAFE_NO_PAD.encode(part.to_string())
}

/// Signs a token with the key, whatever its header says.
fn signed(header: &Value, claims: &Value, with: &[u8], algorithm: Algorithm) -> String {
    let message = format!("{}.{}", encoded(header), encoded(claims));
    let key = EncodingKey::from_secret(with);
    let signature = crypto::sign(message.as_bytes(), &key, algorithm).expect("signed");
    format!("{message}.{signature}")
}

fn forged(change_header: &[(&str, Value)], change_claims: &[(&str, Value)]) -> String {
    let (mut header, mut claims) = (header(), claims());
    for (part, changes) in [(&mut header, change_header), (&mut claims, change_claims)] {
        let fields = part.as_object_mut().expect("an object");
        for (name, value) in changes {
            match value {
                Value::Null => fields.remove(*name),
                value => fields.insert((*name).to_owned(), value.clone()),
            };
        }
    }
    signed(&header, &claims, &key(1).bytes, Algorithm::HS256)
}

#[test]
fn an_issued_token_is_accepted_and_names_its_user() {
    let tokens = tokens();
    let (token, expires) = tokens.issue("user-1", 3, "token-1", now()).expect("issued");
    assert_eq!(expires, now() + Duration::seconds(600));
    let said = tokens.verify(&token, now()).expect("accepted");
    assert_eq!(serde_json::to_value(&said).expect("JSON"), claims(), "all claims and no others");
    // The unmodified forgery equals a real token, so each case below is refused only for its modification.
    let by_hand = forged(&[], &[]);
    assert_eq!(tokens.verify(&by_hand, now()), Ok(said));
}

#[test]
fn forged_tokens_are_refused() {
    use TokenError as E;
    let t = now().timestamp();
    let good = forged(&[], &[]);
    let parts: Vec<&str> = good.split('.').collect();
    let other_user = encoded(&{
        let mut claims = claims();
        claims["sub"] = json!("admin");
        claims
    });
    let none = encoded(&json!({"typ": "at+jwt", "alg": "none", "kid": "key-1"}));
    let hs384 = json!({"typ": "at+jwt", "alg": "HS384", "kid": "key-1"});
    let jwk = json!({"kty": "oct", "k": STANDARD.encode([9; 32])});
    let cases: Vec<(&str, String, TokenError)> = vec![
        ("alg none", format!("{none}.{}.", parts[1]), E::Malformed),
        ("alg none with the old signature", format!("{none}.{}.{}", parts[1], parts[2]), E::Malformed),
        ("another algorithm, right key", signed(&hs384, &claims(), &key(1).bytes, Algorithm::HS384), E::Signature),
        ("RS256 claimed, signed as HS256", forged(&[("alg", json!("RS256"))], &[]), E::Signature),
        ("another key", signed(&header(), &claims(), &[9; 32], Algorithm::HS256), E::Signature),
        ("tampered payload", format!("{}.{other_user}.{}", parts[0], parts[2]), E::Signature),
        ("no signature", format!("{}.{}.", parts[0], parts[1]), E::Signature),
        ("unknown kid", forged(&[("kid", json!("key-9"))], &[]), E::UnknownKey),
        ("kid as a path", forged(&[("kid", json!("../../dev/null"))], &[]), E::UnknownKey),
        ("no kid", forged(&[("kid", Value::Null)], &[]), E::UnknownKey),
        ("jku", forged(&[("jku", json!("https://evil.test/keys"))], &[]), E::Malformed),
        ("jwk", forged(&[("jwk", jwk)], &[]), E::Malformed),
        ("x5u", forged(&[("x5u", json!("https://evil.test/cert"))], &[]), E::Malformed),
        ("crit", forged(&[("crit", json!(["exp"]))], &[]), E::Malformed),
        ("unknown header", forged(&[("b64", json!(false))], &[]), E::Malformed),
        ("typ JWT", forged(&[("typ", json!("JWT"))], &[]), E::WrongType),
        ("no typ", forged(&[("typ", Value::Null)], &[]), E::WrongType),
        ("wrong iss", forged(&[], &[("iss", json!("https://evil.test"))]), E::Claims),
        ("wrong aud", forged(&[], &[("aud", json!("other-api"))]), E::Claims),
        ("aud as a list", forged(&[], &[("aud", json!(["luyue-api", "other"]))]), E::Claims),
        ("no iss", forged(&[], &[("iss", Value::Null)]), E::Claims),
        ("no aud", forged(&[], &[("aud", Value::Null)]), E::Claims),
        ("no sub", forged(&[], &[("sub", Value::Null)]), E::Claims),
        ("empty sub", forged(&[], &[("sub", json!(""))]), E::Claims),
        ("no jti", forged(&[], &[("jti", Value::Null)]), E::Claims),
        ("empty jti", forged(&[], &[("jti", json!(""))]), E::Claims),
        ("no exp", forged(&[], &[("exp", Value::Null)]), E::Claims),
        ("no nbf", forged(&[], &[("nbf", Value::Null)]), E::Claims),
        ("no iat", forged(&[], &[("iat", Value::Null)]), E::Claims),
        ("no token_version", forged(&[], &[("token_version", Value::Null)]), E::Claims),
        ("a claim of its own", forged(&[], &[("role", json!("administrator"))]), E::Claims),
        ("exp as text", forged(&[], &[("exp", json!("9999999999"))]), E::Claims),
        ("exp a year ahead", forged(&[], &[("exp", json!(t + 31_536_000))]), E::Claims),
        ("exp beyond all bounds", forged(&[], &[("exp", json!(i64::MAX)), ("iat", json!(i64::MIN))]), E::Claims),
        (
            "expired",
            forged(&[], &[("iat", json!(t - 700)), ("nbf", json!(t - 700)), ("exp", json!(t - 100))]),
            E::Expired,
        ),
        ("nbf in the future", forged(&[], &[("nbf", json!(t + 6))]), E::NotYetValid),
        ("iat in the future", forged(&[], &[("iat", json!(t + 6))]), E::NotYetValid),
        ("empty", String::new(), E::Malformed),
        ("two parts", format!("{}.{}", parts[0], parts[1]), E::Malformed),
        ("four parts", format!("{good}.{}", parts[2]), E::Malformed),
        ("no JSON", format!("{}.{}.{}", "AAAA", parts[1], parts[2]), E::Malformed),
        ("very long", format!("{good}{}", "A".repeat(4096)), E::Malformed),
    ];
    let tokens = tokens();
    for (name, token, expected) in cases {
        assert_eq!(tokens.verify(&token, now()), Err(expected), "{name}");
    }
}

#[test]
fn a_token_expires_after_ten_minutes_plus_clock_drift() {
    let tokens = tokens();
    let (token, _) = tokens.issue("user-1", 0, "token-1", now()).expect("issued");
    let at = |seconds| tokens.verify(&token, now() + Duration::seconds(seconds)).map(|_| ());
    assert_eq!(at(-6), Err(TokenError::NotYetValid));
    assert_eq!(at(-5), Ok(()));
    assert_eq!(at(604), Ok(()));
    assert_eq!(at(605), Err(TokenError::Expired));
}

#[test]
fn tokens_of_the_previous_key_are_valid_until_it_is_removed() {
    install_crypto().expect("installed");
    let made = |signing: Key, retired: &[Key]| Tokens::new("i", "a", &signing, retired);
    let (old, _) = made(key(2), &[]).issue("u", 0, "j", now()).expect("issued");
    let overlap = made(key(1), &[key(2)]);
    let (new, _) = overlap.issue("u", 0, "k", now()).expect("issued");
    assert!(overlap.verify(&old, now()).is_ok());
    assert!(overlap.verify(&new, now()).is_ok());
    let after = made(key(1), &[]);
    assert_eq!(after.verify(&old, now()), Err(TokenError::UnknownKey));
    assert!(after.verify(&new, now()).is_ok());
}
