//! A feature has one name in every layer and in the tests: the modules of each are those that docs/architecture.md lists,
//! where its second table names every exception.

use std::collections::BTreeSet;

use crate::architecture::{Fault, assert_none};
use crate::support::files;

const PAGE: &str = "docs/architecture.md";

/// Returns the cells of each row of the tables in the section on features.
fn rows(page: &str) -> Vec<Vec<&str>> {
    let section = page.split("\n## ").find(|section| section.starts_with("Features")).unwrap_or_default();
    let rows = section.lines().filter_map(|line| line.strip_prefix("| ")?.strip_suffix(" |"));
    rows.map(|row| row.split(" | ").collect()).collect()
}

/// Returns the names between backticks.
fn names(cell: &str) -> BTreeSet<&str> {
    cell.split('`').skip(1).step_by(2).collect()
}

/// Returns the modules of a folder: its Rust files and its folders with any.
fn modules<'a>(folder: &str, paths: impl Iterator<Item = &'a str>) -> BTreeSet<&'a str> {
    let inner = paths.filter_map(|path| path.strip_prefix(folder)?.strip_prefix('/'));
    let first = inner.filter_map(|path| path.split('/').next());
    first.map(|name| name.trim_end_matches(".rs")).filter(|name| *name != "mod").collect()
}

/// Compares the modules of a folder with the features, of which some have none there, and with the others it has.
fn differences(
    folder: &str,
    found: &BTreeSet<&str>,
    features: &BTreeSet<&str>,
    [besides, without]: [&BTreeSet<&str>; 2],
) -> Vec<Fault> {
    let wanted: BTreeSet<&str> = features.difference(without).chain(besides).copied().collect();
    let unlisted = found.difference(&wanted).map(|name| format!("`{name}` is no feature and not listed"));
    let missing = wanted.difference(found).map(|name| format!("`{name}` is listed and has no module"));
    let unknown = without.difference(features).map(|name| format!("`{name}` is no feature"));
    unlisted.chain(missing).chain(unknown).map(|what| Fault::of_file(folder, what)).collect()
}

fn faults(page: &str, paths: &[String]) -> Vec<Fault> {
    let rows = rows(page);
    let (exceptions, features): (Vec<_>, Vec<_>) = rows.iter().partition(|row| row.len() == 3);
    let features: BTreeSet<&str> = features.iter().map(|row| row[0]).filter(|name| *name != "feature").collect();
    let of = |folder: &str, besides: &str, without: &str| {
        let found = modules(folder, paths.iter().map(String::as_str));
        differences(folder, &found, &features, [&names(besides), &names(without)])
    };
    let exceptions = exceptions.iter().filter(|row| row[0].starts_with('`'));
    let others = exceptions.flat_map(|row| of(row[0].trim_matches('`'), row[1], row[2]));
    of("src/services", "", "").into_iter().chain(others).collect()
}

#[test]
fn every_layer_uses_the_names_of_the_features() {
    let page = files::text(PAGE);
    let sources = ["src", "tests"].iter().flat_map(|folder| files::under(folder, &["rs"]));
    let paths: Vec<String> = sources.map(|(path, _)| path).collect();
    assert_eq!(rows(&page).iter().filter(|row| row.len() == 3 && row[0].starts_with('`')).count(), 4);
    assert_none(faults(&page, &paths));
}

#[test]
fn a_module_by_another_name_is_caught() {
    let page = "# X\n\n## Features\n\n| feature | owns |\n|---|---|\n| audit | the log |\n| payments | money |\n\n\
                | where | besides | without |\n|---|---|---|\n| `tests` | all: `main` | pages: `audit` |\n\n## Next\n";
    let with = |more: &[&str]| {
        let paths = ["src/services/audit/mod.rs", "src/services/payments.rs", "tests/main.rs"];
        let all: Vec<String> = paths.iter().chain(more).map(|path| (*path).to_owned()).collect();
        faults(page, &all).into_iter().map(|fault| fault.what).collect::<Vec<_>>()
    };
    assert_eq!(with(&["tests/payments/mod.rs"]), Vec::<String>::new());
    assert_eq!(with(&[]), ["`payments` is listed and has no module"]);
    let twice = ["`parties` is no feature and not listed"; 2];
    assert_eq!(with(&["tests/payments.rs", "tests/parties/mod.rs", "src/services/parties.rs"]), twice);
}
