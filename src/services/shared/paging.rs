//! Keyset paging: a page is a number of items after one already seen. The encoding of cursors is left to the web layer.

use crate::error::{Error, Message};

/// Maximum number of items of a page.
pub const MAX_PAGE_SIZE: i64 = 200;
/// Number of items of a page unless the request says otherwise.
pub const DEFAULT_PAGE_SIZE: i64 = 50;

/// The part of a list that a request wants.
#[derive(Debug, Clone)]
pub struct Page {
    /// Maximum number of items, 1 to [`MAX_PAGE_SIZE`].
    pub limit: i64,
    /// Public identifier (or code) of the item after which the page starts.
    pub after: Option<String>,
}

/// A page of a list.
#[derive(Debug, Clone)]
pub struct Paged<T> {
    /// Items of the page, in the order of the list.
    pub items: Vec<T>,
    /// Identifier of the last item, if more follow.
    pub next: Option<String>,
}

impl Page {
    /// Returns the number of rows to query: one more than the limit, which shows whether another page follows.
    pub fn rows(&self) -> i64 {
        self.limit + 1
    }

    /// Resolves the key after which the page starts, 0 for the first page.
    ///
    /// # Errors
    /// `Malformed` for a cursor whose item `find` does not know.
    pub fn after_key(&self, find: impl FnOnce(&str) -> Result<Option<i64>, Error>) -> Result<i64, Error> {
        match &self.after {
            None => Ok(0),
            Some(id) => find(id)?.ok_or_else(|| Error::malformed("cursor", Message::new("cursor-unknown"))),
        }
    }

    /// Cuts rows queried with [`Page::rows`] down to the page.
    pub fn cut<T>(&self, mut items: Vec<T>, id: impl Fn(&T) -> &str) -> Paged<T> {
        // The conversion cannot fail: the limit is at most 200.
        let limit = usize::try_from(self.limit).unwrap_or_default();
        let more = items.len() > limit;
        items.truncate(limit);
        let next = items.last().filter(|_| more).map(|last| id(last).to_owned());
        Paged { items, next }
    }
}

impl<T> Paged<T> {
    /// Converts each item.
    ///
    /// # Errors
    /// The first error of `show`.
    pub fn try_map<U>(self, show: impl FnMut(T) -> Result<U, Error>) -> Result<Paged<U>, Error> {
        Ok(Paged { items: self.items.into_iter().map(show).collect::<Result<_, _>>()?, next: self.next })
    }

    /// Converts each item, without failure.
    pub fn map<U>(self, show: impl FnMut(T) -> U) -> Paged<U> {
        Paged { items: self.items.into_iter().map(show).collect(), next: self.next }
    }
}
