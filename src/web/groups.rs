//! Groups of routes: all whose paths have the same first segment, after `/api/v1` in the API, and the same number of
//! segments.
//!
//! The router tries the pattern of one route after the other, most of them by a regular expression. Of some four hundred
//! that took a tenth of the time of a contract's page. A path is of one group at most, whose patterns alone are tried.

use std::collections::BTreeMap;

use actix_web::Scope;
use actix_web::guard::fn_guard;
use actix_web::web::{self, ServiceConfig};

/// Beginning of the paths of the API.
const API: &str = "/api/v1";

/// Returns the group of a path: whether it is in the API, its first segment, and the number of those that follow.
fn group_of(path: &str) -> (bool, &str, usize) {
    let in_api = path.strip_prefix(API).filter(|rest| rest.starts_with('/'));
    let mut segments = in_api.unwrap_or(path).split('/').skip(1);
    let first = segments.next().unwrap_or_default();
    (in_api.is_some(), first, segments.count())
}

/// Routes by group, in the order in which they were added.
#[derive(Default)]
pub struct Groups(BTreeMap<(bool, String, usize), Scope>);

impl Groups {
    /// Adds a route, given the pattern of its path, whose first segment has no parameter.
    pub fn add(&mut self, pattern: &str, add: impl FnOnce(Scope) -> Scope) {
        let (in_api, first, further) = group_of(pattern);
        let group = (in_api, first.to_owned(), further);
        let scope = self.0.remove(&group).unwrap_or_else(|| {
            let first = first.to_owned();
            let is_of_group = move |path: &str| group_of(path) == (in_api, first.as_str(), further);
            web::scope("").guard(fn_guard(move |request| is_of_group(request.head().uri.path())))
        });
        self.0.insert(group, add(scope));
    }

    /// Adds all groups to an application.
    pub fn configure(self, config: &mut ServiceConfig) {
        for scope in self.0.into_values() {
            config.service(scope);
        }
    }
}
