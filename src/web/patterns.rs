//! Patterns of requests' paths, by which the log and the metrics name them: addresses may contain secrets.
//!
//! The router knows the pattern of a request only once it has reached its route. One that was refused before is found by
//! the tables of routes.

use std::sync::LazyLock;

use actix_web::HttpRequest;

use crate::web::page_routes::PAGES;
use crate::web::routes;

/// Returns the pattern of a request's path; `None` for an unknown path.
pub fn pattern_of(request: &HttpRequest) -> Option<String> {
    static PATTERNS: LazyLock<Vec<String>> = LazyLock::new(|| {
        let pages = PAGES.iter().map(|(_, path, _)| (*path).to_owned());
        routes::paths().into_iter().chain(pages).collect()
    });
    let find = || PATTERNS.iter().find(|pattern| is_match(pattern, request.path())).cloned();
    request.match_pattern().or_else(find)
}

fn is_match(pattern: &str, path: &str) -> bool {
    let mut segments = path.split('/');
    let is_same = |part: &str| segments.next().is_some_and(|segment| is_match_of_segment(part, segment));
    pattern.split('/').all(is_same) && segments.next().is_none()
}

/// Returns whether a segment of a path is that of a pattern: the same text, or a parameter with text before and after it.
fn is_match_of_segment(part: &str, segment: &str) -> bool {
    let Some((before, parameter)) = part.split_once('{') else { return part == segment };
    let after = parameter.split_once('}').map_or("", |(_, after)| after);
    segment.len() > before.len() + after.len() && segment.starts_with(before) && segment.ends_with(after)
}
