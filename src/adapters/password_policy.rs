//! Rules for new passwords: long enough, and not easily guessed. Passwords are neither stored nor shown; the messages
//! are in the locales under `password-…`.

use std::collections::HashSet;
use std::sync::LazyLock;

/// Minimum and maximum length in characters (ASVS 6.2.1, 6.2.9). Fifteen are recommended.
pub const MIN_CHARACTERS: usize = 8;
pub const MAX_CHARACTERS: usize = 256;

/// Common passwords, and the stems to which people append digits; one a line, in lower case.
const COMMON: &str = include_str!("common-passwords.txt");

/// Minimum length in characters where each part that is guessed as a whole counts as one.
const MIN_UNGUESSED: usize = 6;
/// Length in characters from which a text is guessed as a whole: a common password, and a run or a repetition.
const COMMON_PART: usize = 4;
const RUN: usize = 3;
/// Maximum length of a part.
const LONGEST_PART: usize = 40;

/// Characters in the order in which people type them, from left to right and back: alphabet, digits, rows and columns of
/// the keyboard.
const RUNS: &[&str] = &[
    "abcdefghijklmnopqrstuvwxyz",
    "01234567890",
    "`1234567890-=",
    "qwertyuiop[]\\",
    "asdfghjkl;'",
    "zxcvbnm,./",
    "!@#$%^&*()_+",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik,9ol.0p;/",
    "qazwsxedcrfvtgbyhnujmikolp",
];

static COMMON_PASSWORDS: LazyLock<HashSet<&'static str>> = LazyLock::new(|| {
    COMMON.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with("# ")).collect()
});

/// Optional requirements beyond length and rarity.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct PasswordPolicy {
    /// Requires three of: upper case, lower case, digits, other characters. Off by default (ASVS 6.2.5 advises against
    /// such rules); some assessors of the multi-level protection scheme (GB/T 22239) require this.
    pub mixed_characters: bool,
}

/// A reason to reject a new password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PasswordFault {
    TooShort,
    TooLong,
    /// A common password, possibly with digits or symbols appended, or several of them.
    Common,
    /// Repeated characters, consecutive ones, or neighbouring keys.
    Pattern,
    /// Contains the name of the user, the bureau or the program.
    Context,
    /// Fewer than three kinds of characters, if the policy requires three.
    NotMixed,
}

impl PasswordFault {
    /// Returns the message key of the fault.
    pub fn code(self) -> &'static str {
        match self {
            Self::TooShort => "password-too-short",
            Self::TooLong => "password-too-long",
            Self::Common => "password-common",
            Self::Pattern => "password-pattern",
            Self::Context => "password-context",
            Self::NotMixed => "password-not-mixed",
        }
    }
}

/// Returns every reason to reject a new password; empty for an acceptable one. `context` lists words that an attacker
/// would try for this person: the username, the bureau's names in Chinese characters and pinyin.
pub fn password_faults(password: &str, context: &[&str], policy: PasswordPolicy) -> Vec<PasswordFault> {
    let lower = password.to_lowercase();
    let characters = password.chars().count();
    let is_within = (MIN_CHARACTERS..=MAX_CHARACTERS).contains(&characters);
    let parts = if is_within && !is_common(&lower) { guessed_parts(&lower) } else { None };
    let checks = [
        (characters < MIN_CHARACTERS, PasswordFault::TooShort),
        (characters > MAX_CHARACTERS, PasswordFault::TooLong),
        (is_common(&lower) || parts == Some(PasswordFault::Common), PasswordFault::Common),
        (is_pattern(&lower) || parts == Some(PasswordFault::Pattern), PasswordFault::Pattern),
        (has_context(&lower, context), PasswordFault::Context),
        (policy.mixed_characters && count_character_kinds(password) < 3, PasswordFault::NotMixed),
    ];
    checks.into_iter().filter(|(wrong, _)| *wrong).map(|(_, fault)| fault).collect()
}

fn is_common(lower: &str) -> bool {
    let stem = lower.trim_matches(|c: char| !c.is_alphabetic());
    COMMON_PASSWORDS.contains(lower) || (!stem.is_empty() && COMMON_PASSWORDS.contains(stem))
}

fn is_pattern(lower: &str) -> bool {
    let characters: Vec<u32> = lower.chars().map(u32::from).collect();
    let pairs = || characters.iter().zip(characters.iter().skip(1));
    let in_a_row = |step: i64| pairs().all(|(a, b)| i64::from(*b) - i64::from(*a) == step);
    let different: HashSet<&u32> = characters.iter().collect();
    characters.len() > 1 && (different.len() <= 2 || in_a_row(1) || in_a_row(-1))
}

/// Returns the fault of a password that consists mostly of parts that are guessed as a whole, however long it is.
fn guessed_parts(lower: &str) -> Option<PasswordFault> {
    let characters: Vec<char> = lower.chars().collect();
    let repeats = |length: &usize| characters.iter().zip(characters.iter().skip(*length)).all(|(a, b)| a == b);
    let once = (1..=characters.len() / 2).find(repeats).unwrap_or(characters.len());
    // For each length, the fewest characters and parts that make up the beginning, and whether a common password is one.
    let mut fewest = vec![(0, false)];
    for end in 1..=once {
        let mut best = fewest.last().map_or((0, false), |(count, has_common)| (count + 1, *has_common));
        for start in end.saturating_sub(LONGEST_PART)..(end + 1).saturating_sub(RUN) {
            let part: String = characters.get(start..end).unwrap_or_default().iter().collect();
            let is_common = end - start >= COMMON_PART && COMMON_PASSWORDS.contains(part.as_str());
            if let Some((count, has_common)) = fewest.get(start).filter(|_| is_common || is_run(&part)) {
                best = best.min((count + 1, *has_common || is_common));
            }
        }
        fewest.push(best);
    }
    let (_, has_common) = fewest.pop().filter(|(count, _)| *count < MIN_UNGUESSED)?;
    Some(if has_common { PasswordFault::Common } else { PasswordFault::Pattern })
}

/// Returns whether a text of at least [`RUN`] characters is one character repeated, or part of a line of [`RUNS`].
fn is_run(part: &str) -> bool {
    let first = part.chars().next();
    let back: String = part.chars().rev().collect();
    let is_in = |run: &&str| run.contains(part) || run.contains(&back);
    part.chars().count() >= RUN && (part.chars().all(|c| Some(c) == first) || RUNS.iter().any(is_in))
}

fn has_context(lower: &str, context: &[&str]) -> bool {
    context
        .iter()
        .map(|word| word.trim().to_lowercase())
        // Short Latin words occur in many good passwords; two Chinese characters are already a name.
        .filter(|word| word.chars().count() >= if word.is_ascii() { 4 } else { 2 })
        .any(|word| lower.contains(&word))
}

fn count_character_kinds(password: &str) -> usize {
    let has = |kind: fn(char) -> bool| password.chars().any(kind);
    [
        has(char::is_uppercase),
        has(char::is_lowercase),
        has(|c| c.is_numeric()),
        has(|c| !c.is_uppercase() && !c.is_lowercase() && !c.is_numeric()),
    ]
    .into_iter()
    .filter(|kind| *kind)
    .count()
}
