//! Password hashing, and the rules that new passwords must meet.

use luyue::adapters::password_policy::{PasswordFault, PasswordPolicy, password_faults};
use luyue::adapters::passwords::{NO_ONE, Passwords};

const SALT: [u8; 16] = *b"0123456789abcdef";

#[test]
fn passwords_are_hashed_with_argon2id_at_owasp_costs() {
    let passwords = Passwords::default();
    let stored =
        passwords.try_acquire_hasher().expect("a free slot").hash("晴川历历汉阳树 2026", SALT).expect("hashed");
    assert!(stored.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{stored}");
    assert!(passwords.try_acquire_hasher().expect("a free slot").verify_or_dummy("晴川历历汉阳树 2026", Some(&stored)));
    assert!(
        !passwords.try_acquire_hasher().expect("a free slot").verify_or_dummy("晴川历历汉阳树 2027", Some(&stored))
    );
    assert!(!Passwords::is_outdated(&stored));
    let other_salt = passwords
        .try_acquire_hasher()
        .expect("a free slot")
        .hash("晴川历历汉阳树 2026", *b"fedcba9876543210")
        .expect("hashed");
    assert_ne!(stored, other_salt);
}

#[test]
fn an_unknown_user_costs_one_hash_like_a_known_one() {
    let passwords = Passwords::new(1);
    let stored = passwords.try_acquire_hasher().expect("a free slot").hash("a long enough one", SALT).expect("hashed");
    let cost = |stored: Option<&str>| {
        let before = passwords.hashes_computed();
        let accepted = passwords.try_acquire_hasher().expect("a free slot").verify_or_dummy("not that one", stored);
        (accepted, passwords.hashes_computed() - before)
    };
    assert_eq!(cost(Some(&stored)), (false, 1));
    assert_eq!(cost(None), (false, 1));
    assert_eq!(cost(Some("not a hash")), (false, 1));
    assert_eq!(cost(Some("")), (false, 1));
}

#[test]
fn a_hash_with_lower_costs_is_valid_but_outdated() {
    // `hunter2hunter2` hashed with m=8 KiB, t=1, as an older installation might have stored it.
    let argon2 = argon2::Argon2::from(argon2::Params::new(8, 1, 1, None).expect("costs"));
    let stored =
        argon2::PasswordHasher::hash_password_with_salt(&argon2, b"hunter2hunter2", &SALT).expect("hashed").to_string();
    assert!(
        Passwords::default()
            .try_acquire_hasher()
            .expect("a free slot")
            .verify_or_dummy("hunter2hunter2", Some(&stored))
    );
    assert!(Passwords::is_outdated(&stored));
    assert!(Passwords::is_outdated("$2b$10$abcdefghijklmnopqrstuv"));
}

#[test]
fn weak_passwords_are_refused_with_every_reason() {
    use PasswordFault as F;
    let plain = PasswordPolicy::default();
    let long = "长".repeat(257);
    let cases: Vec<(&str, Vec<F>)> = vec![
        ("k3-Xq9p", vec![F::TooShort]),
        ("k3-Xq9pz", vec![]),
        ("秋水共长天一色", vec![F::TooShort]),
        ("落霞与孤鹜齐飞秋水共长天一色", vec![]),
        (&long, vec![F::TooLong, F::Pattern]),
        ("Password", vec![F::Common]),
        ("PASSWORD2026!", vec![F::Common]),
        ("woaini1314", vec![F::Common]),
        ("Admin@2026", vec![F::Common]),
        ("5201314520", vec![F::Common]),
        ("qwer1234", vec![F::Common]),
        ("12345678", vec![F::Common, F::Pattern]),
        ("jjjjjjjjjj", vec![F::Pattern]),
        ("一一一一一一一一", vec![F::Pattern]),
        ("stuvwxyz", vec![F::Pattern]),
        ("zyxwvuts", vec![F::Pattern]),
        ("my-JUSTICE-leader", vec![F::Context]),
        ("宣城市司法局加油加油", vec![F::Context]),
        ("xuanchengsfj-77", vec![F::Context]),
        ("passwordpassword", vec![F::Common]),
        ("Password123Password123", vec![F::Common]),
        ("admin123qwerty", vec![F::Common]),
        ("iloveyou19900101iloveyou", vec![F::Common]),
        ("qwertyuiop123456", vec![F::Common]),
        ("1234567890123456", vec![F::Common]),
        ("aaaabbbbccccdddd", vec![F::Pattern]),
        ("zaq1xsw2cde3vfr4", vec![F::Common]),
        ("k3-k3-k3-k3-k3-k3-", vec![F::Pattern]),
        ("k3-Xq9pz-abcdef", vec![]),
        ("k3-Xq9pzk3-Xq9pz", vec![]),
        ("correct horse battery staple", vec![]),
        ("all lower case letters", vec![]),
    ];
    let context = ["justice", "宣城市司法局", "xuanchengsfj", "sf", " "];
    for (password, expected) in cases {
        assert_eq!(password_faults(password, &context, plain), expected, "{password}");
    }
}

#[test]
fn mixed_characters_are_required_only_if_configured() {
    let strict = PasswordPolicy { mixed_characters: true };
    let cases = [
        ("all lower case letters", true),
        ("lower-and-Upper", false),
        ("lower9and8digits", true),
        ("Lower9and8digits", false),
        ("落霞与孤鹜齐飞", true),
    ];
    for (password, refused) in cases {
        let faults = password_faults(password, &[], strict);
        assert_eq!(faults.contains(&PasswordFault::NotMixed), refused, "{password}");
        let lenient = password_faults(password, &[], PasswordPolicy::default());
        assert!(!lenient.contains(&PasswordFault::NotMixed), "{password}");
    }
}

#[test]
fn the_list_of_common_passwords_is_clean() {
    let list = include_str!("../../src/adapters/common-passwords.txt");
    let entries: Vec<&str> = list.lines().filter(|line| !line.starts_with("# ")).collect();
    let different: std::collections::HashSet<&&str> = entries.iter().collect();
    assert_eq!(different.len(), entries.len(), "none twice");
    assert!(entries.len() >= 500);
    for entry in entries {
        assert_eq!(entry, entry.trim().to_lowercase(), "lower case, no blanks");
        assert!(!entry.is_empty());
    }
}

#[test]
fn every_fault_has_a_message_in_both_languages() {
    use PasswordFault as F;
    let faults = [F::TooShort, F::TooLong, F::Common, F::Pattern, F::Context, F::NotMixed];
    for words in [include_str!("../../locales/zh-CN/passwords.ftl"), include_str!("../../locales/en/passwords.ftl")] {
        for fault in faults {
            assert!(words.contains(&format!("\n{} = ", fault.code())), "{fault:?}");
        }
        assert_eq!(words.matches("\npassword-").count(), faults.len());
    }
}

#[test]
fn the_hash_of_nobody_costs_what_a_real_one_costs() {
    assert!(!Passwords::is_outdated(NO_ONE));
}
