//! Parity of the two languages: both have the same files, messages and variables, and no reference is broken.

use crate::architecture::{Fault, assert_none};
use crate::support::files;
use fluent_syntax::ast::{CallArguments, Entry, Expression, InlineExpression, Pattern, PatternElement};
use std::collections::{BTreeMap, BTreeSet};

/// The references of a message: its variables (`$amount`), and the other messages and terms (`other`, `-term`) in it.
#[derive(Debug, Default, PartialEq, Eq)]
struct Needs {
    variables: BTreeSet<String>,
    messages: BTreeSet<String>,
}

/// The messages of one file by key; an attribute is `message.attribute`, a term is `-term`.
type Messages = BTreeMap<String, Needs>;

fn parse(path: &str, text: &str) -> (Messages, Vec<Fault>) {
    let mut faults = Vec::new();
    let resource = fluent_syntax::parser::parse(text).unwrap_or_else(|(resource, errors)| {
        faults.extend(errors.iter().map(|error| Fault::of_file(path, format!("{error} at byte {}", error.pos.start))));
        resource
    });
    let mut messages = Messages::new();
    let mut add = |key: String, pattern: &Pattern<&str>| {
        let mut needs = Needs::default();
        in_pattern(pattern, &mut needs);
        if messages.insert(key.clone(), needs).is_some() {
            faults.push(Fault::of_file(path, format!("{key} stands twice")));
        }
    };
    for entry in &resource.body {
        let (key, value, attributes) = match entry {
            Entry::Message(message) => (message.id.name.to_owned(), message.value.as_ref(), &message.attributes),
            Entry::Term(term) => (format!("-{}", term.id.name), Some(&term.value), &term.attributes),
            _ => continue,
        };
        value.into_iter().for_each(|value| add(key.clone(), value));
        attributes.iter().for_each(|attribute| add(format!("{key}.{}", attribute.id.name), &attribute.value));
    }
    (messages, faults)
}

fn in_pattern(pattern: &Pattern<&str>, needs: &mut Needs) {
    for element in &pattern.elements {
        if let PatternElement::Placeable { expression } = element {
            in_expression(expression, needs);
        }
    }
}

fn in_expression(expression: &Expression<&str>, needs: &mut Needs) {
    match expression {
        Expression::Inline(inline) => in_inline(inline, needs),
        Expression::Select { selector, variants } => {
            in_inline(selector, needs);
            variants.iter().for_each(|variant| in_pattern(&variant.value, needs));
        }
    }
}

fn in_inline(inline: &InlineExpression<&str>, needs: &mut Needs) {
    let mut in_arguments = |arguments: &CallArguments<&str>| {
        arguments.positional.iter().for_each(|argument| in_inline(argument, needs));
        arguments.named.iter().for_each(|argument| in_inline(&argument.value, needs));
    };
    match inline {
        InlineExpression::StringLiteral { .. } | InlineExpression::NumberLiteral { .. } => {}
        InlineExpression::FunctionReference { arguments, .. } => in_arguments(arguments),
        InlineExpression::MessageReference { id, attribute } => {
            let attribute = attribute.as_ref().map(|attribute| format!(".{}", attribute.name)).unwrap_or_default();
            needs.messages.insert(format!("{}{attribute}", id.name));
        }
        InlineExpression::TermReference { id, arguments, .. } => {
            arguments.iter().for_each(&mut in_arguments);
            needs.messages.insert(format!("-{}", id.name));
        }
        InlineExpression::VariableReference { id } => {
            needs.variables.insert(id.name.to_owned());
        }
        InlineExpression::Placeable { expression } => in_expression(expression, needs),
    }
}

/// Finds messages that only one language has, or that use different variables.
fn differences(path: &str, chinese: &Messages, english: &Messages) -> Vec<Fault> {
    let keys: BTreeSet<&String> = chinese.keys().chain(english.keys()).collect();
    let fault = |key: &str, what: String| Some(Fault::of_file(path, format!("{key}: {what}")));
    let compare = |key: &String| match (chinese.get(key), english.get(key)) {
        (Some(zh), Some(en)) if zh.variables != en.variables => {
            fault(key, format!("zh-CN asks for {:?}, en for {:?}", zh.variables, en.variables))
        }
        (Some(_), None) => fault(key, "not in en".to_owned()),
        (None, Some(_)) => fault(key, "not in zh-CN".to_owned()),
        _ => None,
    };
    keys.into_iter().filter_map(compare).collect()
}

/// Finds references in the messages of one language that lead nowhere.
fn missing_inside(language: &str, all: &Messages) -> Vec<Fault> {
    let needed = all.iter().flat_map(|(key, needs)| needs.messages.iter().map(move |needed| (key, needed)));
    let missing = needed.filter(|(_, needed)| !all.contains_key(*needed));
    missing
        .map(|(key, needed)| Fault::of_file(language, format!("{key} refers to {needed}, which is nowhere")))
        .collect()
}

/// Returns all messages of a language by file, and the faults in the files.
fn language(name: &str) -> (BTreeMap<String, Messages>, Vec<Fault>) {
    let folder = format!("locales/{name}/");
    let (mut parsed, mut faults) = (BTreeMap::new(), Vec::new());
    for (path, text) in files::under(&folder, &["ftl"]) {
        let (messages, wrong) = parse(&path, &text);
        faults.extend(wrong);
        parsed.insert(path.trim_start_matches(&folder).to_owned(), messages);
    }
    (parsed, faults)
}

fn together(files: BTreeMap<String, Messages>) -> Messages {
    files.into_values().flatten().collect()
}

/// Returns all keys of a language, including attributes and terms.
pub fn keys(language_name: &str) -> BTreeSet<String> {
    together(language(language_name).0).into_keys().collect()
}

/// Returns the messages and terms that other messages of the language include.
pub fn referred_to(language_name: &str) -> BTreeSet<String> {
    together(language(language_name).0).into_values().flat_map(|needs| needs.messages).collect()
}

#[test]
fn both_languages_have_the_same_messages() {
    let ((chinese, mut faults), (english, wrong)) = (language("zh-CN"), language("en"));
    faults.extend(wrong);
    assert!(!chinese.is_empty(), "the words were not found");
    let none = Messages::new();
    for file in chinese.keys().chain(english.keys()).collect::<BTreeSet<_>>() {
        faults.extend(differences(file, chinese.get(file).unwrap_or(&none), english.get(file).unwrap_or(&none)));
    }
    // If a key were in two files of one language, the message shown would be arbitrary.
    for (name, files) in [("zh-CN", &chinese), ("en", &english)] {
        let mut seen = BTreeSet::new();
        let again = files.values().flat_map(BTreeMap::keys).filter(|key| !seen.insert(*key));
        faults.extend(again.map(|key| Fault::of_file(name, format!("{key} stands in two files"))));
    }
    faults.extend(missing_inside("zh-CN", &together(chinese)));
    faults.extend(missing_inside("en", &together(english)));
    assert_none(faults);
}

#[test]
fn a_message_of_one_language_and_another_variable_are_caught() {
    let read = |text| parse("sample.ftl", text);
    let (chinese, none) =
        read("paid = 已付 { $amount } 元\n    .title = { $who }\n-name = 履约\nabout = { -name } { paid.title }\n");
    assert_eq!(none, []);
    assert_eq!(chinese.keys().collect::<Vec<_>>(), ["-name", "about", "paid", "paid.title"]);
    assert_eq!(missing_inside("zh-CN", &chinese), []);
    let english = "paid = { NUMBER($sum, currency: \"CNY\") ->\n [0] { $sum }\n *[other] { { $who } }\n }\n    .title = { $who }\n";
    let (english, none) = read(english);
    assert_eq!(none, []);
    let found = differences("sample.ftl", &chinese, &english);
    let what: Vec<&str> = found.iter().map(|fault| fault.what.as_str()).collect();
    let variables = "paid: zh-CN asks for {\"amount\"}, en for {\"sum\", \"who\"}";
    assert_eq!(what, ["-name: not in en", "about: not in en", variables]);
}

#[test]
fn a_broken_file_a_duplicate_key_and_a_dangling_reference_are_caught() {
    assert_eq!(parse("sample.ftl", "paid = { $amount\n").1.len(), 1);
    assert_eq!(parse("sample.ftl", "paid = a\npaid = b\n").1.len(), 1);
    assert_eq!(missing_inside("en", &parse("sample.ftl", "a = { b } { -c }\nb = x { b.d }\n").0).len(), 2);
}
