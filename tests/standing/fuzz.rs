//! Fuzzing: the text of the examples, randomly damaged by byte and by word, never causes a panic.

use luyue::domain::case::Case;
use luyue::domain::json;
use luyue::domain::standing::{Trails, next_change, standing};
use proptest::prelude::*;

use crate::standing::support::examples;

/// Values at the edges of the accepted ranges, used as replacements.
const EDGES: &[&str] = &[
    "null",
    "0",
    "1",
    "3650",
    "9007199254740991",
    "-1",
    "1e400",
    "\"0\"",
    "\"10\"",
    "\"0.0000000001\"",
    "\"999999999999.99\"",
    "\"999999999.9999\"",
    "\"2000-01-01\"",
    "\"2099-12-31\"",
    "\"2026-06-30\"",
    "\"\"",
    "[]",
    "{}",
    "true",
];

/// Returns the positions of the strings, numbers and words of a text.
fn words(text: &[u8]) -> Vec<std::ops::Range<usize>> {
    let mut words = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let from = at;
        match text[at] {
            b'"' => {
                at += 1;
                while at < text.len() && text[at] != b'"' {
                    at += 1;
                }
                at = (at + 1).min(text.len());
                words.push(from..at);
            }
            b if b.is_ascii_alphanumeric() || b == b'-' => {
                while at < text.len() && (text[at].is_ascii_alphanumeric() || b"-+.".contains(&text[at])) {
                    at += 1;
                }
                words.push(from..at);
            }
            _ => at += 1,
        }
    }
    words
}

/// Returns the kind of a word; a replacement is usually of the same kind.
fn sort(word: &[u8]) -> u8 {
    let inner = word.strip_prefix(b"\"").and_then(|word| word.strip_suffix(b"\""));
    match inner {
        Some(text) if text.len() == 10 && text[4] == b'-' => 0,
        Some(text) if text.iter().all(|b| b.is_ascii_digit() || *b == b'.') => 1,
        Some(_) => 2,
        None if word.iter().all(u8::is_ascii_digit) => 3,
        None => 4,
    }
}

/// Returns a text with the changes encoded on a tape.
pub fn mutated(text: &[u8], tape: &[u32]) -> Vec<u8> {
    let mut text = text.to_vec();
    for change in tape.chunks_exact(3) {
        let (kind, place, with) = (change[0], change[1] as usize, change[2] as usize);
        let words = words(&text);
        let Some(word) = words.get(place % words.len().max(1)).cloned() else { return text };
        match kind % 16 {
            0 => drop(text.splice(word, EDGES[with % EDGES.len()].bytes())),
            1..=10 => {
                let of = sort(&text[word.clone()]);
                let others =
                    words.iter().map(|other| &text[other.clone()]).chain(EDGES.iter().map(|edge| edge.as_bytes()));
                let others: Vec<&[u8]> = others.filter(|other| sort(other) == of || kind % 16 == 10).collect();
                let other = others[with % others.len()].to_vec();
                drop(text.splice(word, other));
            }
            11..=13 => {
                // Replaces a digit or a letter of the word, so that dates, codes and amounts change slightly.
                let at = word.start + with % word.len();
                if text[at].is_ascii_digit() {
                    text[at] = b'0' + (with / 64 % 10) as u8;
                } else {
                    text[at] = (with / 64 % 256) as u8;
                }
            }
            14 => {
                let to = (word.start + with % 400).min(text.len());
                let piece = text[word.start..to].to_vec();
                drop(text.splice(word.start..word.start, piece));
            }
            _ => {
                let to = (word.start + with % 60).min(text.len());
                text.drain(word.start..to);
            }
        }
    }
    text
}

/// Parses and evaluates a text, and returns true if it was valid.
pub fn swallow(text: &[u8]) -> bool {
    let Ok(case) = json::parse_object::<Case>(text) else { return false };
    let calendar = case.calendar();
    let on = standing(case.agreement(), &case.facts, calendar, case.as_of, Trails::On);
    let off = standing(case.agreement(), &case.facts, calendar, case.as_of, Trails::Off);
    assert_eq!(on.is_ok(), off.is_ok());
    if let Ok(standing) = on {
        serde_json::to_vec(&standing).unwrap();
        next_change(case.agreement(), &case.facts, calendar, case.as_of).unwrap();
        return true;
    }
    false
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_text_makes_it_panic(place in 0_usize..200, tape in prop::collection::vec(any::<u32>(), 3..12)) {
        static TEXTS: std::sync::OnceLock<Vec<Vec<u8>>> = std::sync::OnceLock::new();
        let texts = TEXTS.get_or_init(|| examples().into_iter().map(|(_, case, _)| case.to_string().into_bytes()).collect());
        swallow(&mutated(&texts[place % texts.len()], &tape));
    }
}
