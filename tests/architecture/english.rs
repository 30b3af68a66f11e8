//! Plain English in the source: doc comments begin with a verb or a noun phrase, and phrases translated word for word
//! from another language do not come back. Comments, documents, log messages, texts of errors and the English messages
//! for people are read. There is no allow-list: an offender is rewritten.

use crate::architecture::rust::{self, Token, starts_with};
use crate::architecture::{Fault, assert_none};
use crate::support::files;

/// First words that turn a doc comment into a riddle: it should say what the item is or does.
const RIDDLE_OPENERS: &[&str] = &[
    "What", "Who", "Whom", "Whose", "Whether", "How", "Where", "Which", "Why", "When", "Somebody", "Someone", "Words",
    "Says", "Tells", "Most", "Fewest", "Longest",
];

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
    "whoever",
    "nobody",
    "somebody",
    "anybody",
    "everybody",
    "tells no",
    "told apart",
    "stand in one",
    "stand here",
    "stands here",
    "stands in the",
    "is said of",
    "are said of",
    "the same again",
    "the same once more",
    "lies in a",
    "lies behind",
    "words beside",
    "of theirs",
    "for ever",
    "judges nothing",
    "come to if",
    "all that is wrong",
    "must not know of",
    "a least",
];

/// Beginnings of the code that holds a text for operators: log messages, texts of error types, and internal errors. The
/// text is the first string literal after it, within the same brackets.
const TEXT_HOLDERS: &[&str] = &[
    "tracing :: trace ! (",
    "tracing :: debug ! (",
    "tracing :: info ! (",
    "tracing :: warn ! (",
    "tracing :: error ! (",
    "# [ error (",
    "Error :: Internal (",
    "Error :: Unavailable (",
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

/// Words that follow “no” without being its noun.
const AFTER_NO: &[&str] = &["longer", "more", "less", "larger"];

/// Lists the places where “no” stands in place of “not a”: “a code is no name”.
fn negated_nouns(text: &str) -> Vec<String> {
    let is_negated = |part: &&[String]| {
        let [subject, verb, no, noun] = *part else { return false };
        let is_verb = ["is", "are", "was", "were"].contains(&verb.as_str());
        is_verb && no == "no" && subject != "there" && !AFTER_NO.contains(&noun.as_str())
    };
    let within = |sentence: &str| {
        let words: Vec<String> = plain(sentence).split_whitespace().map(str::to_owned).collect();
        words.windows(4).filter(is_negated).map(|part| part[1..].join(" ")).collect::<Vec<_>>()
    };
    text.split(['.', ';', ':', '?', '!', '(', ',']).flat_map(within).collect()
}

fn riddles(path: &str, source: &str) -> Vec<Fault> {
    let mut faults = Vec::new();
    for comment in comments(source) {
        let text = comment.lines.join(" ");
        if comment.is_doc {
            let first = text.split_whitespace().next().unwrap_or_default().trim_end_matches([',', ':', '.', '’']);
            if RIDDLE_OPENERS.contains(&first) {
                faults.push(Fault::new(path, comment.line, format!("begins with {first}")));
            }
            if text.split_whitespace().count() == 1 && !text.starts_with(['`', '#', '[']) {
                faults.push(Fault::new(path, comment.line, format!("a single word: {text}")));
            }
        }
        faults.extend(offending_phrases(&text).map(|phrase| Fault::new(path, comment.line, format!("“{phrase}”"))));
        faults.extend(negated_nouns(&text).iter().map(|words| Fault::new(path, comment.line, format!("“{words}”"))));
    }
    faults
}

/// Lists the string literals in the brackets that `tokens` opens first.
fn texts_in_brackets(tokens: &[Token]) -> Vec<&Token> {
    let mut depth = 0;
    let within = tokens.iter().skip_while(|token| token.text != "(").take_while(|token| {
        depth += match token.text.as_str() {
            "(" => 1,
            ")" => -1,
            _ => 0,
        };
        depth > 0
    });
    within.filter(|token| token.string().is_some()).collect()
}

/// Lists the offending texts for operators in a source file.
fn odd_texts(path: &str, source: &str) -> Vec<Fault> {
    let tokens = rust::tokens(path, source);
    let holders = (0..tokens.len()).filter(|at| TEXT_HOLDERS.iter().any(|holder| starts_with(&tokens[*at..], holder)));
    let texts = holders.flat_map(|at| texts_in_brackets(&tokens[at..]));
    let phrases =
        |text: &str| offending_phrases(text).map(str::to_owned).chain(negated_nouns(text)).collect::<Vec<_>>();
    let offending = texts.flat_map(|text| phrases(&text.text).into_iter().map(move |phrase| (text.line, phrase)));
    offending.map(|(line, phrase)| Fault::new(path, line, format!("“{phrase}”"))).collect()
}

/// Lists the offending lines of a text without comments of its own.
fn odd_lines(path: &str, text: &str) -> Vec<Fault> {
    let lines = text.lines().zip(1..);
    lines
        .flat_map(|(line, number)| {
            let phrases = offending_phrases(line).map(str::to_owned).chain(negated_nouns(line));
            phrases.map(move |phrase| Fault::new(path, number, format!("“{phrase}”")))
        })
        .collect()
}

#[test]
fn texts_for_operators_are_plain_english() {
    assert_none(files::under("src", &["rs"]).iter().flat_map(|(path, source)| odd_texts(path, source)).collect());
}

#[test]
fn messages_for_people_are_plain_english() {
    assert_none(files::under("locales/en", &["ftl"]).iter().flat_map(|(path, text)| odd_lines(path, text)).collect());
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
    let checked = documents.into_iter().filter(|(path, _)| path != "docs/standing.md" && path != "docs/words.md");
    let readmes = ["README.md", "README.zh-CN.md"].map(|path| (path.to_owned(), files::text(path)));
    assert_none(checked.chain(readmes).flat_map(|(path, text)| odd_lines(&path, &text)).collect());
}

#[test]
fn a_riddle_is_caught() {
    let caught = |source: &str| riddles("src/x.rs", source).into_iter().map(|fault| fault.what).collect::<Vec<_>>();
    assert_eq!(caught("/// What others ask for.\nfn f() {}"), ["begins with What"]);
    assert_eq!(caught("/// Key.\nfn f() {}"), ["a single word: Key."]);
    assert_eq!(caught("    /// Works it out\n    /// anew.\n"), ["“anew”"]);
    assert_eq!(caught("// A date that is none is refused.\n"), ["“that is none”"]);
    assert_eq!(caught("// A code is no name, and there is no other. It is no longer.\n"), ["“is no name”"]);
    assert_eq!(caught("/// Returns the key, `anew` in code.\n/// Which key is said above.\nfn f() {}"), [""; 0]);
}

#[test]
fn an_odd_text_for_operators_is_caught() {
    let caught = |source: &str| odd_texts("src/x.rs", source).into_iter().map(|fault| fault.what).collect::<Vec<_>>();
    assert_eq!(caught("fn f() { tracing::warn!(%error, \"works it out anew\"); }"), ["“anew”"]);
    assert_eq!(caught("#[error(\"whoever asks\")] struct E;"), ["“whoever”"]);
    assert_eq!(caught("fn f() { Error::Internal(format!(\"a date lies in a year: {x}\")); }"), ["“lies in a”"]);
    assert_eq!(caught("fn f() { g(\"anew\"); tracing::info!(\"done\"); }"), [""; 0]);
    assert_eq!(odd_lines("x.ftl", "x = Tell whoever asks\ny = done").len(), 1);
}
