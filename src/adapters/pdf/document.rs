//! Model of a document before layout: texts, blocks, and the header and footer of every page. Knows no paper size.

use chrono::NaiveDate;

use crate::domain::radicals::to_ideograph;

/// Language of one text; a document can hold both.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TextLang {
    Zh,
    En,
}

impl TextLang {
    /// Returns the BCP 47 tag, which screen readers use.
    pub fn tag(self) -> &'static str {
        match self {
            TextLang::Zh => "zh-CN",
            TextLang::En => "en",
        }
    }
}

/// Typefaces: 宋体 for body text; 黑体 for headings, labels and figures (its digits have equal widths).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Typeface {
    Song,
    Hei,
}

/// Colours of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ink {
    Black,
    Soft,
    Line,
    Wash,
    Brand,
    Good,
    Bad,
    Held,
    Paper,
}

impl Ink {
    /// Returns red, green and blue, each from 0 to 255.
    pub fn rgb(self) -> [u8; 3] {
        match self {
            Ink::Black => [0x14, 0x20, 0x2b],
            Ink::Soft => [0x51, 0x60, 0x6e],
            Ink::Line => [0xc4, 0xcd, 0xd5],
            Ink::Wash => [0xf1, 0xf4, 0xf6],
            Ink::Brand => [0x0b, 0x4f, 0x6c],
            Ink::Good => [0x1a, 0x7f, 0x4b],
            Ink::Bad => [0xb3, 0x26, 0x1e],
            Ink::Held => [0x6b, 0x4f, 0xa0],
            Ink::Paper => [0xff, 0xff, 0xff],
        }
    }
}

/// Appearance of a text; sizes in points.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Style {
    pub face: Typeface,
    pub size: f32,
    /// Distance between baselines.
    pub leading: f32,
    pub ink: Ink,
}

impl Style {
    const fn new(face: Typeface, size: f32, leading: f32, ink: Ink) -> Style {
        Style { face, size, leading, ink }
    }

    pub const TITLE: Style = Style::new(Typeface::Hei, 20.0, 28.0, Ink::Black);
    pub const SUBTITLE: Style = Style::new(Typeface::Hei, 12.0, 18.0, Ink::Soft);
    pub const HEAD: Style = Style::new(Typeface::Hei, 13.0, 20.0, Ink::Brand);
    pub const SUBHEAD: Style = Style::new(Typeface::Hei, 10.5, 16.5, Ink::Black);
    pub const BODY: Style = Style::new(Typeface::Song, 10.5, 17.0, Ink::Black);
    pub const STEP: Style = Style::new(Typeface::Song, 9.5, 14.5, Ink::Black);
    pub const CELL: Style = Style::new(Typeface::Song, 9.0, 13.0, Ink::Black);
    pub const CELL_SOFT: Style = Style::new(Typeface::Song, 8.0, 11.5, Ink::Soft);
    pub const FIGURE: Style = Style::new(Typeface::Hei, 8.8, 13.0, Ink::Black);
    pub const LABEL: Style = Style::new(Typeface::Hei, 9.0, 13.0, Ink::Black);
    pub const LABEL_SOFT: Style = Style::new(Typeface::Hei, 7.5, 10.5, Ink::Soft);
    pub const NOTE: Style = Style::new(Typeface::Song, 8.5, 13.0, Ink::Soft);

    /// Returns the style in another colour.
    pub const fn ink(self, ink: Ink) -> Style {
        Style { ink, ..self }
    }
}

/// A run of text in one style.
#[derive(Debug, Clone, PartialEq)]
pub struct Span {
    pub style: Style,
    pub text: String,
}

/// A paragraph in one language.
#[derive(Debug, Clone, PartialEq)]
pub struct Text {
    pub lang: TextLang,
    pub spans: Vec<Span>,
    /// Space above the paragraph in points; ignored for the first paragraph of a cell.
    pub above: f32,
}

impl Text {
    /// Creates a text in one style. Drops invisible characters (controls, direction marks, variation selectors): they
    /// have no glyph, and some make a text read differently from its appearance. Blanks of every kind become spaces,
    /// and radicals the characters that they resemble.
    pub fn new(lang: TextLang, style: Style, text: impl AsRef<str>) -> Text {
        Text { lang, spans: vec![Span { style, text: printable(text.as_ref()) }], above: 0.0 }
    }

    /// Appends text in another style.
    pub fn then(mut self, style: Style, text: impl AsRef<str>) -> Text {
        self.spans.push(Span { style, text: printable(text.as_ref()) });
        self
    }

    /// Sets the space above, in points.
    pub fn above(self, above: f32) -> Text {
        Text { above, ..self }
    }

    /// Returns the text without styles.
    pub fn plain(&self) -> String {
        self.spans.iter().map(|span| span.text.as_str()).collect()
    }
}

fn printable(text: &str) -> String {
    text.chars()
        .filter_map(|c| match c {
            '\n' | '\u{2028}' | '\u{2029}' => Some('\n'),
            '\t' | '\u{00A0}' | '\u{1680}' | '\u{2000}'..='\u{200A}' | '\u{202F}' | '\u{205F}' => Some(' '),
            // Letters and signs that are drawn as a blank.
            '\u{115F}' | '\u{1160}' | '\u{2800}' | '\u{3164}' | '\u{FFA0}' => Some(' '),
            '\u{00AD}' | '\u{061C}' | '\u{180E}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' => None,
            '\u{2060}'..='\u{206F}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{E0000}'..='\u{E0FFF}' => None,
            c if c.is_control() => None,
            c => Some(to_ideograph(c)),
        })
        .collect()
}

/// Alignment and wrapping of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Column {
    /// Text: left-aligned, wrapped.
    Words,
    /// Codes, dates and states: left-aligned, never wrapped.
    Whole,
    /// Figures: right-aligned, never wrapped.
    Figures,
}

/// A cell: paragraphs, one below the other.
pub type Cell = Vec<Text>;

/// A row of a table.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Row {
    pub cells: Vec<Cell>,
    /// Marks a row of totals, set off by a rule.
    pub total: bool,
}

/// A table whose head repeats on every page. Without a head, the first column holds the row headers.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Table {
    pub columns: Vec<Column>,
    pub head: Vec<Cell>,
    pub rows: Vec<Row>,
}

/// A QR code with a caption below.
#[derive(Debug, Clone, PartialEq)]
pub struct Qr {
    pub content: String,
    pub caption: Vec<Text>,
    /// Alternative text.
    pub alt: String,
}

/// A segment of a bar.
#[derive(Debug, Clone, PartialEq)]
pub struct Share {
    /// Size relative to the other segments.
    pub weight: f64,
    pub ink: Ink,
    pub label: Text,
    pub figure: Text,
}

/// A block of content; blocks follow one below the other.
#[derive(Debug, Clone, PartialEq)]
pub enum Block {
    Title {
        lines: Vec<Text>,
    },
    /// Heading of level 1 or 2; `bookmark` is its title in the outline.
    Heading {
        level: u8,
        lines: Vec<Text>,
        bookmark: String,
    },
    Paragraph(Text),
    /// Names with values, optionally with a QR code next to them.
    KeyValues {
        rows: Vec<(Cell, Cell)>,
        qr: Option<Qr>,
    },
    Table(Table),
    /// Table with a line around every cell, as the forms of bureaus have.
    Grid(Table),
    /// Numbered list of steps of one or more paragraphs.
    Steps(Vec<Cell>),
    /// Stacked bar with a legend.
    Bar {
        shares: Vec<Share>,
        alt: String,
    },
    Space(f32),
    /// The end of a page.
    PageBreak,
}

/// A file embedded in the document.
#[derive(Debug, Clone, PartialEq)]
pub struct Attachment {
    /// File name, ASCII only.
    pub name: String,
    pub media_type: String,
    pub description: String,
    pub bytes: Vec<u8>,
}

/// A complete document.
#[derive(Debug, Clone, PartialEq)]
pub struct Document {
    pub title: String,
    pub subject: String,
    pub author: String,
    pub lang: TextLang,
    /// Date of the document; the only date in its metadata.
    pub date: NaiveDate,
    /// Left and right header of every page.
    pub header: (Text, Text),
    pub footer: Text,
    /// Footnote on a character that no font has; `{mark}` is its mark in the text, `{code}` its code point, such as
    /// `U+2611`. One text for each language.
    pub missing: Vec<Text>,
    /// Page number; `{n}` is the page, `{m}` the number of pages.
    pub page_of: Text,
    pub blocks: Vec<Block>,
    pub attachment: Option<Attachment>,
}

impl Document {
    /// Returns every printed text, except for the footnotes on missing characters.
    pub(super) fn texts_mut(&mut self) -> Vec<&mut Text> {
        let mut texts = vec![&mut self.header.0, &mut self.header.1, &mut self.footer, &mut self.page_of];
        for block in &mut self.blocks {
            match block {
                Block::Title { lines } | Block::Heading { lines, .. } => texts.extend(lines),
                Block::Paragraph(text) => texts.push(text),
                Block::KeyValues { rows, qr } => {
                    texts.extend(rows.iter_mut().flat_map(|(key, value)| key.iter_mut().chain(value)));
                    texts.extend(qr.iter_mut().flat_map(|qr| &mut qr.caption));
                }
                Block::Table(table) | Block::Grid(table) => {
                    let cells = table.rows.iter_mut().flat_map(|row| &mut row.cells);
                    texts.extend(table.head.iter_mut().chain(cells).flatten());
                }
                Block::Steps(steps) => texts.extend(steps.iter_mut().flatten()),
                Block::Bar { shares, .. } => {
                    texts.extend(shares.iter_mut().flat_map(|share| [&mut share.label, &mut share.figure]));
                }
                Block::Space(_) | Block::PageBreak => {}
            }
        }
        texts
    }
}
