//! The shape of the source tree: the length of files and functions, their opening comments, equal migrations for both
//! engines, and no references to the machine on which the code was written.

use crate::architecture::{Fault, assert_none};
use crate::support::files;
use std::collections::BTreeSet;

const LINES: usize = 450;
const LINES_OF_SCHEMA: usize = 1600;
const LINES_OF_FUNCTION: usize = 60;
/// Tests may hold a table or a story.
const LINES_OF_TEST: usize = 125;

fn too_long(path: &str, source: &str) -> Option<Fault> {
    let (limit, lines) = (if path == "src/schema.rs" { LINES_OF_SCHEMA } else { LINES }, source.lines().count());
    (lines > limit).then(|| Fault::of_file(path, format!("{lines} lines; more than {limit} are two modules")))
}

fn without_introduction(path: &str, source: &str) -> Option<Fault> {
    let introduced = source.lines().next().is_some_and(|first| first.starts_with("//! ") && first.len() > 12);
    (!introduced).then(|| Fault::of_file(path, "does not begin with `//!`, what it is for and what it must not do"))
}

/// Finds functions that are too long, in source as rustfmt leaves it: a function ends at the brace below its beginning.
fn long_functions(path: &str, source: &str) -> Vec<Fault> {
    let limit = if path.starts_with("src/") { LINES_OF_FUNCTION } else { LINES_OF_TEST };
    let lines: Vec<&str> = source.lines().collect();
    let length = |at: usize| {
        let indent = lines[at].len() - lines[at].trim_start().len();
        let rest = lines[at..].iter();
        let header = rest.clone().position(|line| line.ends_with(['{', ';', '}']))?;
        let has_body = lines[at + header].ends_with('{');
        let end = rest.clone().position(|line| line.trim_end() == format!("{}}}", " ".repeat(indent)))?;
        has_body.then_some(end + 1)
    };
    let begins = |line: &str| {
        let words = line.split_whitespace().take_while(|word| !word.contains('(') && *word != "fn");
        line.contains("fn ") && words.clone().all(|word| word.starts_with("pub") || ["const", "async"].contains(&word))
    };
    let places = (0..lines.len()).filter(|at| begins(lines[*at]));
    let long = places.filter_map(|at| Some((at + 1, length(at)?))).filter(|(_, count)| *count > limit);
    long.map(|(line, count)| Fault::new(path, line, format!("a function of {count} lines"))).collect()
}

/// Returns the migrations of one engine with their files, such as `2026-11-22-000001_accounts/up.sql`.
fn migrations(tree: &str) -> BTreeSet<String> {
    let prefix = format!("migrations/{tree}/");
    files::under(&prefix, &["sql"]).into_iter().map(|(path, _)| path.trim_start_matches(&prefix).to_owned()).collect()
}

fn unequal_trees(sqlite: &BTreeSet<String>, postgres: &BTreeSet<String>) -> Vec<Fault> {
    let alone = sqlite.symmetric_difference(postgres);
    alone.map(|name| Fault::of_file(&format!("migrations/…/{name}"), "only one engine has it")).collect()
}

/// Finds paths of a development or build machine, and addresses that exist only in its network.
fn of_this_machine(path: &str, text: &str) -> Vec<Fault> {
    // Concatenated here so that this file does not violate its own rule.
    let marks =
        [["/ho", "me/"], ["/ro", "ot/"], ["/wo", "rk/"], ["/tmp/", "l/"], ["/Us", "ers/"]].map(|parts| parts.concat());
    let lines = text.lines().zip(1..).filter(|(line, _)| marks.iter().any(|mark| line.contains(mark)));
    lines.map(|(_, number)| Fault::new(path, number, "a path of one machine")).collect()
}

#[test]
fn files_are_short_and_introduced() {
    let sources: Vec<_> = ["src", "tests", "benches"].iter().flat_map(|folder| files::under(folder, &["rs"])).collect();
    let long = sources.iter().filter_map(|(path, source)| too_long(path, source));
    let mute = sources.iter().filter_map(|(path, source)| without_introduction(path, source));
    assert_none(long.chain(mute).collect());
}

#[test]
fn functions_are_short() {
    let sources = ["src", "tests", "benches"].iter().flat_map(|folder| files::under(folder, &["rs"]));
    assert_none(sources.flat_map(|(path, source)| long_functions(&path, &source)).collect());
}

#[test]
fn both_engines_have_the_same_migrations() {
    assert_none(unequal_trees(&migrations("sqlite"), &migrations("postgres")));
}

#[test]
fn no_file_names_a_development_machine() {
    let extensions = ["rs", "sql", "md", "toml", "ftl", "html", "txt", "sh", "yml", "yaml"];
    let folders = ["src", "tests", "benches", "migrations", "docs", "locales", "templates", ".config", ".ci"];
    let mut all: Vec<_> = folders.iter().flat_map(|folder| files::under(folder, &extensions)).collect();
    let single = ["Cargo.toml", "README.md", "README.zh-CN.md", "tests/run", "tests/postgres", ".ci/run", ".gitignore"];
    all.extend(
        single
            .iter()
            .filter(|path| files::package().join(path).exists())
            .map(|path| ((*path).to_owned(), files::text(path))),
    );
    assert_none(all.iter().flat_map(|(path, text)| of_this_machine(path, text)).collect());
}

#[test]
fn dependencies_come_from_the_public_registry() {
    let lock = files::text("Cargo.lock");
    let sources: BTreeSet<&str> = lock.lines().filter_map(|line| line.strip_prefix("source = ")).collect();
    assert_eq!(sources, BTreeSet::from(["\"registry+https://github.com/rust-lang/crates.io-index\""]));
}

#[test]
fn a_long_file_and_one_without_introduction_are_caught() {
    assert_eq!(too_long("src/domain/money.rs", &"x\n".repeat(450)), None);
    assert!(too_long("src/domain/money.rs", &"x\n".repeat(451)).is_some());
    assert_eq!(too_long("src/schema.rs", &"x\n".repeat(1600)), None);
    assert!(too_long("src/schema.rs", &"x\n".repeat(1601)).is_some());
    assert!(without_introduction("src/x.rs", "use a;\n//! late").is_some());
    assert!(without_introduction("src/x.rs", "//! \nuse a;").is_some());
    assert_eq!(without_introduction("src/x.rs", "//! Money, in whole fen.\n"), None);
}

#[test]
fn a_long_function_is_caught() {
    let of = |lines: usize| format!("pub(crate) fn f(\n) {{\n{}}}\n", "    x;\n".repeat(lines - 3));
    assert_eq!(long_functions("src/x.rs", &of(60)), []);
    assert_eq!(long_functions("src/x.rs", &of(61)).len(), 1);
    assert_eq!((long_functions("tests/x.rs", &of(125)).len(), long_functions("tests/x.rs", &of(126)).len()), (0, 1));
    let within = format!("trait T {{\n    fn f();\n    fn g() {{}}\n{}}}\n", "    // x\n".repeat(90));
    assert_eq!(long_functions("src/x.rs", &within), []);
}

#[test]
fn a_migration_of_one_engine_is_caught() {
    let tree = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
    assert_eq!(unequal_trees(&tree(&["1_a/up.sql"]), &tree(&["1_a/up.sql"])), []);
    assert_eq!(unequal_trees(&tree(&["1_a/up.sql", "2_b/up.sql"]), &tree(&["1_a/up.sql", "3_c/up.sql"])).len(), 2);
}

#[test]
fn a_path_of_a_machine_is_caught() {
    let path = format!("{}somebody/luyue", ["/ho", "me/"].concat());
    assert_eq!(of_this_machine("docs/x.md", &format!("first\nsee {path}\n")).len(), 1);
    assert_eq!(of_this_machine("docs/x.md", "see /var/lib/luyue"), []);
}
