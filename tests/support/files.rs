//! Files of the package, for the tests that inspect its structure.

use std::path::Path;

/// Returns the package's folder.
pub fn package() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Returns the files under `folder` (relative to the package) whose names end in one of `extensions`, with their text,
/// ordered by path. Paths are relative to the package, with `/`. A folder that does not exist has no files.
pub fn under(folder: &str, extensions: &[&str]) -> Vec<(String, String)> {
    let mut found = Vec::new();
    collect(&package().join(folder), extensions, &mut found);
    found.sort();
    found
}

/// Returns the text of one file of the package.
pub fn text(path: &str) -> String {
    std::fs::read_to_string(package().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn collect(folder: &Path, extensions: &[&str], found: &mut Vec<(String, String)>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for path in entries.map(|entry| entry.expect("a readable folder").path()) {
        if path.is_dir() {
            collect(&path, extensions, found);
        } else if extensions.iter().any(|extension| path.extension().is_some_and(|found| found == *extension)) {
            let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            found.push((relative(&path), text));
        }
    }
}

fn relative(path: &Path) -> String {
    path.strip_prefix(package()).expect("a path of the package").to_string_lossy().replace('\\', "/")
}
