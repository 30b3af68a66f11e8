//! Keyset paging: a page is a number of items after one already seen. Cursors are encoded in the web layer.

use crate::error::{Error, Message};

/// Maximum number of items of a page.
pub const MAX_PAGE_SIZE: i64 = 200;
/// Number of items of a page unless the request says otherwise.
pub const DEFAULT_PAGE_SIZE: i64 = 50;

/// The part of a list that is requested.
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

/// Maximum number of suggestions in a search.
pub const MAX_SUGGESTIONS: usize = 20;
/// Number of rows to query in one step of a search: one more than the maximum shows that there are more.
pub const SUGGESTION_ROWS: i64 = 21;

/// Results of a search, best first, at most [`MAX_SUGGESTIONS`].
#[derive(Debug, Clone)]
pub struct Suggestions<T> {
    /// Results, best first.
    pub items: Vec<T>,
    /// `true` if further rows match, so that a longer query is needed to see them.
    pub has_more: bool,
}

impl<T> Suggestions<T> {
    /// Collects the results of several searches, the best first, without repeating a key. Searches are evaluated
    /// lazily, and only until there are enough results.
    ///
    /// # Errors
    /// The first error of a search.
    pub fn collect<K: PartialEq>(
        searches: impl IntoIterator<Item = Result<Vec<T>, Error>>,
        key: impl Fn(&T) -> K,
    ) -> Result<Self, Error> {
        let mut items: Vec<T> = Vec::new();
        for found in searches {
            for item in found? {
                if items.iter().all(|known| key(known) != key(&item)) {
                    items.push(item);
                }
            }
            if items.len() > MAX_SUGGESTIONS {
                break;
            }
        }
        let has_more = items.len() > MAX_SUGGESTIONS;
        items.truncate(MAX_SUGGESTIONS);
        Ok(Self { items, has_more })
    }

    /// Converts each result.
    pub fn map<U>(self, show: impl FnMut(T) -> U) -> Suggestions<U> {
        Suggestions { items: self.items.into_iter().map(show).collect(), has_more: self.has_more }
    }
}

/// Rows of a register that a person may mean by a text.
#[derive(Debug, Clone)]
pub enum Named<T> {
    /// The row with the text as its code or, if no other row has it, as its full name.
    Exact(T),
    /// The rows that the text suggests.
    Similar(Suggestions<T>),
}

impl<T> Named<T> {
    /// Converts each row.
    pub fn map<U>(self, mut show: impl FnMut(T) -> U) -> Named<U> {
        match self {
            Self::Exact(found) => Named::Exact(show(found)),
            Self::Similar(found) => Named::Similar(found.map(show)),
        }
    }
}

impl<T> Default for Suggestions<T> {
    fn default() -> Self {
        Self { items: Vec::new(), has_more: false }
    }
}

impl Page {
    /// Returns the number of rows to query: one more than the limit, which shows whether another page follows.
    pub fn rows(&self) -> i64 {
        self.limit + 1
    }

    /// Finds the item after which the page starts; `None` for the first page.
    ///
    /// # Errors
    /// `Malformed` for a cursor whose item `find` does not know.
    pub fn after_item<T>(&self, find: impl FnOnce(&str) -> Result<Option<T>, Error>) -> Result<Option<T>, Error> {
        let unknown = || Error::malformed("cursor", Message::new("cursor-unknown"));
        self.after.as_deref().map(|id| find(id)?.ok_or_else(unknown)).transpose()
    }

    /// Finds the key after which the page starts; 0 for the first page.
    ///
    /// # Errors
    /// `Malformed` for a cursor whose item `find` does not know.
    pub fn after_key(&self, find: impl FnOnce(&str) -> Result<Option<i64>, Error>) -> Result<i64, Error> {
        Ok(self.after_item(find)?.unwrap_or_default())
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

impl<T> Default for Paged<T> {
    fn default() -> Self {
        Self { items: Vec::new(), next: None }
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
