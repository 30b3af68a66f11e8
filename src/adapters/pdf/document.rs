//! What a document is before it has pages: texts, blocks and what stands on every page. No measure of the paper here.

use chrono::NaiveDate;

/// The language of one text; a document holds texts of both.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TextLang {
    Zh,
    En,
}

impl TextLang {
    /// The BCP 47 tag that a reader's voice goes by.
    pub fn tag(self) -> &'static str {
        match self {
            TextLang::Zh => "zh-CN",
            TextLang::En => "en",
        }
    }
}

/// 宋体 for running text, 黑体 for heads, labels and figures (its digits have one width).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Typeface {
    Song,
    Hei,
}

/// The few colours of a document.
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
    /// Red, green and blue from 0 to 255.
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

/// How a text looks; sizes in points.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Style {
    pub face: Typeface,
    pub size: f32,
    /// From one baseline to the next.
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

    /// The same style in another colour.
    pub const fn ink(self, ink: Ink) -> Style {
        Style { ink, ..self }
    }
}

/// One stretch of text in one style.
#[derive(Debug, Clone, PartialEq)]
pub struct Span {
    pub style: Style,
    pub text: String,
}

/// One paragraph, in one language.
#[derive(Debug, Clone, PartialEq)]
pub struct Text {
    pub lang: TextLang,
    pub spans: Vec<Span>,
    /// Room above it in a cell where it is not the first, in points.
    pub above: f32,
}

impl Text {
    /// A text in one style. Characters that print nothing (controls, direction marks, variation selectors) are left out: they have
    /// no glyph, and some of them can make a text read otherwise than it looks. A tab is a space.
    pub fn new(lang: TextLang, style: Style, text: impl AsRef<str>) -> Text {
        Text { lang, spans: vec![Span { style, text: printable(text.as_ref()) }], above: 0.0 }
    }

    /// The text followed by more in another style.
    pub fn then(mut self, style: Style, text: impl AsRef<str>) -> Text {
        self.spans.push(Span { style, text: printable(text.as_ref()) });
        self
    }

    /// The text with room above it.
    pub fn above(self, above: f32) -> Text {
        Text { above, ..self }
    }

    /// All its words, without the styles.
    pub fn plain(&self) -> String {
        self.spans.iter().map(|span| span.text.as_str()).collect()
    }
}

fn printable(text: &str) -> String {
    text.chars()
        .filter_map(|c| match c {
            '\n' | '\u{2028}' | '\u{2029}' => Some('\n'),
            '\t' => Some(' '),
            '\u{00AD}' | '\u{061C}' | '\u{180E}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' => None,
            '\u{2060}'..='\u{206F}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{E0000}'..='\u{E0FFF}' => None,
            c if c.is_control() => None,
            c => Some(c),
        })
        .collect()
}

/// How the cells of a column stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Column {
    /// Words: to the left, broken into lines where they must be.
    Words,
    /// Codes, dates and states: to the left, never broken.
    Whole,
    /// Figures: to the right, never broken.
    Figures,
}

/// A cell: its paragraphs one under the other.
pub type Cell = Vec<Text>;

/// One row of a table.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Row {
    pub cells: Vec<Cell>,
    /// A row of sums, set off from the others.
    pub total: bool,
}

/// A table with a head that is repeated on every page it reaches. Without a head its first column names the rows.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Table {
    pub columns: Vec<Column>,
    pub head: Vec<Cell>,
    pub rows: Vec<Row>,
}

/// A QR code and the words under it.
#[derive(Debug, Clone, PartialEq)]
pub struct Qr {
    pub content: String,
    pub caption: Vec<Text>,
    /// What the picture is, for who cannot see it.
    pub alt: String,
}

/// A part of a bar.
#[derive(Debug, Clone, PartialEq)]
pub struct Share {
    /// Its size beside the others'.
    pub weight: f64,
    pub ink: Ink,
    pub label: Text,
    pub figure: Text,
}

/// What follows one under the other on the pages.
#[derive(Debug, Clone, PartialEq)]
pub enum Block {
    Title {
        lines: Vec<Text>,
    },
    /// `level` 1 or 2; `bookmark` is its name in the outline.
    Heading {
        level: u8,
        lines: Vec<Text>,
        bookmark: String,
    },
    Paragraph(Text),
    /// Names with their values, and beside them a QR code.
    KeyValues {
        rows: Vec<(Cell, Cell)>,
        qr: Option<Qr>,
    },
    Table(Table),
    /// Numbered steps, each of one or more paragraphs.
    Steps(Vec<Cell>),
    /// A bar of shares with its key.
    Bar {
        shares: Vec<Share>,
        alt: String,
    },
    Space(f32),
}

/// A file carried inside the document.
#[derive(Debug, Clone, PartialEq)]
pub struct Attachment {
    /// ASCII.
    pub name: String,
    pub media_type: String,
    pub description: String,
    pub bytes: Vec<u8>,
}

/// A whole document. The same value gives the same bytes.
#[derive(Debug, Clone, PartialEq)]
pub struct Document {
    pub title: String,
    pub subject: String,
    pub author: String,
    pub lang: TextLang,
    /// The day that the document names as its own; the only date in its metadata.
    pub date: NaiveDate,
    /// Left and right at the head of every page.
    pub header: (Text, Text),
    pub footer: Text,
    /// `{n}` and `{m}` stand for the page and the number of pages.
    pub page_of: Text,
    pub blocks: Vec<Block>,
    pub attachment: Option<Attachment>,
}
