//! The documentation names only what exists: files, functions, tests, routes, settings, commands and their options. It
//! checks names, not statements.

use crate::architecture::{Fault, assert_none};
use crate::support::files;

/// Folders of the package whose paths are checked.
const FOLDERS: &[&str] = &["src/", "tests/", "docs/", "benches/", "locales/", "migrations/", "templates/"];
/// Keywords that define a name.
const KEYWORDS: &[&str] = &["fn ", "struct ", "enum ", "trait ", "type ", "const ", "static ", "mod "];

/// Sources that names are looked up in.
struct Sources {
    src: Vec<(String, String)>,
    tests: Vec<(String, String)>,
    /// Paths of the API, as the handlers declare them.
    routes: Vec<String>,
}

impl Sources {
    fn load() -> Self {
        let src = files::under("src", &["rs"]);
        let api = src.iter().filter(|(path, _)| path.starts_with("src/web/"));
        let paths = api.flat_map(|(_, text)| text.split("(\"").skip(1).filter_map(|rest| rest.split('"').next()));
        let routes = paths.filter(|text| text.starts_with('/')).map(str::to_owned).collect();
        Self { tests: files::under("tests", &["rs"]), routes, src }
    }

    /// Returns whether `module::item`, `module::Type::item` or `Type::item` is defined in `src`.
    fn defines(&self, name: &str) -> bool {
        let segments: Vec<&str> = name.split("::").collect();
        let Some((first, rest)) = segments.split_first() else { return false };
        let is_module = first.starts_with(char::is_lowercase);
        let items = if is_module { rest } else { &segments[..] };
        self.src.iter().any(|(path, text)| {
            let inside = !is_module || path.trim_end_matches(".rs").split('/').any(|part| part == *first);
            let submodule = |item: &str| path.contains(&format!("/{first}/{item}"));
            inside && items.iter().all(|item| submodule(item) || is_defined(text, item))
        })
    }

    /// Returns whether `src/commands` has this command.
    fn has_command(&self, name: &str) -> bool {
        let path = format!("src/commands/{}.rs", name.replace('-', "_"));
        self.src.iter().any(|(known, _)| *known == path)
    }

    /// Returns whether a command has this option.
    fn has_option(&self, name: &str) -> bool {
        let field = format!("{}:", name.replace('-', "_"));
        let mut commands = self.src.iter().filter(|(path, _)| path.starts_with("src/commands/"));
        commands.any(|(_, text)| text.contains(&field))
    }

    /// Returns whether a test function or a field has this name; `name…` stands for every test with that beginning.
    fn has_test_or_field(&self, name: &str) -> bool {
        let definition = match name.strip_suffix('…') {
            Some(beginning) => format!("fn {beginning}"),
            None => format!("fn {name}("),
        };
        let field = format!("{name}:");
        self.tests.iter().any(|(_, text)| text.contains(&definition))
            || self.src.iter().any(|(_, text)| text.contains(&field))
    }

    fn has_route(&self, path: &str) -> bool {
        let matches = |route: &String| {
            let (route, path) = (route.split('/'), path.split('/'));
            route.clone().count() == path.clone().count()
                && route.zip(path).all(|(declared, named)| declared.starts_with('{') || declared == named)
        };
        self.routes.iter().any(matches)
    }
}

fn is_defined(text: &str, name: &str) -> bool {
    let ends = |rest: &str| !rest.starts_with(|c: char| c.is_alphanumeric() || c == '_');
    let defined = |keyword: &&str| text.split(&format!("{keyword}{name}")).skip(1).any(ends);
    KEYWORDS.iter().any(defined)
}

/// Parts of a line between backticks.
fn in_backticks(line: &str) -> impl Iterator<Item = &str> {
    line.split('`').skip(1).step_by(2)
}

/// Names of one line that do not exist.
fn unknown_names(path: &str, number: usize, line: &str, sources: &Sources) -> Vec<Fault> {
    let mut unknown: Vec<String> = Vec::new();
    for code in in_backticks(line) {
        let is_path = code.contains("::") && code.chars().all(|c| c.is_alphanumeric() || c == '_' || c == ':');
        if is_path && !sources.defines(code) {
            unknown.push(code.to_owned());
        }
        let is_file = code.ends_with(".rs") && !code.contains(['/', '{', ' ']);
        let has_name = |(path, _): &(String, String)| path.rsplit('/').next() == Some(code);
        if is_file && !sources.src.iter().chain(&sources.tests).any(has_name) {
            unknown.push(code.to_owned());
        }
    }
    let outside =
        line.split('`').step_by(2).flat_map(|text| text.split(|c: char| c.is_whitespace() || ",;:|()".contains(c)));
    let is_test = |word: &&str| {
        word.matches('_').count() > 1
            && word.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_' || c == '…')
    };
    unknown.extend(outside.filter(is_test).filter(|word| !sources.has_test_or_field(word)).map(str::to_owned));
    unknown.extend(unknown_commands(line, sources));
    unknown.extend(paths_in(line).into_iter().filter(|named| !exists(named)));
    let routes = line.match_indices("/api/v1/").map(|(at, _)| &line[at..]);
    let routes =
        routes.map(|rest| rest.split(|c: char| c.is_whitespace() || "`?|,;()".contains(c)).next().unwrap_or_default());
    unknown.extend(routes.filter(|route| !sources.has_route(route)).map(str::to_owned));
    unknown.into_iter().map(|name| Fault::new(path, number, format!("`{name}` does not exist"))).collect()
}

/// Commands of the program and options of them that do not exist, in code of a line or a line of code.
fn unknown_commands(line: &str, sources: &Sources) -> Vec<String> {
    let block = line.strip_prefix("    ").map(str::trim_start);
    let calls = in_backticks(line).chain(block).filter_map(|code| code.strip_prefix("luyue "));
    let unknown = calls.flat_map(|call| {
        let mut words = call.split(|c: char| c.is_whitespace() || "[]|,;=".contains(c));
        let command = words.next().filter(|word| word.starts_with(|c: char| c.is_ascii_lowercase()));
        let command = command.filter(|word| !sources.has_command(word)).map(|word| format!("luyue {word}"));
        let options = words.filter_map(|word| word.strip_prefix("--")).filter(|name| !sources.has_option(name));
        command.into_iter().chain(options.map(|name| format!("--{name}"))).collect::<Vec<_>>()
    });
    unknown.collect()
}

/// Paths of the package in a line, with `{a,b}` written out.
fn paths_in(line: &str) -> Vec<String> {
    let is_part = |c: char| c.is_ascii_alphanumeric() || "/_-.{},*…".contains(c);
    let words = line.split(|c: char| !is_part(c));
    let named = words.filter(|word| FOLDERS.iter().any(|folder| word.starts_with(folder)));
    named.map(|word| word.trim_end_matches(['.', ',', '…'])).flat_map(expand).collect()
}

fn expand(path: &str) -> Vec<String> {
    let Some((before, rest)) = path.split_once('{') else { return vec![path.to_owned()] };
    let Some((options, after)) = rest.split_once('}') else { return vec![path.to_owned()] };
    options.split(',').flat_map(|option| expand(&format!("{before}{option}{after}"))).collect()
}

/// Returns whether a path exists; of one with `*` only the part before it is looked up.
fn exists(path: &str) -> bool {
    let fixed = path.split('*').next().unwrap_or_default();
    files::package().join(fixed).exists()
}

/// Settings of the program (`LUYUE_…`) that its configuration does not have.
fn unknown_settings(path: &str, text: &str, config: &str) -> Vec<Fault> {
    let lines = text.lines().zip(1..);
    let named = lines.flat_map(|(line, number)| {
        let words = line.split(|c: char| !(c.is_ascii_uppercase() || c == '_'));
        words
            .filter_map(|word| word.strip_prefix("LUYUE_"))
            .filter(|name| !name.is_empty())
            .map(move |name| (number, name))
    });
    let unknown = named.filter(|(_, name)| !config.contains(&format!("pub {}:", name.to_lowercase())));
    unknown.map(|(number, name)| Fault::new(path, number, format!("`LUYUE_{name}` is no setting"))).collect()
}

#[test]
fn the_documentation_names_only_what_exists() {
    let sources = Sources::load();
    let config = files::text("src/config.rs");
    let mut pages = files::under("docs", &["md"]);
    assert!(!pages.is_empty(), "the documentation was not found");
    pages.extend(["README.md", "README.zh-CN.md"].map(|path| (path.to_owned(), files::text(path))));
    let names = pages.iter().flat_map(|(path, text)| {
        let sources = &sources;
        text.lines().zip(1..).flat_map(move |(line, number)| unknown_names(path, number, line, sources))
    });
    let settings = pages.iter().flat_map(|(path, text)| unknown_settings(path, text, &config));
    assert_none(names.chain(settings).collect());
}

#[test]
fn names_that_do_not_exist_are_caught() {
    let sources = Sources {
        src: vec![
            ("src/domain/money.rs".to_owned(), "pub struct Money;\npub fn parse() {}".to_owned()),
            ("src/commands/move_data.rs".to_owned(), "struct Arguments { to_file: String }".to_owned()),
        ],
        tests: vec![("tests/money.rs".to_owned(), "fn money_is_exact() {}".to_owned())],
        routes: vec!["/api/v1/emails/{id}/actions/{name}".to_owned()],
    };
    let caught = |line: &str| unknown_names("docs/x.md", 1, line, &sources).len();
    assert_eq!(caught("`money::parse`, `money::Money::parse`, `Money::parse`, `money.rs`"), 0);
    assert_eq!(caught("`money::write`, `Sum::parse`, `sum.rs`"), 3);
    assert_eq!(caught("| money_is_exact, money_is… and `a_b_c` |"), 0);
    assert_eq!(caught("| money_is_not_exact |"), 1);
    assert_eq!(caught("`src/lib.rs`, `src/{lib,app}.rs`, `locales/*/mail.ftl`."), 0);
    assert_eq!(caught("`src/nowhere.rs`, `src/{lib,nowhere}.rs`"), 2);
    assert_eq!(caught("`luyue move-data --to-file FILE`, the luyue that runs"), 0);
    assert_eq!(caught("`luyue copy-data` and `luyue move-data --from-file=x`"), 2);
    assert_eq!(caught("    luyue copy-data"), 1);
    assert_eq!(caught("`POST /api/v1/emails/{id}/actions/retry`"), 0);
    assert_eq!(caught("`GET /api/v1/emails/{id}?state=`"), 1);
    assert_eq!(unknown_settings("docs/x.md", "`LUYUE_LISTEN` and LUYUE_LISTENS", "pub listen: String").len(), 1);
}
