//! Messages and the code that shows them: every key that the code uses is in the locales, and every message there is
//! used. A key is written in full, or as the literal prefix of a `format!("family-{code}")`.

use crate::architecture::rust::{self, Token};
use crate::architecture::{Fault, assert_none, words};
use crate::support::files;
use std::collections::BTreeSet;

/// The calls that take a message key, and the position of that argument.
const ASKING: &[(&str, usize)] = &[
    ("Message :: new (", 0),
    ("Error :: conflict (", 0),
    ("Error :: forbidden (", 0),
    ("Self :: conflict (", 0),
    ("text :: message (", 1),
];

/// The text literals of some source.
#[derive(Default)]
struct Literals {
    whole: BTreeSet<String>,
    /// The parts of format strings before the first `{`, if they end in `-`.
    beginnings: BTreeSet<String>,
}

impl Literals {
    fn add(&mut self, literal: &str) {
        match literal.split_once('{') {
            Some((beginning, _)) if beginning.ends_with('-') => drop(self.beginnings.insert(beginning.to_owned())),
            Some(_) => {}
            None => drop(self.whole.insert(literal.to_owned())),
        }
    }

    /// Returns whether the source uses `key`, which is a message or an attribute of one (`key.title`).
    fn ask_for(&self, key: &str) -> bool {
        let message = key.split('.').next().unwrap_or(key);
        self.whole.contains(key)
            || self.whole.contains(message)
            || self.beginnings.iter().any(|beginning| message.starts_with(beginning.as_str()))
    }
}

/// Returns the code of a template: the text within `{{ … }}` and `{% … %}`.
fn code_of(text: &str) -> impl Iterator<Item = &str> {
    let within = |(open, close): (&'static str, &'static str)| {
        text.split(open).skip(1).map(move |after| after.split(close).next().unwrap_or_default())
    };
    [("{{", "}}"), ("{%", "%}")].into_iter().flat_map(within)
}

/// Returns the string literals within the code of a template.
fn in_template(text: &str) -> Vec<&str> {
    code_of(text).flat_map(|code| code.split('"').skip(1).step_by(2)).collect()
}

/// Returns the families of keys from which the source picks one by a code, as `word("family", code)`,
/// `say_of("family", code, "what")` and `Field::choice(page, "name", "family", codes)` do.
fn families(text: &str) -> Vec<String> {
    let after = |call| text.split(call).skip(1).filter_map(|after: &str| after.split('"').next());
    let picked = [".word(\"", ".say_of(\""].into_iter().flat_map(after);
    let chosen = text.split("Field::choice(page, \"").skip(1).filter_map(|after| after.split('"').nth(2));
    picked.chain(chosen).map(|family| format!("{family}-{{code}}")).collect()
}

/// Returns the complete keys that a template uses.
fn keys_of_template(text: &str) -> Vec<String> {
    let calls = [".say(\"", ".with(\"", ".with2(\""];
    let after = |code: &'static str| {
        move |text: &str| {
            text.split(code).skip(1).filter_map(|after| Some(after.split('"').next()?.to_owned())).collect::<Vec<_>>()
        }
    };
    code_of(text).flat_map(|code| calls.into_iter().flat_map(move |call| after(call)(code))).collect()
}

/// Returns the keys that one source file uses as literals, each with its line.
fn asked_for(path: &str, source: &str) -> Vec<(String, usize)> {
    let tokens = rust::tokens(path, source);
    let mut keys = Vec::new();
    for at in 0..tokens.len() {
        for (call, wanted) in ASKING.iter().filter(|(call, _)| rust::starts_with(&tokens[at..], call)) {
            let argument = argument(&tokens[at + call.split(' ').count()..], *wanted);
            let literals = argument.iter().filter_map(|token| Some((token.string()?.to_owned(), token.line)));
            // A literal with a blank or a brace is not a key but an argument of `format!` or `matches!`.
            keys.extend(literals.filter(|(key, _)| !key.contains([' ', '{'])));
        }
    }
    keys
}

/// Returns the tokens of argument `wanted` of a call whose arguments begin with `tokens`.
fn argument(tokens: &[Token], wanted: usize) -> &[Token] {
    let (mut depth, mut number, mut from) = (0, 0, 0);
    for (at, token) in tokens.iter().enumerate() {
        match token.text.as_str() {
            "(" | "[" | "{" => depth += 1,
            ")" | "]" | "}" if depth > 0 => depth -= 1,
            ")" | "," if depth == 0 => {
                if number == wanted {
                    return &tokens[from..at];
                }
                if token.text == ")" {
                    return &[];
                }
                (number, from) = (number + 1, at + 1);
            }
            _ => {}
        }
    }
    &[]
}

fn missing(path: &str, source: &str, keys: &BTreeSet<String>) -> Vec<Fault> {
    let asked = asked_for(path, source).into_iter().filter(|(key, _)| !keys.contains(key));
    asked.map(|(key, line)| Fault::new(path, line, format!("no message `{key}` in the locales"))).collect()
}

fn unused(keys: &BTreeSet<String>, referred_to: &BTreeSet<String>, literals: &Literals) -> Vec<Fault> {
    let idle = keys.iter().filter(|key| !referred_to.contains(*key) && !literals.ask_for(key));
    idle.map(|key| Fault::of_file("locales", format!("nothing asks for `{key}`"))).collect()
}

#[test]
fn every_key_that_the_code_asks_for_is_a_message() {
    let keys = words::keys("en");
    let sources = files::under("src", &["rs"]);
    assert_none(sources.iter().flat_map(|(path, source)| missing(path, source, &keys)).collect());
}

#[test]
fn every_key_that_a_template_asks_for_is_a_message() {
    let keys = words::keys("en");
    let templates = files::under("templates", &["html", "txt"]);
    assert!(templates.len() > 5, "the templates were not found");
    let asked =
        templates.iter().flat_map(|(path, text)| keys_of_template(text).into_iter().map(move |key| (path, key)));
    let missing = asked.filter(|(_, key)| !keys.contains(key));
    assert_none(
        missing.map(|(path, key)| Fault::of_file(path, format!("no message `{key}` in the locales"))).collect(),
    );
}

#[test]
fn every_message_is_asked_for() {
    let mut literals = Literals::default();
    for (path, source) in files::under("src", &["rs"]) {
        let tokens = rust::tokens(&path, &source);
        tokens.iter().filter_map(Token::string).for_each(|literal| literals.add(literal));
        families(&source).iter().for_each(|family| literals.add(family));
    }
    for (_, text) in files::under("templates", &["html", "txt"]) {
        families(&text).iter().for_each(|family| literals.add(family));
        in_template(&text).into_iter().for_each(|literal| literals.add(literal));
    }
    assert_none(unused(&words::keys("en"), &words::referred_to("en"), &literals));
}

#[test]
fn a_missing_key_is_caught() {
    let keys = ["lost-race", "a-b"].map(str::to_owned).into();
    let found = |source| missing("src/x.rs", source, &keys).len();
    assert_eq!(
        found("fn f() { Error::conflict(\"lost-race\"); Message::new(if x { \"a-b\" } else { \"lost-race\" }) }"),
        0
    );
    assert_eq!(found("fn f() { Error::conflict(\"lost-rase\"); Message::new(if x { \"a-c\" } else { \"a-d\" }) }"), 3);
    assert_eq!(found("fn f() { text::message(g(a, b), \"a-e\", &[(\"name\", c)]) }"), 1);
    assert_eq!(found("fn f() { Message::new(code).with(\"name\", format!(\"x\")) }"), 0);
}

#[test]
fn a_message_that_nothing_asks_for_is_caught() {
    let mut literals = Literals::default();
    ["lost-race", "state-{code}", "{any}", "of {x}"].into_iter().for_each(|literal| literals.add(literal));
    let keys = ["lost-race", "lost-race.title", "state-draft", "-name", "idle", "stately"].map(str::to_owned).into();
    let found = unused(&keys, &BTreeSet::from(["-name".to_owned()]), &literals);
    let what: Vec<&str> = found.iter().map(|fault| fault.what.as_str()).collect();
    assert_eq!(what, ["nothing asks for `idle`", "nothing asks for `stately`"]);
}

#[test]
fn only_code_in_a_template_uses_keys() {
    let text =
        "<a class=\"nav-link\" href=\"{{ link(\"home\") }}\">{{ t.say(\"nav-home\") }}</a>{% if x == \"draft\" %}";
    assert_eq!(in_template(text), ["home", "nav-home", "draft"]);
}
