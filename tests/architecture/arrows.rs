//! The allowed dependencies between the modules of `src`:
//! `commands, web, jobs → services → storage, adapters, text → domain`.

use crate::architecture::{Fault, assert_none, rust};
use crate::support::files;

/// The other parts of the library that each part may name. A layer may only be skipped downwards: everything may use
/// text and domain, but only services may use storage and adapters.
const ARROWS: &[(&str, &[&str])] = &[
    ("main", &["commands"]),
    // `serve` starts the pages and the jobs; `openapi` prints the API description that web builds.
    ("commands", &["synthetic", "web", "jobs", "services", "app", "config", "clock", "error", "text", "domain"]),
    // Made-up data. The services write the demonstration; the synthetic register is written in bulk, with figures,
    // tasks and hashes from the functions that the services use.
    ("synthetic", &["services", "storage", "jobs", "app", "config", "clock", "error", "text", "domain"]),
    ("web", &["services", "app", "config", "clock", "error", "text", "domain"]),
    ("jobs", &["services", "app", "config", "clock", "error", "text", "domain"]),
    ("services", &["app", "config", "clock", "storage", "adapters", "error", "text", "domain"]),
    // The context of a request or a job is assembled from the layers below services.
    ("app", &["config", "clock", "storage", "adapters", "error", "text", "domain"]),
    ("config", &["clock", "error", "domain"]),
    // Time and randomness are passed in as arguments (clock has the types); nothing below app reads them directly (see
    // `forbidden`).
    ("storage", &["schema", "clock", "error", "domain"]),
    ("adapters", &["config", "clock", "error", "domain"]),
    // An error carries the key of a message; text turns it into words.
    ("error", &["text", "domain"]),
    ("text", &["domain"]),
    ("clock", &[]),
    ("schema", &[]),
    ("domain", &[]),
    // lib.rs declares the modules and uses none of them.
    ("lib", &[]),
];

/// Returns the dependencies of one file that the table does not allow.
fn wrong_arrows(path: &str, source: &str) -> Vec<Fault> {
    let own = module_of(path);
    let Some((part, allowed)) = ARROWS.iter().find(|(part, _)| own.first().is_some_and(|first| first == part)) else {
        return vec![Fault::of_file(path, "a part of the library that ARROWS does not know")];
    };
    let named = rust::paths(&rust::tokens(path, source));
    let targets = named.iter().filter_map(|named| Some((target(&own, named)?, named.line)));
    targets
        .filter(|(target, _)| target != part && !allowed.contains(&target.as_str()))
        .map(|(target, line)| Fault::new(path, line, format!("{part} must not use {target}")))
        .collect()
}

/// Returns the part of the library that a path leads to, or `None` if it leaves the library.
fn target(own: &[String], path: &rust::Path) -> Option<String> {
    let up = path.segments.iter().take_while(|segment| *segment == "super").count();
    match path.segments.first()?.as_str() {
        "crate" | "luyue" => path.segments.get(1).cloned(),
        "super" => {
            // Files at the top, such as lib.rs and app.rs, are one step below the library's root, and so is a folder's
            // mod.rs.
            let root = usize::from(own == ["lib"] || own == ["main"]);
            let module: Vec<&String> = own.iter().skip(root).chain(&path.inside).collect();
            match module.len().checked_sub(up) {
                Some(0) | None => path.segments.get(up).cloned(),
                Some(_) => module.first().map(|first| (*first).clone()),
            }
        }
        // In lib.rs the parts are in scope without `crate::`.
        first if own == ["lib"] && path.segments.len() > 1 && ARROWS.iter().any(|(part, _)| *part == first) => {
            Some(first.to_owned())
        }
        _ => None,
    }
}

/// Returns the module path of a file: `src/web/pages/login.rs` is `web, pages, login`, `src/web/mod.rs` is `web` and
/// `src/app.rs` is `app`.
fn module_of(path: &str) -> Vec<String> {
    let inner = path.trim_start_matches("src/").trim_end_matches(".rs").trim_end_matches("/mod");
    inner.split('/').map(str::to_owned).collect()
}

#[test]
fn modules_depend_only_on_allowed_modules() {
    let sources = files::under("src", &["rs"]);
    assert!(sources.len() > 8, "the source was not found");
    assert_none(sources.iter().flat_map(|(path, source)| wrong_arrows(path, source)).collect());
}

#[test]
fn the_table_has_no_cycle() {
    // Repeatedly removes the parts that depend on nothing that is left; a cycle would remain.
    let mut left: Vec<_> = ARROWS.to_vec();
    while let Some(last) = left.iter().position(|(_, uses)| !left.iter().any(|(part, _)| uses.contains(part))) {
        left.remove(last);
    }
    assert_eq!(left, []);
}

#[test]
fn an_arrow_upwards_or_past_services_is_caught() {
    let wrong = [
        ("src/domain/money.rs", "use crate::storage::Pool;", "domain must not use storage"),
        ("src/domain/mod.rs", "fn f() { crate::text::words() }", "domain must not use text"),
        (
            "src/web/pages/payments.rs",
            "use crate::{domain::Money, storage::{payments, Conn}};",
            "web must not use storage",
        ),
        ("src/jobs/mail.rs", "use super::super::adapters::mail;", "jobs must not use adapters"),
        ("src/jobs/mod.rs", "mod tests { use super::super::web; }", "jobs must not use web"),
        ("src/commands/serve.rs", "fn f() { g!(crate::storage::open()) }", "commands must not use storage"),
        ("src/storage/facts.rs", "use crate::services;", "storage must not use services"),
        ("src/text/money.rs", "use crate::adapters::pdf;", "text must not use adapters"),
        ("src/app.rs", "use super::services;", "app must not use services"),
        ("src/main.rs", "fn main() { luyue::storage::open() }", "main must not use storage"),
        ("src/web/x.rs", "use crate::Pool;", "web must not use Pool"),
        ("src/lib.rs", "pub use crate::storage::Pool;", "lib must not use storage"),
        ("src/lib.rs", "pub use storage::Pool;", "lib must not use storage"),
    ];
    for (path, source, what) in wrong {
        let found = wrong_arrows(path, source);
        assert!(!found.is_empty() && found.iter().all(|fault| fault.what == what), "{path}: {source}: {found:?}");
    }
    assert_eq!(wrong_arrows("src/helpers.rs", "").len(), 1);
}

#[test]
fn allowed_arrows_pass() {
    let right = [
        ("src/services/payments.rs", "use crate::{app::App, storage::payments, domain::Money, text, adapters::files};"),
        (
            "src/web/api/payments.rs",
            "use crate::services::payments; use super::super::extract; use crate::domain::Money;",
        ),
        (
            "src/domain/standing/mod.rs",
            "use super::money; use crate::domain::calendar; pub(crate) fn f() {} mod tests { use super::*; }",
        ),
        ("src/domain/mod.rs", "pub(super) use self::money::Money; mod tests { use super::*; }"),
        ("src/main.rs", "fn main() { luyue::commands::run() }"),
        ("src/app.rs", "use crate::storage::Pool; use super::config::Settings;"),
    ];
    for (path, source) in right {
        assert_eq!(wrong_arrows(path, source), [], "{path}: {source}");
    }
}
