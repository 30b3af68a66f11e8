//! Dependencies: each has a reason in docs/architecture.md, and no refused crate comes in through another one.

use crate::architecture::{Fault, assert_none};
use crate::support::files;
use std::collections::BTreeSet;
use std::process::Command;

/// Crates that must not be part of the program, and the reasons.
const REFUSED: &[(&str, &str)] = &[
    ("actix-governor", "GPL-3.0"),
    ("h2", "0.3 has an open advisory; HTTP/2 is the proxy's task"),
    ("rsa", "RUSTSEC-2023-0071 has no fix"),
    ("openidconnect", "brings rsa"),
    ("ring", "two cryptographic providers make rustls panic when it is to choose; ours is aws-lc-rs"),
    ("native-tls", "TLS is rustls with aws-lc-rs"),
];

/// Licences under which parts of the program may stand; of alternatives one suffices.
const LICENCES: &[&str] = &[
    "MIT",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "ISC",
    "Zlib",
    "0BSD",
    "CC0-1.0",
    "Unlicense",
    "Unicode-3.0",
    "OpenSSL",
    "PostgreSQL",
    "MPL-2.0",
    "BSL-1.0",
    "MIT-0",
];

/// Runs cargo offline; the packages are present because the tests were just built.
fn cargo(arguments: &[&str]) -> String {
    let asked = Command::new(env!("CARGO"))
        .current_dir(files::package())
        .args(arguments)
        .args(["--locked", "--offline"])
        .output();
    let answer = asked.expect("cargo runs");
    assert!(answer.status.success(), "cargo {arguments:?}: {}", String::from_utf8_lossy(&answer.stderr));
    String::from_utf8(answer.stdout).expect("cargo prints UTF-8")
}

/// Returns the backquoted names in the first column of a table: "| `serde` | … |", with a reason after each.
fn rows(document: &str) -> BTreeSet<String> {
    let cells = document.lines().filter_map(|line| line.strip_prefix("| `")?.split_once("` | "));
    cells.filter(|(_, reason)| reason.trim_matches(['|', ' ']).len() > 8).map(|(name, _)| name.to_owned()).collect()
}

fn differences(declared: &BTreeSet<String>, explained: &BTreeSet<String>) -> Vec<Fault> {
    let mute = declared.difference(explained).map(|name| Fault::of_file(name, "no reason in docs/architecture.md"));
    let gone = explained.difference(declared).map(|name| Fault::of_file(name, "explained, but no dependency"));
    mute.chain(gone).collect()
}

/// Returns the refused crates among `crates`, which has one "name v1.2.3 …" per line.
fn refused(crates: &str) -> Vec<Fault> {
    let names: BTreeSet<&str> = crates.lines().filter_map(|line| line.split_whitespace().next()).collect();
    let found = REFUSED.iter().filter(|(name, _)| names.contains(name));
    found.map(|(name, why)| Fault::of_file(name, *why)).collect()
}

#[test]
fn each_dependency_has_its_reason() {
    let metadata: serde_json::Value =
        serde_json::from_str(&cargo(&["metadata", "--no-deps", "--format-version=1"])).expect("cargo prints JSON");
    let declared = metadata["packages"][0]["dependencies"].as_array().expect("a list");
    let declared = declared.iter().map(|dependency| dependency["name"].as_str().expect("a name").to_owned()).collect();
    let document = files::text("docs/architecture.md");
    let section =
        document.split("\n## ").find(|section| section.starts_with("Dependencies")).expect("the section on them");
    assert_none(differences(&declared, &rows(section)));
}

#[test]
fn no_refused_crate_is_part_of_the_program() {
    let tree = cargo(&["tree", "--edges=normal,build", "--prefix=none"]);
    assert!(tree.lines().count() > 100 && tree.contains("aws-lc-rs v"), "{tree}");
    assert_none(refused(&tree));
}

/// Returns whether one may choose a known licence for everything: AND binds before OR, except around brackets.
fn is_licensed(expression: &str) -> bool {
    let is_known = |one: &str| LICENCES.contains(&one.trim_matches(['(', ')', ' ']));
    if expression.contains('(') {
        return expression.split(" AND ").all(|part| part.split(" OR ").any(is_known));
    }
    expression.split(" OR ").any(|part| part.split(" AND ").all(is_known))
}

/// Returns the parts, one "name licence" per line, without a known licence.
fn unlicensed(parts: &str) -> Vec<Fault> {
    let lines = parts.lines().map(|line| line.split_once(' ').unwrap_or((line, "")));
    let unknown = lines.filter(|(_, licence)| !is_licensed(&licence.replace('/', " OR ")));
    unknown.map(|(name, licence)| Fault::of_file(name, licence)).collect()
}

#[test]
fn every_part_has_a_known_licence() {
    let tree = cargo(&["tree", "--edges=normal,build", "--prefix=none", "--no-dedupe", "--format={p}|{l}"]);
    let lines = tree.lines().filter_map(|line| line.split_once('|'));
    let parts: BTreeSet<String> =
        lines.map(|(part, licence)| format!("{} {licence}", part.split(' ').next().unwrap_or(part))).collect();
    assert!(parts.len() > 100, "{parts:?}");
    assert_none(unlicensed(&parts.into_iter().collect::<Vec<_>>().join("\n")));
}

#[test]
fn a_part_without_a_known_licence_is_caught() {
    let names = |parts| unlicensed(parts).into_iter().map(|fault| fault.at).collect::<Vec<_>>();
    assert_eq!(names("a GPL-3.0\nb \nc MIT AND GPL-3.0\nd MIT OR GPL-3.0\ne MIT/Apache-2.0"), ["a", "b", "c"]);
    assert_eq!(names("h (MIT OR ISC) AND GPL-3.0"), ["h"]);
    assert!(names("f (MIT OR Apache-2.0) AND Unicode-3.0\ng ISC AND OpenSSL").is_empty());
}

#[test]
fn a_dependency_without_a_row_and_a_row_without_one_are_caught() {
    let document = "| crate | reason |\n|---|---|\n| `serde` | reads and writes JSON |\n| `mute` |  |\n| `gone` | was useful once |";
    let declared = ["serde", "mute"].map(str::to_owned).into();
    let found: Vec<String> = differences(&declared, &rows(document)).into_iter().map(|fault| fault.at).collect();
    assert_eq!(found, ["mute", "gone"]);
}

#[test]
fn a_refused_crate_is_caught() {
    let names = |tree| refused(tree).into_iter().map(|fault| fault.at).collect::<Vec<_>>();
    assert_eq!(names("luyue v0.1.0 (path)\nring v0.17.14\nrsa v0.9.1 (*)"), ["rsa", "ring"]);
    assert!(names("luyue v0.1.0\nring-buffer v1.0.0\nh2o v1.0.0").is_empty());
}
