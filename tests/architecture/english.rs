//! Plain English in the source: doc comments begin with a verb or a noun phrase, and phrases translated word for word
//! from another language do not come back. There is no allow-list: an offender is rewritten.

use crate::architecture::{Fault, assert_none};
use crate::support::files;

/// Words that turn a doc comment into a riddle: it should say what the item is or does.
const QUESTION_WORDS: &[&str] =
    &["What", "Who", "Whom", "Whose", "Whether", "How", "Where", "Which", "Why", "When", "Somebody", "Someone"];

/// Phrases that no native speaker writes, in lower case and as whole words.
const PHRASES: &[&str] = &[
    "that is none",
    "that are none",
    "such as may",
    "anew",
    "mend",
    "mended",
    "mends",
    "is asked for",
    "are asked for",
    "was asked for",
    "hand over",
    "hands over",
    "handed over",
    "hand in",
    "hands in",
    "handed in",
    "let be",
    "a row more",
];

/// A comment of the source: its first line's number and its text without the marks, one line a string.
struct Comment {
    line: usize,
    is_doc: bool,
    lines: Vec<String>,
}

/// The comments of a source file. A run of lines with the same mark is one comment.
fn comments(source: &str) -> Vec<Comment> {
    let mut found: Vec<Comment> = Vec::new();
    let mut open: Option<&str> = None;
    for (line, number) in source.lines().zip(1..) {
        let text = line.trim_start();
        let mark = ["///", "//!", "//"].into_iter().find(|mark| text.starts_with(mark));
        let Some(mark) = mark else {
            open = None;
            continue;
        };
        let words = text[mark.len()..].trim().to_owned();
        match found.last_mut() {
            Some(comment) if open == Some(mark) => comment.lines.push(words),
            _ => found.push(Comment { line: number, is_doc: mark != "//", lines: vec![words] }),
        }
        open = Some(mark);
    }
    found
}

/// Lower case, one space between words and around the text, punctuation left out; code in backticks is left out too.
fn plain(text: &str) -> String {
    let prose: String = text.split('`').step_by(2).collect::<Vec<_>>().join(" x ");
    let spaced: String =
        prose.chars().map(|c| if c.is_alphanumeric() { c.to_ascii_lowercase() } else { ' ' }).collect();
    format!(" {} ", spaced.split_whitespace().collect::<Vec<_>>().join(" "))
}

fn offending_phrases(text: &str) -> impl Iterator<Item = &'static str> {
    let text = plain(text);
    PHRASES.iter().copied().filter(move |phrase| text.contains(&format!(" {phrase} ")))
}

fn riddles(path: &str, source: &str) -> Vec<Fault> {
    let mut faults = Vec::new();
    for comment in comments(source) {
        let text = comment.lines.join(" ");
        if comment.is_doc {
            let first = text.split_whitespace().next().unwrap_or_default().trim_end_matches([',', ':', '.', '’']);
            if QUESTION_WORDS.contains(&first) {
                faults.push(Fault::new(path, comment.line, format!("begins with {first}")));
            }
            if text.split_whitespace().count() == 1 && !text.starts_with(['`', '#', '[']) {
                faults.push(Fault::new(path, comment.line, format!("a single word: {text}")));
            }
        }
        faults.extend(offending_phrases(&text).map(|phrase| Fault::new(path, comment.line, format!("“{phrase}”"))));
    }
    faults
}

#[test]
fn comments_are_plain_english() {
    let sources: Vec<_> = ["src", "tests", "benches"].iter().flat_map(|folder| files::under(folder, &["rs"])).collect();
    let checked = sources.iter().filter(|(path, _)| path != "tests/architecture/english.rs");
    assert_none(checked.flat_map(|(path, source)| riddles(path, source)).collect());
}

#[test]
fn documents_are_plain_english() {
    let documents = files::under("docs", &["md"]);
    // The specification is binding text, kept word for word.
    let checked = documents.iter().filter(|(path, _)| path != "docs/standing.md" && path != "docs/words.md");
    let mut faults = Vec::new();
    for (path, text) in checked {
        for (line, number) in text.lines().zip(1..) {
            faults.extend(offending_phrases(line).map(|phrase| Fault::new(path, number, format!("“{phrase}”"))));
        }
    }
    assert_none(faults);
}

#[test]
fn a_riddle_is_caught() {
    let caught = |source: &str| riddles("src/x.rs", source).into_iter().map(|fault| fault.what).collect::<Vec<_>>();
    assert_eq!(caught("/// What others ask for.\nfn f() {}"), ["begins with What"]);
    assert_eq!(caught("/// Key.\nfn f() {}"), ["a single word: Key."]);
    assert_eq!(caught("    /// Works it out\n    /// anew.\n"), ["“anew”"]);
    assert_eq!(caught("// A date that is none is refused.\n"), ["“that is none”"]);
    assert_eq!(caught("/// Returns the key, `anew` in code.\n/// Which key is said above.\nfn f() {}"), [""; 0]);
}
