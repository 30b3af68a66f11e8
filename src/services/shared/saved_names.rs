//! Names under which people save files that the program makes: printed documents, lists, archives.

use crate::adapters::files::content_disposition;

/// Builds a `Content-Disposition` header that saves a file under a name, which may hold a contract's number as it was
/// typed. As of uploaded files, the name has at most 255 bytes and keeps its ending.
pub fn attachment(name: &str) -> String {
    // What stands before a slash is part of a number, not of a path.
    content_disposition(&name.replace(['/', '\\'], "_"))
}
