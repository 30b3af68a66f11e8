//! Names under which people save files that the program makes: printed documents, lists, archives.

use crate::adapters::files::content_disposition;

/// Builds a `Content-Disposition` header that saves a file under a name, which may contain a contract's number as
/// typed. The name is cut to 255 bytes without losing its ending, like the names of uploaded files.
pub fn attachment(name: &str) -> String {
    // What stands before a slash is part of a number, not of a path.
    content_disposition(&name.replace(['/', '\\'], "_"))
}
