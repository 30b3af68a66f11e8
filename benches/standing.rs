//! What a standing costs, beside reading the same case from JSON: evaluating the examples must take no longer than reading them.

use divan::{Bencher, black_box};
use luyue::domain::case::Case;
use luyue::domain::json;
use luyue::domain::standing::{Trails, next_change, standing};

/// The JSON of every example's case.
fn texts() -> Vec<Vec<u8>> {
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

fn cases() -> Vec<Case> {
    texts().iter().map(|text| json::parse_object(text).expect("well formed")).collect()
}

fn evaluate(cases: &[Case], trails: Trails) {
    for case in cases {
        let _ = black_box(standing(&case.terms, &case.facts, case.calendar(), case.as_of, trails));
    }
}

fn read(texts: &[Vec<u8>]) {
    for text in texts {
        let _ = black_box(json::parse_object::<Case>(text));
    }
}

#[divan::bench]
fn reading_all_examples(bencher: Bencher) {
    let texts = texts();
    bencher.bench_local(|| read(&texts));
}

#[divan::bench]
fn evaluating_all_examples(bencher: Bencher) {
    let cases = cases();
    bencher.bench_local(|| evaluate(&cases, Trails::Off));
}

#[divan::bench]
fn evaluating_all_examples_with_trails(bencher: Bencher) {
    let cases = cases();
    bencher.bench_local(|| evaluate(&cases, Trails::On));
}

#[divan::bench]
fn next_change_of_all_examples(bencher: Bencher) {
    let cases = cases();
    bencher.bench_local(|| {
        for case in &cases {
            let _ = black_box(next_change(&case.terms, &case.facts, case.calendar(), case.as_of));
        }
    });
}

/// The shortest of many runs, which is the one that nothing disturbed.
fn shortest(mut run: impl FnMut()) -> std::time::Duration {
    let timed = |_| {
        let start = std::time::Instant::now();
        run();
        start.elapsed()
    };
    (0..300).map(timed).min().unwrap_or_default()
}

fn main() {
    let (texts, cases) = (texts(), cases());
    let reading = shortest(|| read(&texts));
    let evaluating = shortest(|| evaluate(&cases, Trails::Off));
    let ratio = evaluating.as_secs_f64() / reading.as_secs_f64();
    println!(
        "{} examples: reading {reading:?}, evaluating {evaluating:?}, ratio {ratio:.2} (must be at most 1)",
        texts.len()
    );
    divan::main();
}
