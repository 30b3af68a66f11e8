//! Fuzzing of everything that reads bytes from outside: damaged variants of good input never cause a panic.
//!
//! `FUZZ_CASES=1000000 FUZZ_SEED=7 cargo test --test all fuzzing -- --nocapture` tries that many for each reader. A
//! failure names its case; `FUZZ_FROM=CASE FUZZ_CASES=1` repeats it. The corpus is that of the other tests.

mod readers;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

use luyue::clock::Seeded;

use crate::support::by_hand::setting;

/// Maximum length of an input.
const LONGEST: usize = 1 << 16;
/// Parts that some reader treats in a way of its own.
const WORDS: &[&[u8]] = &[
    b"\0",
    b"\r\n",
    b"-1",
    b"0",
    b"4294967296",
    b"9223372036854775807",
    b"1e400",
    b"2026-02-30",
    b"45658",
    b"\xef\xbb\xbf",
    b"\xff\xfe",
    "９，“”\u{202e}".as_bytes(),
    b"\xf0\x9f",
    b"[[[[[[[[",
    b"{\"a\":",
    b"\"",
    b"=",
    b"--edge",
    b"--edge--\r\n",
    b"Content-Disposition: form-data; name=\"",
    b"filename*=UTF-8''%ff",
    b"<!DOCTYPE a [<!ENTITY b \"c\">]>",
    b"<![CDATA[",
    b"&b;",
    b"<a xmlns:b=\"",
    b"PK\x03\x04",
    b"PK\x05\x06",
    b"%PDF-1.7",
    b"/JS (",
    b"/Length 99999999999",
    b"/ObjStm /Filter [/FlateDecode /ASCIIHexDecode]",
    b"endstream endobj",
    b"startxref\n-5",
    b"\xff\xe1\xff\xff",
    b"\xff\xd9",
    b"eyJhbGciOiJub25lIn0",
    b"From ",
    b"Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n",
    b"Content-Transfer-Encoding: base64\r\n\r\n",
    b"luyue-seal ",
];

/// Draws a number below `bound`, 0 if that is 0.
fn below(random: &mut Seeded, bound: usize) -> usize {
    let bound = u64::try_from(bound.max(1)).expect("a small number");
    usize::try_from(random.draw() % bound).expect("a small number")
}

/// Returns a good input with up to eight changes.
fn damaged(corpus: &[Vec<u8>], random: &mut Seeded) -> Vec<u8> {
    let mut bytes = corpus[below(random, corpus.len())].clone();
    for _ in 0..=below(random, 8) {
        let at = below(random, bytes.len() + 1);
        let longest = 1 << below(random, 10);
        let end = (at + below(random, longest + 1)).min(bytes.len());
        match below(random, 9) {
            0 => bytes.truncate(at),
            1 => drop(bytes.drain(at..end)),
            2 => {
                let copy = bytes[at..end].to_vec();
                bytes.splice(at..at, copy);
            }
            3 => drop(bytes.splice(at..at, WORDS[below(random, WORDS.len())].iter().copied())),
            4 => drop(bytes.splice(at..end, WORDS[below(random, WORDS.len())].iter().copied())),
            5 => {
                let other = &corpus[below(random, corpus.len())];
                let from = below(random, other.len() + 1);
                let part = &other[from..(from + longest).min(other.len())];
                bytes.splice(at..end, part.iter().copied());
            }
            6 => bytes[at..end].fill(b"\0\xff 9"[below(random, 4)]),
            _ => {
                if let Some(byte) = bytes.get_mut(at) {
                    *byte ^= 1 << below(random, 8);
                }
            }
        }
        bytes.truncate(LONGEST);
    }
    bytes
}

/// Reads damaged variants of the corpus. `share` readers divide the number of cases among themselves.
fn fuzz(name: &str, share: usize, corpus: &[Vec<u8>], mut read: impl FnMut(&[u8], &mut Seeded)) {
    let (cases, seed, first) = (setting("FUZZ_CASES", 200), setting("FUZZ_SEED", 1), setting("FUZZ_FROM", 0));
    let cases = cases.div_ceil(u64::try_from(share).expect("a small number"));
    let mut slowest = (Duration::ZERO, 0);
    for case in first..first + cases {
        // A sequence of its own for each case, so that it can be repeated alone.
        let mut random = Seeded::new(Seeded::new(seed ^ case.rotate_left(32)).draw());
        let input = damaged(corpus, &mut random);
        let began = Instant::now();
        let ended = catch_unwind(AssertUnwindSafe(|| read(&input, &mut random)));
        assert!(ended.is_ok(), "{name}: FUZZ_SEED={seed} FUZZ_FROM={case} FUZZ_CASES=1 causes a panic");
        slowest = slowest.max((began.elapsed(), case));
    }
    println!("{name}: FUZZ_SEED={seed}, {cases} cases, no panic; slowest {:?} (case {})", slowest.0, slowest.1);
}
