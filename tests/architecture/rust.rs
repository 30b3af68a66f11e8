//! A simple reader of Rust source for the gates: it returns the tokens as one flat list without comments, and the paths
//! that they name. It knows no types and expands no macros; the content of a macro call is read like any other code.

use proc_macro2::{Delimiter, Spacing, TokenStream, TokenTree};
use std::iter::Peekable;

/// One token; `::` is a single token, and each bracket is a token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    pub text: String,
    pub line: usize,
}

impl Token {
    fn is_name(&self) -> bool {
        self.text.starts_with(|first: char| first.is_alphabetic() || first == '_') && !self.is_literal()
    }

    fn is_literal(&self) -> bool {
        self.text.ends_with(['"', '#', '\''])
    }

    /// Returns the content of a string literal with its escapes unresolved, or `None` for any other token.
    pub fn string(&self) -> Option<&str> {
        let inner = self.text.trim_start_matches(['b', 'r', 'c', '#']).trim_end_matches('#');
        self.text.ends_with(['"', '#']).then_some(inner)?.strip_prefix('"')?.strip_suffix('"')
    }
}

/// Returns all tokens of `source` except comments and documentation.
pub fn tokens(path: &str, source: &str) -> Vec<Token> {
    let stream: TokenStream = source.parse().unwrap_or_else(|error| panic!("{path} is not Rust: {error}"));
    let mut flat = Vec::new();
    flatten(stream, &mut flat);
    flat
}

/// Returns whether `tokens` begin with the tokens of `pattern`, which are separated by spaces.
pub fn starts_with(tokens: &[Token], pattern: &str) -> bool {
    let mut pattern = pattern.split(' ');
    let mut tokens = tokens.iter();
    pattern.all(|wanted| tokens.next().is_some_and(|token| token.text == wanted))
}

/// A path that the source names. A `use` with braces is expanded: `use a::{b, c::d}` gives `a::b` and `a::c::d`.
#[derive(Debug, PartialEq, Eq)]
pub struct Path {
    pub segments: Vec<String>,
    /// The modules within this file (`mod x { … }`) that enclose the path.
    pub inside: Vec<String>,
    pub line: usize,
}

impl Path {
    /// Returns whether this path contains `part`, such as `Utc::now`, as whole segments.
    pub fn names(&self, part: &str) -> bool {
        let part: Vec<&str> = part.split("::").collect();
        self.segments.windows(part.len()).any(|window| window == part)
    }

    /// Returns whether the path leads into the crate `name`; a method or a variable of that name does not count.
    pub fn is_of_crate(&self, name: &str) -> bool {
        self.segments.len() > 1 && self.segments[0] == name
    }
}

/// Returns every path in `tokens`, including single names.
pub fn paths(tokens: &[Token]) -> Vec<Path> {
    let mut found = Vec::new();
    let mut modules: Vec<(String, usize)> = Vec::new();
    let (mut depth, mut at) = (0, 0);
    while let Some(token) = tokens.get(at) {
        match token.text.as_str() {
            "{" => depth += 1,
            "}" => {
                depth -= 1;
                modules.retain(|(_, opened)| *opened <= depth);
            }
            "mod" if tokens.get(at + 2).is_some_and(|next| next.text == "{") => {
                modules.push((tokens[at + 1].text.clone(), depth + 1));
            }
            _ if token.is_name() => {
                let mut branches = Vec::new();
                at = read_tree(tokens, at, &[], &mut branches);
                let inside: Vec<String> = modules.iter().map(|(name, _)| name.clone()).collect();
                found.extend(branches.into_iter().map(|(segments, line)| Path {
                    segments,
                    inside: inside.clone(),
                    line,
                }));
                continue;
            }
            _ => {}
        }
        at += 1;
    }
    found
}

/// Reads the path, or the tree of paths, that begins at `at` into `branches`, and returns the position after it.
fn read_tree(tokens: &[Token], at: usize, before: &[String], branches: &mut Vec<(Vec<String>, usize)>) -> usize {
    let mut segments = before.to_vec();
    let line = tokens[at].line;
    let mut at = at;
    loop {
        segments.push(tokens[at].text.clone());
        if tokens.get(at + 1).is_none_or(|next| next.text != "::") {
            branches.push((segments, line));
            return at + 1;
        }
        match tokens.get(at + 2) {
            Some(next) if next.text == "{" => return read_group(tokens, at + 3, &segments, branches),
            Some(next) if next.is_name() || next.text == "*" => at += 2,
            _ => {
                branches.push((segments, line));
                return at + 2;
            }
        }
    }
}

fn read_group(tokens: &[Token], at: usize, before: &[String], branches: &mut Vec<(Vec<String>, usize)>) -> usize {
    let mut at = at;
    while let Some(token) = tokens.get(at) {
        match token.text.as_str() {
            "}" => return at + 1,
            "as" => at += 2,
            _ if token.is_name() || token.text == "*" => at = read_tree(tokens, at, before, branches),
            _ => at += 1,
        }
    }
    at
}

fn flatten(stream: TokenStream, flat: &mut Vec<Token>) {
    let mut trees = stream.into_iter().peekable();
    while let Some(tree) = trees.next() {
        let line = tree.span().start().line;
        let mut push = |text: String| flat.push(Token { text, line });
        match tree {
            TokenTree::Group(group) => {
                let (open, close) = brackets(group.delimiter());
                let end = group.span_close().end().line;
                push(open.to_owned());
                flatten(group.stream(), flat);
                flat.push(Token { text: close.to_owned(), line: end });
            }
            TokenTree::Punct(mark) if mark.as_char() == '#' && drop_documentation(&mut trees) => {}
            TokenTree::Punct(mark) if mark.as_char() == ':' && mark.spacing() == Spacing::Joint => {
                let double = matches!(trees.peek(), Some(TokenTree::Punct(next)) if next.as_char() == ':');
                if double {
                    trees.next();
                }
                push(if double { "::" } else { ":" }.to_owned());
            }
            other => push(other.to_string()),
        }
    }
}

/// Consumes the rest of `#[doc = "…"]` or `#![doc = "…"]` after a `#`; doc comments are parsed into this form.
fn drop_documentation(trees: &mut Peekable<proc_macro2::token_stream::IntoIter>) -> bool {
    let mut ahead = trees.clone();
    let inner = matches!(ahead.peek(), Some(TokenTree::Punct(mark)) if mark.as_char() == '!');
    if inner {
        ahead.next();
    }
    let Some(TokenTree::Group(group)) = ahead.next() else { return false };
    let documents = matches!(group.stream().into_iter().next(), Some(TokenTree::Ident(name)) if name == "doc");
    if documents {
        *trees = ahead;
    }
    documents
}

fn brackets(delimiter: Delimiter) -> (&'static str, &'static str) {
    match delimiter {
        Delimiter::Parenthesis => ("(", ")"),
        Delimiter::Brace => ("{", "}"),
        Delimiter::Bracket => ("[", "]"),
        // Only the output of a macro has such groups; parsed text has none.
        Delimiter::None => ("", ""),
    }
}

#[test]
fn paths_are_expanded_with_their_enclosing_modules() {
    let source = "use a::{b, c::{d, self as e}, f::*};\nmod inner { fn x() { super::g::<T>(h::i!()) } }\nfn y(j: K) {}";
    let all = paths(&tokens("sample", source));
    let shown: Vec<String> =
        all.iter().filter(|path| path.segments.len() > 1).map(|path| path.segments.join("::")).collect();
    assert_eq!(shown, ["a::b", "a::c::d", "a::c::self", "a::f::*", "super::g", "h::i"]);
    let inner = all.iter().find(|path| path.names("super::g")).expect("the path in the inner module");
    assert_eq!((inner.inside.as_slice(), inner.line), (["inner".to_owned()].as_slice(), 2));
    let after = all.iter().find(|path| path.names("K")).expect("the type after it");
    assert!(after.inside.is_empty());
}

#[test]
fn comments_and_documentation_are_left_out() {
    let source = "//! SystemTime\n/// now()\nfn a() { /* Utc::now() */ b(\"c\", r#\"d\"#) }\nfn f() {}";
    let kept = tokens("sample", source);
    let text: Vec<&str> = kept.iter().map(|token| token.text.as_str()).collect();
    assert_eq!(text.join(" "), "fn a ( ) { b ( \"c\" , r#\"d\"# ) } fn f ( ) { }");
    let strings: Vec<&str> = kept.iter().filter_map(Token::string).collect();
    assert_eq!(strings, ["c", "d"]);
}
