//! Cost of computing standings, compared with parsing the same cases from JSON: evaluating the examples must take no
//! longer than parsing them.

use divan::{Bencher, black_box};
use luyue::domain::case::Case;
use luyue::domain::json;
use luyue::domain::standing::{Trails, next_change, standing};

/// Loads the JSON of every example.
fn load_texts() -> Vec<Vec<u8>> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/examples");
    let mut paths: Vec<_> =
        std::fs::read_dir(folder).expect("the examples").map(|entry| entry.expect("one").path()).collect();
    paths.sort();
    let case = |path| -> Vec<u8> {
        let pair: serde_json::Value = serde_json::from_slice(&std::fs::read(path).expect("an example")).expect("JSON");
        pair["case"].to_string().into_bytes()
    };
    paths.into_iter().map(case).collect()
}

fn parse_cases() -> Vec<Case> {
    load_texts().iter().map(|text| json::parse_object(text).expect("well formed")).collect()
}

fn evaluate(cases: &[Case], trails: Trails) {
    for case in cases {
        let _ = black_box(standing(case.agreement(), &case.facts, case.calendar(), case.as_of, trails));
    }
}

fn parse_all(texts: &[Vec<u8>]) {
    for text in texts {
        let _ = black_box(json::parse_object::<Case>(text));
    }
}

#[divan::bench]
fn parsing_all_examples(bencher: Bencher) {
    let texts = load_texts();
    bencher.bench_local(|| parse_all(&texts));
}

#[divan::bench]
fn evaluating_all_examples(bencher: Bencher) {
    let cases = parse_cases();
    bencher.bench_local(|| evaluate(&cases, Trails::Off));
}

#[divan::bench]
fn evaluating_all_examples_with_trails(bencher: Bencher) {
    let cases = parse_cases();
    bencher.bench_local(|| evaluate(&cases, Trails::On));
}

#[divan::bench]
fn next_change_of_all_examples(bencher: Bencher) {
    let cases = parse_cases();
    bencher.bench_local(|| {
        for case in &cases {
            let _ = black_box(next_change(case.agreement(), &case.facts, case.calendar(), case.as_of));
        }
    });
}

/// Returns the shortest of many runs, which is the least disturbed one.
fn shortest(mut run: impl FnMut()) -> std::time::Duration {
    let timed = |_| {
        let start = std::time::Instant::now();
        run();
        start.elapsed()
    };
    (0..300).map(timed).min().unwrap_or_default()
}

fn main() {
    let (texts, cases) = (load_texts(), parse_cases());
    let parsing = shortest(|| parse_all(&texts));
    let evaluating = shortest(|| evaluate(&cases, Trails::Off));
    let ratio = evaluating.as_secs_f64() / parsing.as_secs_f64();
    println!(
        "{} examples: parsing {parsing:?}, evaluating {evaluating:?}, ratio {ratio:.2} (must be at most 1)",
        texts.len()
    );
    divan::main();
}
