//! Exhaustive matches: where money, mail or rights depend on a kind, a role or a state, each variant is named, so that a
//! new one does not compile until every place has decided on it.

use crate::architecture::{Fault, assert_none, rust};
use crate::support::files;

/// The enums on whose variants no match has an arm for the rest.
const NAMED_IN_FULL: &[&str] = &["Clause", "ClauseKind", "Role", "ChangeRequestKind", "ChangeRequestState", "Proposal"];

/// Returns the position after the group of brackets that opens at `at`.
fn after_group(tokens: &[rust::Token], at: usize) -> usize {
    let mut depth = 0_usize;
    for (place, token) in tokens.iter().enumerate().skip(at) {
        match token.text.as_str() {
            "{" | "(" | "[" => depth += 1,
            "}" | ")" | "]" => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return place + 1;
        }
    }
    tokens.len()
}

/// Returns the patterns of the arms of a match whose block opens at `open`, each with its guard.
fn patterns(tokens: &[rust::Token], open: usize) -> Vec<&[rust::Token]> {
    let end = after_group(tokens, open) - 1;
    let (mut found, mut at) = (Vec::new(), open + 1);
    while at < end {
        let begin = at;
        while at < end && !rust::starts_with(&tokens[at..], "= >") {
            at = if ["{", "(", "["].contains(&tokens[at].text.as_str()) { after_group(tokens, at) } else { at + 1 };
        }
        found.push(&tokens[begin..at]);
        at += 2;
        if tokens.get(at).is_some_and(|token| token.text == "{") {
            at = after_group(tokens, at);
        }
        while at < end && tokens[at].text != "," && !is_arm(tokens, at) {
            at = if ["{", "(", "["].contains(&tokens[at].text.as_str()) { after_group(tokens, at) } else { at + 1 };
        }
        at += usize::from(at < end && tokens[at].text == ",");
    }
    found
}

/// Returns whether an arm begins at `at` although no comma ends the arm before it, whose body is a block.
fn is_arm(tokens: &[rust::Token], at: usize) -> bool {
    tokens[at - 1].text == "}" && !matches!(tokens[at].text.as_str(), "." | "?" | "as" | "else")
}

/// Returns a pattern without its guard.
fn without_guard(pattern: &[rust::Token]) -> &[rust::Token] {
    let guard = pattern.iter().position(|token| token.text == "if").unwrap_or(pattern.len());
    &pattern[..guard]
}

/// Returns whether a pattern, which may have a guard, takes every value.
fn is_wildcard(pattern: &[rust::Token]) -> bool {
    let is_name =
        |text: &str| text.starts_with(|first: char| first.is_lowercase()) && !["true", "false"].contains(&text);
    match without_guard(pattern) {
        [only] => only.text == "_" || is_name(&only.text),
        several => several.iter().all(|token| ["_", "(", ")", ","].contains(&token.text.as_str())),
    }
}

fn wildcards(path: &str, source: &str) -> Vec<Fault> {
    let is_named = NAMED_IN_FULL.iter().any(|name| source.contains(&format!("{name}::")));
    if !is_named {
        return Vec::new();
    }
    let tokens = rust::tokens(path, source);
    let matches = (0..tokens.len()).filter(|at| tokens[*at].text == "match");
    let found = matches.filter_map(|at| {
        let mut open = at + 1;
        while tokens.get(open)?.text != "{" {
            open = if ["(", "["].contains(&tokens[open].text.as_str()) { after_group(&tokens, open) } else { open + 1 };
        }
        let arms = patterns(&tokens, open);
        let names = |name: &&&str| {
            arms.iter()
                .any(|arm| without_guard(arm).windows(2).any(|two| rust::starts_with(two, &format!("{name} ::"))))
        };
        let kind = NAMED_IN_FULL.iter().find(names)?;
        let rest = arms.iter().find(|arm| is_wildcard(arm))?;
        Some(Fault::new(path, rest.first()?.line, format!("an arm for the rest of {kind}")))
    });
    found.collect()
}

#[test]
fn matches_on_kinds_name_every_variant() {
    assert_none(files::under("src", &["rs"]).iter().flat_map(|(path, source)| wildcards(path, source)).collect());
}

#[test]
fn an_arm_for_the_rest_is_caught() {
    let of = |arms: &str| wildcards("src/x.rs", &format!("fn f() {{ match g(|x| {{ x }}, y) {{ {arms} }} }}")).len();
    assert_eq!(of("Role::Officer => 1, _ => 2"), 1);
    assert_eq!(of("Some(Role::Officer | Role::Leader) => { 1 } other => h(other)"), 1);
    assert_eq!(of("_ if a => 1, Clause::Staffing { .. } => 2, Clause::Incident { .. } => 3"), 1);
    assert_eq!(of("(Role::Officer, _) => { 1 }.max(2), (_, _) => 2"), 1);
    assert_eq!(of("Role::Officer => match z { _ => 1 }, Role::Leader if a => 2, Role::Leader => 3"), 0);
    assert_eq!(of("Some(1) => Role::Officer, _ => Role::Leader"), 0);
    assert_eq!(of("(Role::Officer, true) => 1, (Role::Officer, false) | (Role::Leader, _) => 2"), 0);
}
