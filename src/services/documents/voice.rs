//! The words of a document in one language or in both, Chinese first: every text is asked for by its key and comes as the paragraphs of
//! a cell. It must not decide what a document says.

use serde::{Deserialize, Serialize};

use crate::adapters::pdf::document::{Cell, Ink, Style, Text, TextLang};
use crate::domain::codes::Language;
use crate::text::message;

/// The languages of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DocumentLang {
    Zh,
    En,
    Both,
}

impl DocumentLang {
    /// The word that addresses and commands use.
    pub fn parse(word: &str) -> Option<DocumentLang> {
        match word {
            "zh" => Some(DocumentLang::Zh),
            "en" => Some(DocumentLang::En),
            "both" => Some(DocumentLang::Both),
            _ => None,
        }
    }

    /// The languages, the first leading.
    pub fn languages(self) -> &'static [Language] {
        match self {
            DocumentLang::Zh => &[Language::Zh],
            DocumentLang::En => &[Language::En],
            DocumentLang::Both => &[Language::Zh, Language::En],
        }
    }
}

/// What a message is given; values are written already.
pub type Args = Vec<(&'static str, String)>;

/// The look of a text in the leading language, and in the second one under it.
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

    /// The same in another colour.
    pub fn ink(self, ink: Ink) -> Look {
        Look(self.0.ink(ink), self.1.ink(ink))
    }
}

/// Speaks a document's languages.
#[derive(Debug, Clone, Copy)]
pub struct Voice {
    lang: DocumentLang,
}

impl Voice {
    /// A voice of the document's languages.
    pub fn new(lang: DocumentLang) -> Voice {
        Voice { lang }
    }

    /// The languages, the first leading.
    pub fn languages(self) -> &'static [Language] {
        self.lang.languages()
    }

    /// The leading language.
    pub fn first(self) -> Language {
        match self.lang {
            DocumentLang::Zh | DocumentLang::Both => Language::Zh,
            DocumentLang::En => Language::En,
        }
    }

    /// What `words` gives in each language, one paragraph each.
    pub fn each(self, look: Look, words: impl Fn(Language) -> String) -> Cell {
        let styles = [look.0, look.1];
        self.languages()
            .iter()
            .zip(styles)
            .map(|(language, style)| Text::new(text_lang(*language), style, words(*language)))
            .collect()
    }

    /// A message without values.
    pub fn say(self, look: Look, key: &str) -> Cell {
        self.each(look, |language| message(language, key, &[]))
    }

    /// A message with values that are the same in every language.
    pub fn tell(self, look: Look, key: &str, args: Args) -> Cell {
        self.each(look, |language| message(language, key, &args))
    }

    /// A figure, the same in every language.
    pub fn line_once(self, style: Style, words: &str) -> Text {
        Text::new(text_lang(self.first()), style, words)
    }

    /// All languages on one line.
    pub fn line(self, style: Style, words: impl Fn(Language) -> String) -> Text {
        let texts: Vec<String> = self.languages().iter().map(|language| words(*language)).collect();
        Text::new(text_lang(self.first()), style, texts.join("　"))
    }
}

/// The language of the words of the program.
pub fn text_lang(language: Language) -> TextLang {
    match language {
        Language::Zh => TextLang::Zh,
        Language::En => TextLang::En,
    }
}

/// A text that people wrote, in the language that it seems to be in: Chinese where there is a Han character.
pub fn written(style: Style, text: &str) -> Text {
    let han = text.chars().any(|c| matches!(u32::from(c), 0x3400..=0x9FFF | 0xF900..=0xFAFF | 0x20000..=0x3FFFF));
    Text::new(if han { TextLang::Zh } else { TextLang::En }, style, text)
}

/// A cell with a text that people wrote.
pub fn name(text: &str) -> Cell {
    vec![written(Style::CELL, text)]
}

/// A cell with a figure, a day or a code.
pub fn figure(text: impl AsRef<str>) -> Cell {
    vec![Text::new(TextLang::En, Style::FIGURE, text)]
}
