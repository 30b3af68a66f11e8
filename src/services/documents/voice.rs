//! Texts of a document in one language or in both, Chinese first. A message key gives the paragraphs of a cell, one for
//! each language.
//!
//! The content of a document is decided elsewhere.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::adapters::pdf::document::{Block, Cell, Ink, Style, Text, TextLang};
use crate::domain::codes::Language;
use crate::services::documents::ContractSnapshot;
use crate::text::dates::short;
use crate::text::message;

/// Language choice of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DocumentLang {
    Zh,
    En,
    Both,
}

impl DocumentLang {
    /// Parses the word in addresses and commands: `zh`, `en` or `both`.
    pub fn parse(word: &str) -> Option<DocumentLang> {
        match word {
            "zh" => Some(DocumentLang::Zh),
            "en" => Some(DocumentLang::En),
            "both" => Some(DocumentLang::Both),
            _ => None,
        }
    }

    /// Returns the languages, the leading one first.
    pub fn languages(self) -> &'static [Language] {
        match self {
            DocumentLang::Zh => &[Language::Zh],
            DocumentLang::En => &[Language::En],
            DocumentLang::Both => &[Language::Zh, Language::En],
        }
    }
}

/// Arguments of a message, already formatted.
pub type Args = Vec<(&'static str, String)>;

/// Styles of a text in the leading language and in the second language below it.
#[derive(Debug, Clone, Copy)]
pub struct Look(pub Style, pub Style);

impl Look {
    pub const HEAD: Look = Look(Style::HEAD, Style::LABEL.ink(Ink::Soft));
    pub const SUBHEAD: Look = Look(Style::SUBHEAD, Style::LABEL_SOFT);
    pub const BODY: Look = Look(Style::BODY, Style::NOTE);
    pub const STEP: Look = Look(Style::STEP, Style::CELL_SOFT);
    pub const CELL: Look = Look(Style::CELL, Style::CELL_SOFT);
    pub const LABEL: Look = Look(Style::LABEL, Style::LABEL_SOFT);
    pub const FIGURE: Look = Look(Style::FIGURE, Style::FIGURE);
    pub const NOTE: Look = Look(Style::NOTE, Style::CELL_SOFT);
    pub const TITLE: Look = Look(Style::TITLE, Style::SUBTITLE);

    /// Returns the same styles in another colour.
    pub fn ink(self, ink: Ink) -> Look {
        Look(self.0.ink(ink), self.1.ink(ink))
    }
}

/// Formats texts in the languages of a document.
#[derive(Debug, Clone, Copy)]
pub struct Voice {
    lang: DocumentLang,
}

impl Voice {
    /// Creates a voice for a choice of languages.
    pub fn new(lang: DocumentLang) -> Voice {
        Voice { lang }
    }

    /// Returns the languages, the leading one first.
    pub fn languages(self) -> &'static [Language] {
        self.lang.languages()
    }

    /// Returns the leading language.
    pub fn first(self) -> Language {
        match self.lang {
            DocumentLang::Zh | DocumentLang::Both => Language::Zh,
            DocumentLang::En => Language::En,
        }
    }

    /// Builds a cell with one paragraph per language.
    pub fn each(self, look: Look, words: impl Fn(Language) -> String) -> Cell {
        let styles = [look.0, look.1];
        self.languages()
            .iter()
            .zip(styles)
            .map(|(language, style)| Text::new(text_lang(*language), style, words(*language)))
            .collect()
    }

    /// Builds a cell from a message without arguments.
    pub fn say(self, look: Look, key: &str) -> Cell {
        self.each(look, |language| message(language, key, &[]))
    }

    /// Builds a cell from a message with arguments that are the same in every language.
    pub fn tell(self, look: Look, key: &str, args: Args) -> Cell {
        self.each(look, |language| message(language, key, &args))
    }

    /// Builds a text that is the same in every language, such as a figure.
    pub fn line_once(self, style: Style, words: &str) -> Text {
        Text::new(text_lang(self.first()), style, words)
    }

    /// Builds a line with the text in all languages.
    pub fn line(self, style: Style, words: impl Fn(Language) -> String) -> Text {
        let texts: Vec<String> = self.languages().iter().map(|language| words(*language)).collect();
        Text::new(text_lang(self.first()), style, texts.join("　"))
    }
}

impl Voice {
    /// Builds a cell with a due day, marked if the day may still move; a dash without a day.
    pub fn due(self, snapshot: &ContractSnapshot, day: Option<NaiveDate>) -> Cell {
        let mut cell = figure(day.map_or_else(|| "–".to_owned(), short));
        if day.is_some_and(|day| snapshot.is_provisional(&day)) {
            cell.extend(self.say(Look(Style::CELL_SOFT, Style::CELL_SOFT), "document-provisional"));
        }
        cell
    }

    /// Builds the paragraphs that explain the mark of due days that may still move; empty if no day is marked.
    pub fn provisional_note(
        self,
        snapshot: &ContractSnapshot,
        mut days: impl Iterator<Item = NaiveDate>,
    ) -> Vec<Block> {
        if !days.any(|day| snapshot.is_provisional(&day)) {
            return Vec::new();
        }
        self.say(Look::NOTE, "document-provisional-note").into_iter().map(Block::Paragraph).collect()
    }
}

/// Builds the heading of a section, with a bookmark of the same key.
pub fn heading(voice: Voice, key: &str) -> Block {
    Block::Heading { level: 1, lines: voice.say(Look::HEAD, key), bookmark: message(voice.first(), key, &[]) }
}

/// Converts the program's language into that of a PDF text.
pub fn text_lang(language: Language) -> TextLang {
    match language {
        Language::Zh => TextLang::Zh,
        Language::En => TextLang::En,
    }
}

/// Builds a text that people wrote, tagged as Chinese if it contains a Han character and as English otherwise.
pub fn written(style: Style, text: &str) -> Text {
    let han = text.chars().any(|c| matches!(u32::from(c), 0x3400..=0x9FFF | 0xF900..=0xFAFF | 0x20000..=0x3FFFF));
    Text::new(if han { TextLang::Zh } else { TextLang::En }, style, text)
}

/// Builds a cell with a text that people wrote.
pub fn name(text: &str) -> Cell {
    vec![written(Style::CELL, text)]
}

/// Builds a cell with a figure, a day or a code.
pub fn figure(text: impl AsRef<str>) -> Cell {
    vec![Text::new(TextLang::En, Style::FIGURE, text)]
}
