//! Pages of lists: so many items after one that the reader has seen. It must not know how a cursor is written.

use crate::error::{Error, Message};

/// Most items of a page.
pub const MOST: i64 = 200;
/// Items of a page where nothing is said.
pub const USUAL: i64 = 50;

/// What part of a list is asked for.
#[derive(Debug, Clone)]
pub struct Page {
    /// Most items, 1 to [`MOST`].
    pub limit: i64,
    /// Random identifier (or code) of the item after which the page begins.
    pub after: Option<String>,
}

/// A part of a list.
#[derive(Debug, Clone)]
pub struct Paged<T> {
    /// The items.
    pub items: Vec<T>,
    /// Identifier of the last one, where more follow.
    pub next: Option<String>,
}

impl Page {
    /// How many rows to ask the tables for: one more tells whether another page follows.
    pub fn rows(&self) -> i64 {
        self.limit + 1
    }

    /// The key after which the page begins, 0 for the first page.
    ///
    /// # Errors
    /// `Malformed` for an item that `find` does not find.
    pub fn after_key(&self, find: impl FnOnce(&str) -> Result<Option<i64>, Error>) -> Result<i64, Error> {
        match &self.after {
            None => Ok(0),
            Some(id) => find(id)?.ok_or_else(|| Error::malformed("cursor", Message::new("cursor-unknown"))),
        }
    }

    /// The page that these rows are, and whether more follow.
    pub fn cut<T>(&self, mut items: Vec<T>, id: impl Fn(&T) -> &str) -> Paged<T> {
        // The limit is at most 200.
        let limit = usize::try_from(self.limit).unwrap_or_default();
        let more = items.len() > limit;
        items.truncate(limit);
        let next = items.last().filter(|_| more).map(|last| id(last).to_owned());
        Paged { items, next }
    }
}

impl<T> Paged<T> {
    /// The page with each item shown otherwise, if each can be.
    ///
    /// # Errors
    /// The first of `show`.
    pub fn try_map<U>(self, show: impl FnMut(T) -> Result<U, Error>) -> Result<Paged<U>, Error> {
        Ok(Paged { items: self.items.into_iter().map(show).collect::<Result<_, _>>()?, next: self.next })
    }

    /// The page with each item shown otherwise.
    pub fn map<U>(self, show: impl FnMut(T) -> U) -> Paged<U> {
        Paged { items: self.items.into_iter().map(show).collect(), next: self.next }
    }
}
