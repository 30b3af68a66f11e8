//! The installation's secret: it is strong and never displayed, and the keys derived from it are independent.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use luyue::adapters::secrets::{Secret, SecretError};

const STRONG: &str = "q7Vd0mX2pLw9Zr4TbY8sKe1HnJc6UgFa5Oi3";

fn drawn(seed: u8) -> [u8; 32] {
    std::array::from_fn(|i| (i as u8).wrapping_mul(151).wrapping_add(seed) ^ 0x5a)
}

#[test]
fn weak_short_and_sample_secrets_are_refused() {
    let cases = [
        ("", "TooShort"),
        ("q7Vd0mX2pLw9Zr4TbY8sKe1HnJc6UgF", "TooShort"),
        ("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "Weak"),
        ("abcdefghijklmnopqrstuvwxyz0123456789", "Weak"),
        ("k3Jx9QpZk3Jx9QpZk3Jx9QpZk3Jx9QpZ", "Weak"),
        ("0101100110010110011010010110100110", "Weak"),
        ("change-me-q7Vd0mX2pLw9Zr4TbY8sKe1H", "Sample"),
        ("My-Secret-q7Vd0mX2pLw9Zr4TbY8sKe1H", "Sample"),
        ("请修改q7Vd0mX2pLw9Zr4TbY8sKe1HnJc6", "Sample"),
        ("luyue-q7Vd0mX2pLw9Zr4TbY8sKe1HnJc6", "Sample"),
    ];
    for (text, expected) in cases {
        let error = Secret::parse(text).expect_err(text);
        assert_eq!(format!("{error:?}"), expected, "{text}");
    }
    Secret::parse(STRONG).expect("this one is strong");
    Secret::parse("9f86d081884c7d659a2feaa0c55ad015").expect("32 hexadecimal characters");
}

#[test]
fn a_secret_is_never_shown() {
    let secret = Secret::parse(STRONG).expect("strong");
    let key = secret.derive("tokens");
    assert_eq!(format!("{secret:?}"), "Secret(…)");
    let shown = format!("{key:?}");
    assert_eq!(shown, format!("Key({}, …)", key.id));
    let error = Secret::parse("change-me-please-q7Vd0mX2pLw9Zr4TbY8").expect_err("sample");
    assert!(!error.to_string().contains("q7Vd0mX2"));
}

#[test]
fn each_purpose_has_its_own_key_and_the_same_one_each_time() {
    let secret = Secret::parse(STRONG).expect("strong");
    let padded = Secret::parse(&format!("  {STRONG}\n")).expect("strong");
    assert_eq!(secret.derive("tokens"), padded.derive("tokens"));
    assert_ne!(secret.derive("tokens").bytes, secret.derive("csrf").bytes);
    assert_ne!(secret.derive("tokens").id, secret.derive("csrf").id);
    assert_eq!(secret.derive("tokens").id.len(), 16);
    let other = Secret::parse(&format!("{STRONG}x")).expect("strong");
    assert_ne!(secret.derive("tokens").bytes, other.derive("tokens").bytes);
}

#[test]
fn the_key_file_is_made_once_for_its_owner_alone() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("data").join("secret.key");
    let first = Secret::load_or_create(&path, drawn(1)).expect("made");
    let second = Secret::load_or_create(&path, drawn(2)).expect("read");
    assert_eq!(first.derive("x"), second.derive("x"));
    let left: Vec<_> = std::fs::read_dir(path.parent().expect("data"))
        .expect("listed")
        .map(|entry| entry.expect("entry").file_name())
        .collect();
    assert_eq!(left, ["secret.key"]);
    // The content of the file is also a valid value of LUYUE_SECRET.
    let text = std::fs::read_to_string(&path).expect("text");
    let set = Secret::parse(&text).expect("strong");
    assert_eq!(set.derive("x"), first.derive("x"));
}

#[cfg(unix)]
#[test]
fn a_key_file_that_others_can_read_is_refused() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("secret.key");
    Secret::load_or_create(&path, drawn(1)).expect("made");
    let mode = |path| std::fs::metadata(path).expect("there").permissions().mode() & 0o777;
    assert_eq!(mode(&path), 0o600);
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o640)).expect("changed");
    let error = Secret::load_or_create(&path, drawn(1)).expect_err("open to others");
    assert!(matches!(error, SecretError::OpenToOthers(_)));
}

#[test]
fn a_random_source_that_gives_one_byte_again_and_again_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("secret.key");
    let error = Secret::load_or_create(&path, [0; 32]).expect_err("not random");
    assert!(matches!(error, SecretError::Weak));
    assert!(!path.exists());
}

#[test]
fn random_letters_that_spell_a_word_of_a_manual_are_drawn_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("secret.key");
    let text = "fK3xLuYuE9aZr5tQ0wBv7nMd2sHc4jGp8lXe6iTo1uA";
    let fresh: [u8; 32] = URL_SAFE_NO_PAD.decode(text).expect("base64").try_into().expect("32 bytes");
    assert!(matches!(Secret::parse(&URL_SAFE_NO_PAD.encode(fresh)), Err(SecretError::Sample)));
    Secret::load_or_create(&path, fresh).expect("made");
    Secret::load(&path).expect("the file holds another secret");
}
