//! Code that is forbidden everywhere or in some parts of the source: the clock and randomness outside `app`, I/O in the
//! domain, SQL built from text, starting other programs, and libraries outside the layer that they belong to.

use crate::architecture::{Fault, assert_none, rust};
use crate::support::files;

/// The files to which a rule applies, given by path prefixes.
enum Scope {
    Only(&'static [&'static str]),
    Except(&'static [&'static str]),
}

use Scope::{Except, Only};

impl Scope {
    fn covers(&self, path: &str) -> bool {
        let (inverted, beginnings) = match self {
            Only(beginnings) => (false, beginnings),
            Except(beginnings) => (true, beginnings),
        };
        beginnings.iter().any(|beginning| path.starts_with(beginning)) != inverted
    }
}

/// The code that a rule searches for: a named path (`Utc::now`, also through a `use`), anything from a crate, or a
/// sequence of tokens.
enum Pattern {
    Path(&'static str),
    Crate(&'static str),
    Tokens(&'static str),
}

use Pattern::{Crate, Path, Tokens};

struct Rule {
    patterns: &'static [Pattern],
    scope: Scope,
    why: &'static str,
    /// Source that breaks the rule, used to test that every rule catches something.
    offender: &'static str,
}

const SRC: &[&str] = &["src/"];
const TESTS: &[&str] = &["tests/"];
/// The only places that read the clock and generate randomness; everything else receives them as arguments.
const APP: &[&str] = &["src/app", "src/clock", "tests/", "benches/"];
const BELOW_APP: &[&str] =
    &["src/domain/", "src/text/", "src/storage/", "src/adapters/", "src/error", "src/config", "src/schema"];
const DOMAIN: &[&str] = &["src/domain/"];

const RULES: &[Rule] = &[
    Rule {
        patterns: &[Path("Utc::now"), Path("Local::now"), Path("SystemTime::now")],
        scope: Except(APP),
        why: "the time comes from the clock that is handed in",
        offender: "fn f() { let today = chrono::Utc::now(); }",
    },
    Rule {
        patterns: &[Path("Instant::now")],
        scope: Except(&["src/app", "src/clock", "src/web/", "src/jobs/", "src/commands/", "tests/", "benches/"]),
        why: "durations are measured at the program's edge alone",
        offender: "use std::time::Instant; fn f() { Instant::now(); }",
    },
    Rule {
        patterns: &[Tokens(". now ("), Path("dsl::now")],
        scope: Only(BELOW_APP),
        why: "below app a day or a time is an argument",
        offender: "fn f(app: &App) { app.clock.now() }",
    },
    Rule {
        patterns: &[
            Path("Uuid::new_v4"),
            Path("Uuid::now_v7"),
            Crate("getrandom"),
            Path("OsRng"),
            Path("SysRng"),
            Path("thread_rng"),
            Crate("rand"),
            Crate("fastrand"),
            Path("SaltString::generate"),
            Path("generate_secret"),
        ],
        scope: Except(APP),
        why: "chance comes from the ids that are handed in",
        offender: "fn f() { uuid::Uuid::new_v4() }",
    },
    Rule {
        patterns: &[
            Path("std::fs"),
            Path("std::io"),
            Path("std::net"),
            Path("std::env"),
            Path("std::process"),
            Path("std::thread"),
            Path("SystemTime"),
            Path("Instant"),
            Crate("tokio"),
            Crate("tracing"),
            Tokens("println !"),
            Tokens("eprintln !"),
        ],
        scope: Only(DOMAIN),
        why: "the domain does no I/O and reads no clock",
        offender: "use std::{fmt, fs};",
    },
    Rule {
        patterns: &[Crate("diesel"), Crate("diesel_migrations"), Crate("diesel_derive_newtype")],
        scope: Except(&["src/storage/", "src/schema.rs", "src/error", "tests/", "benches/"]),
        why: "the database is spoken to in storage",
        offender: "use diesel::prelude::*;",
    },
    Rule {
        patterns: &[Path("written_tables::reading")],
        scope: Except(&["src/storage/statements.rs"]),
        why: "only a statement whose type says that it reads is sent without noting what it changes",
        offender: "fn f() { written_tables::reading(|| diesel::update(table).execute(connection)) }",
    },
    Rule {
        patterns: &[Crate("actix_web"), Crate("actix_multipart"), Crate("tracing_actix_web")],
        scope: Except(&["src/web/", "tests/", "benches/"]),
        why: "HTTP is web's alone",
        offender: "fn f() -> actix_web::HttpResponse { g() }",
    },
    Rule {
        patterns: &[
            Crate("lettre"),
            Crate("mailparse"),
            Crate("printpdf"),
            Crate("lopdf"),
            Crate("object_store"),
            Crate("argon2"),
            Crate("jsonwebtoken"),
            Crate("totp_rs"),
            Crate("zip"),
            Crate("flate2"),
            Crate("quick_xml"),
        ],
        scope: Only(&["src/domain/", "src/text/", "src/storage/", "src/services/", "src/web/", "src/jobs/"]),
        why: "the outside world is behind an adapter",
        offender: "use lettre::Message;",
    },
    Rule {
        patterns: &[Crate("fluent_templates")],
        scope: Except(&["src/text/", "tests/", "benches/"]),
        why: "words come through text",
        offender: "use fluent_templates::Loader;",
    },
    Rule {
        patterns: &[
            Tokens("sql_query ( format !"),
            Tokens("sql_query ( & format !"),
            Tokens(". sql ( format !"),
            Tokens(". sql ( & format !"),
        ],
        scope: Only(SRC),
        why: "values are bound, never put into the text of a query",
        offender: "fn f() { sql_query(format!(\"DELETE FROM {t}\")) }",
    },
    Rule {
        patterns: &[Path("Command::new"), Path("process::Command")],
        scope: Only(SRC),
        why: "no other program is started",
        offender: "fn f() { std::process::Command::new(\"sh\") }",
    },
    Rule {
        patterns: &[Crate("ureq"), Path("TcpStream"), Path("UdpSocket"), Path("UnixStream")],
        scope: Except(&[
            "src/adapters/identity_provider/",
            "src/adapters/files/antivirus.rs",
            "src/adapters/gateway.rs",
            "src/adapters/outgoing.rs",
            "tests/",
            "benches/",
        ]),
        why: "only hosts of the settings are spoken to, by their adapters",
        offender: "fn f(address: &str) { ureq::get(address).call() }",
    },
    Rule {
        patterns: &[Tokens("dangerous ::"), Tokens(". dangerous ("), Path("insecure_decode")],
        scope: Only(SRC),
        why: "no check of a signature or a certificate is left out",
        offender: "fn f() { jsonwebtoken::dangerous::insecure_decode(t) }",
    },
    Rule {
        patterns: &[
            Tokens("todo !"),
            Tokens("unimplemented !"),
            Tokens("dbg !"),
            Tokens("allow ( dead_code"),
            Tokens("allow ( unused"),
        ],
        scope: Except(&[]),
        why: "nothing unfinished is kept",
        offender: "#[allow(dead_code)] fn f() {}",
    },
    Rule {
        patterns: &[Tokens(". unwrap ( )")],
        scope: Only(SRC),
        why: "an error is passed on; what cannot fail says so with expect",
        offender: "fn f() { g().unwrap() }",
    },
    Rule {
        patterns: &[Tokens("# [ cfg ( test"), Tokens("# [ test ]")],
        scope: Only(SRC),
        why: "tests stand in tests/: one here would have the whole library compiled and linked twice",
        offender: "#[cfg(test)] mod tests {}",
    },
    Rule {
        patterns: &[Tokens("# [ ignore")],
        scope: Only(TESTS),
        why: "a test that is not run shows nothing",
        offender: "#[ignore] #[test] fn f() {}",
    },
    Rule {
        patterns: &[Path("thread::sleep"), Path("time::sleep")],
        scope: Only(&["tests/"]),
        why: "a test waits for a condition by what tells of it, never for a time",
        offender: "fn f() { std::thread::sleep(ONE) }",
    },
];

fn offences(path: &str, source: &str) -> Vec<Fault> {
    let rules: Vec<&Rule> = RULES.iter().filter(|rule| rule.scope.covers(path)).collect();
    let tokens = rust::tokens(path, source);
    let paths = rust::paths(&tokens);
    let mut faults = Vec::new();
    for rule in rules {
        for pattern in rule.patterns {
            let lines: Vec<usize> = match pattern {
                Path(part) => paths.iter().filter(|path| path.names(part)).map(|path| path.line).collect(),
                Crate(name) => paths.iter().filter(|path| path.is_of_crate(name)).map(|path| path.line).collect(),
                Tokens(row) => {
                    let places = (0..tokens.len()).filter(|at| rust::starts_with(&tokens[*at..], row));
                    places.map(|at| tokens[at].line).collect()
                }
            };
            let what = match pattern {
                Path(what) | Crate(what) | Tokens(what) => what,
            };
            faults.extend(lines.into_iter().map(|line| Fault::new(path, line, format!("`{what}`: {}", rule.why))));
        }
    }
    faults.extend(unexplained(path, source, &tokens));
    faults
}

/// Finds each expect, panic and unreachable in `src` without a comment, on its line or the three lines before it, that
/// explains why no input can trigger it.
fn unexplained(path: &str, source: &str, tokens: &[rust::Token]) -> Vec<Fault> {
    if !path.starts_with("src/") {
        return Vec::new();
    }
    let lines: Vec<&str> = source.lines().collect();
    let explained = |line: usize| lines[line.saturating_sub(4)..line].iter().any(|text| is_reason(text));
    let patterns = [". expect (", ". expect_err (", "panic !", "unreachable !"];
    let places = (0..tokens.len()).filter(|at| patterns.iter().any(|row| rust::starts_with(&tokens[*at..], row)));
    places
        .map(|at| tokens[at].line)
        .filter(|line| !explained(*line))
        .map(|line| Fault::new(path, line, "no comment says why this cannot happen"))
        .collect()
}

/// Returns whether a line has an ordinary comment, as opposed to a doc comment.
fn is_reason(line: &str) -> bool {
    line.split_once("//").is_some_and(|(_, rest)| !rest.starts_with('/') && !rest.starts_with('!'))
}

/// Finds words in comments that defer work to later.
fn promises(path: &str, source: &str) -> Vec<Fault> {
    let words = ["TODO", "FIXME", "XXX", "HACK"];
    let lines = source.lines().zip(1..);
    lines
        .filter(|(line, _)| {
            words.iter().any(|word| line.split(|c: char| !c.is_alphanumeric()).any(|found| found == *word))
        })
        .map(|(_, number)| Fault::new(path, number, "what is not done is left out, not promised"))
        .collect()
}

/// Finds values that a migration lets the database generate: the program supplies every value and every time (house
/// rule 3).
fn in_migration(path: &str, sql: &str) -> Vec<Fault> {
    let words = ["DEFAULT", "TRIGGER", "NOW", "CURRENT_TIMESTAMP", "CURRENT_DATE", "RANDOM", "GEN_RANDOM_UUID"];
    let mut faults = Vec::new();
    for (line, number) in sql.lines().zip(1..) {
        let code = line.split("--").next().unwrap_or_default().to_uppercase();
        // The way in which PostgreSQL increments a key is not such a value.
        let code = code.replace("GENERATED BY DEFAULT AS IDENTITY", "");
        let found =
            words.iter().find(|word| code.split(|c: char| !c.is_alphanumeric() && c != '_').any(|part| part == **word));
        faults.extend(found.map(|word| Fault::new(path, number, format!("{word}: the program gives the value"))));
    }
    faults
}

#[test]
fn nothing_forbidden_is_in_the_source() {
    let sources: Vec<_> = ["src", "tests", "benches"].iter().flat_map(|folder| files::under(folder, &["rs"])).collect();
    // The samples in this file break the rules on purpose.
    let sources = sources.iter().filter(|(path, _)| path != "tests/architecture/forbidden.rs");
    let faults = sources.flat_map(|(path, source)| [offences(path, source), promises(path, source)].concat());
    assert_none(faults.collect());
}

#[test]
fn migrations_generate_no_values() {
    let all = files::under("migrations", &["sql"]);
    assert_none(all.iter().flat_map(|(path, sql)| in_migration(path, sql)).collect());
}

#[test]
fn every_rule_catches_its_offender_and_spares_the_same_in_a_comment() {
    for rule in RULES {
        let path = match &rule.scope {
            Only(beginnings) => format!("{}sample.rs", beginnings[0]),
            Except(_) => "src/services/sample.rs".to_owned(),
        };
        let caught = |source: &str| offences(&path, source).iter().any(|fault| fault.what.ends_with(rule.why));
        assert!(caught(rule.offender), "not caught: {}", rule.offender);
        let comment = format!("//! {0}\n/* {0} */\nfn f() {{ let _ = r##\"{0}\"##; }}", rule.offender);
        assert!(!caught(&comment), "caught in words: {}", rule.offender);
    }
}

#[test]
fn every_rule_ignores_files_outside_its_scope() {
    for rule in RULES {
        let elsewhere = match &rule.scope {
            Except(beginnings) => beginnings.first().map(|beginning| format!("{beginning}/sample.rs")),
            Only(_) => None,
        };
        let Some(path) = elsewhere else { continue };
        let found = offences(&path, rule.offender);
        assert!(found.iter().all(|fault| !fault.what.ends_with(rule.why)), "{path}: {}", rule.offender);
    }
}

#[test]
fn an_expect_without_a_reason_is_caught() {
    let path = "src/domain/sample.rs";
    assert_eq!(offences(path, "fn f() {\n    g().expect(\"a day\");\n}").len(), 1);
    assert_eq!(offences(path, "fn f() {\n    match x { _ => unreachable!() }\n}").len(), 1);
    assert_eq!(offences(path, "fn f() {\n    // The table has every day.\n    g().expect(\"a day\");\n}"), []);
    assert_eq!(offences(path, "/// The last day.\nconst D: Day = g().expect(\"a day\");").len(), 1);
    assert_eq!(offences("tests/sample.rs", "fn f() { g().expect(\"a day\"); }"), []);
}

#[test]
fn a_promise_is_caught() {
    assert_eq!(promises("src/x.rs", "// TODO: later\nfn f() {}\n// a FIXME").len(), 2);
    assert_eq!(promises("src/x.rs", "// METHODOLOGY, TODOS"), []);
}

#[test]
fn a_value_made_by_the_database_is_caught() {
    let caught = |sql| !in_migration("up.sql", sql).is_empty();
    assert!(caught("at timestamp not null default now()"));
    assert!(caught("CREATE TRIGGER t"));
    assert!(caught("id bigint, at text DEFAULT ''"));
    assert!(!caught("id BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY, -- the default\nknown_at text"));
}
