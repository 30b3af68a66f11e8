//! What a step asks for, ready to be shown: fields in groups, groups in blocks, each with what was typed and what is wrong with it.

use std::fmt::Display;

use crate::services::contracts::drafts::choices::{Named, Offer};
use crate::services::contracts::drafts::fields::Fields;
use crate::web::pages::shell::Shell;

/// How a field is typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A line.
    Line,
    /// A line for which some are offered.
    Offered,
    /// Several lines.
    Text,
    /// A number.
    Number,
    /// A day.
    Day,
    /// One of several.
    Choice,
    /// One of a register, found by a search.
    Search,
    /// Any of several.
    Several,
    /// Yes or no.
    Tick,
    /// Sent along unseen.
    Hidden,
}

/// Search for the choices of a field.
#[derive(Debug)]
pub struct Search {
    /// Search text.
    pub query: String,
    /// Note on the results; empty for none.
    pub note: String,
}

/// A field.
#[derive(Debug)]
pub struct Field {
    /// Its name.
    pub name: String,
    /// What it is called.
    pub label: String,
    /// How it is typed.
    pub kind: Kind,
    /// What was typed.
    pub value: String,
    /// How it is to be filled in; empty for nothing to say.
    pub hint: String,
    /// What can be chosen: values and their words.
    pub options: Vec<(String, String)>,
    /// What is wrong with it.
    pub fault: Option<String>,
    /// Search for its choices, for [`Kind::Search`] and for offered lines that follow what is typed.
    pub search: Option<Search>,
}

impl Field {
    /// Whether this one of several is chosen.
    pub fn is_chosen(&self, value: &str) -> bool {
        match self.kind {
            Kind::Several => self.value.split('\n').any(|chosen| chosen.trim() == value),
            _ => self.value == value,
        }
    }

    /// Whether it takes the whole width.
    pub fn is_wide(&self) -> bool {
        matches!(self.kind, Kind::Text | Kind::Several | Kind::Search) || self.name == "title"
    }

    /// Whether something beside it says more about it.
    pub fn is_described(&self) -> bool {
        !self.hint.is_empty() || self.fault.is_some()
    }

    /// The places that say more about it.
    pub fn described(&self) -> String {
        let hint = (!self.hint.is_empty()).then(|| format!("{}-hint", self.name));
        let fault = self.fault.as_ref().map(|_| format!("{}-error", self.name));
        hint.into_iter().chain(fault).collect::<Vec<_>>().join(" ")
    }

    /// Marks the field as one whose offered lines follow what is typed.
    pub fn live(mut self) -> Self {
        self.search = Some(Search { query: String::new(), note: String::new() });
        self
    }

    /// The same field with a hint.
    pub fn hint(mut self, words: String) -> Self {
        self.hint = words;
        self
    }

    /// The same field with a label of its own.
    pub fn called(mut self, label: String) -> Self {
        self.label = label;
        self
    }

    /// The same field with what can be chosen.
    pub fn of(mut self, options: Vec<(String, String)>) -> Self {
        self.options = options;
        self
    }

    /// The same field with nothing chosen as its first choice.
    pub fn or_none(mut self, words: String) -> Self {
        self.options.insert(0, (String::new(), words));
        self
    }

    /// What was typed, or the words of what was chosen.
    pub fn words(&self) -> &str {
        let chosen = self.options.iter().find(|(value, _)| *value == self.value && !value.is_empty());
        chosen.map_or(&self.value, |(_, words)| words)
    }
}

/// Fields that belong together: a row of a list, or what a step asks for beside its lists.
#[derive(Debug, Default)]
pub struct Group {
    /// Its place in the page.
    pub id: String,
    /// What it is; empty for nothing to say.
    pub legend: String,
    /// Its fields.
    pub fields: Vec<Field>,
    /// Whether it is the row that was just asked for.
    pub is_new: bool,
    /// Rows within it.
    pub inner: Vec<Group>,
    /// What its buttons do and how they are called.
    pub buttons: Vec<(String, String)>,
}

/// A part of a step's form.
#[derive(Debug, Default)]
pub struct Block {
    /// Its place in the page.
    pub id: String,
    /// Its heading; empty for none.
    pub title: String,
    /// How it is used; empty for nothing to say.
    pub hint: String,
    /// What is wrong with the whole of it.
    pub fault: Option<String>,
    /// Its groups.
    pub groups: Vec<Group>,
    /// What its buttons do and how they are called.
    pub buttons: Vec<(String, String)>,
    /// Whether it is seen only when it is opened.
    pub folded: bool,
}

/// What forms are made from.
pub struct Paper<'a> {
    /// The page's words.
    pub page: &'a Shell,
    /// What was typed.
    pub fields: &'a Fields,
    /// What is wrong: the field and the words.
    pub faults: &'a [(String, String)],
}

impl Paper<'_> {
    /// What is wrong with a field.
    pub fn fault(&self, name: &str) -> Option<String> {
        self.faults.iter().find(|(field, _)| field == name).map(|(_, words)| words.clone())
    }

    /// A field whose label is that of the last part of its name.
    pub fn field(&self, name: impl Display, kind: Kind) -> Field {
        let name = name.to_string();
        let last = name.rsplit('.').find(|part| part.parse::<usize>().is_err()).unwrap_or(&name);
        Field {
            label: self.page.word("draft-field", last),
            kind,
            value: self.fields.value(&name).to_owned(),
            hint: String::new(),
            options: Vec::new(),
            fault: self.fault(&name),
            search: None,
            name,
        }
    }

    /// Builds a field of a searched register: its current choice, the results of the search, and an empty choice.
    /// `words` shows a choice as its value and text.
    pub fn searched<T>(&self, name: &str, offer: &Offer<T>, none: String, words: impl Fn(&T) -> Named) -> Field {
        let mut field = self.field(name, Kind::Search);
        let mut options: Vec<Named> = offer.current.iter().map(&words).collect();
        if options.is_empty() && !field.value.is_empty() {
            // An unknown code stays as it was typed.
            options.push((field.value.clone(), field.value.clone()));
        }
        for found in offer.found.items.iter().map(&words) {
            if options.iter().all(|(value, _)| *value != found.0) {
                options.push(found);
            }
        }
        let note = match (offer.query.is_empty(), offer.found.items.len(), offer.found.has_more) {
            (_, shown, true) => self.page.with("draft-find-more", "number", shown),
            (false, 0, _) => self.page.with("draft-find-none", "query", &offer.query),
            (false, shown, _) => self.page.with("draft-find-found", "number", shown),
            (true, ..) => String::new(),
        };
        field.search = Some(Search { query: offer.query.clone(), note });
        field.of(options).or_none(none)
    }

    /// A field of codes, each with its words.
    pub fn choice<T: Display>(&self, name: impl Display, codes: &[T], words: impl Fn(&T) -> String) -> Field {
        let options = codes.iter().map(|code| (code.to_string(), words(code)));
        self.field(name, Kind::Choice).of(options.collect())
    }

    /// The codes of a list with their names.
    pub fn coded(&self, list: &str) -> Vec<(String, String)> {
        let rows = (0..self.fields.rows(list)).map(|row| {
            let (code, name) = (self.fields.of(list, row, "code"), self.fields.of(list, row, "name"));
            (code.to_owned(), if name.is_empty() { code.to_owned() } else { format!("{name} ({code})") })
        });
        rows.filter(|(code, _)| !code.is_empty()).collect()
    }

    /// Whether a row of a list is the one that was just asked for.
    pub fn is_new(&self, list: &str, row: usize, more: &str) -> bool {
        more == list && row == self.fields.rows(list)
    }

    /// The numbers of a list's rows to show: those that are there, and an empty one where one more is wanted.
    pub fn numbers(&self, list: &str, more: &str, least: usize) -> std::ops::Range<usize> {
        0..(self.fields.rows(list) + usize::from(more == list)).max(least)
    }

    /// The button that takes a row away.
    pub fn remove(&self, list: &str, row: usize) -> (String, String) {
        (format!("remove:{list}.{row}"), self.page.say("draft-remove"))
    }
}
