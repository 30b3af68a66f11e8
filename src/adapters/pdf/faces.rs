//! Embedded fonts: finds glyphs and their widths, and subsets a font to the characters that a document uses.
//!
//! The fonts are Noto Serif SC (宋体) and Noto Sans SC (黑体), subset to GB 2312, Latin-1 and symbols. Rarer Han characters
//! come from a tail font, inflated on first use. See assets/fonts/build.sh.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;
use std::sync::OnceLock;

use crate::adapters::pdf::PdfError;
use crate::adapters::pdf::document::{Block, Document, Text, Typeface};

static SONG: &[u8] = include_bytes!("../../../assets/fonts/noto-serif-sc-core.ttf");
static HEI: &[u8] = include_bytes!("../../../assets/fonts/noto-sans-sc-core.ttf");
static TAIL: &[u8] = include_bytes!("../../../assets/fonts/noto-serif-sc-tail.zip");

/// One of the embedded fonts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum FontKey {
    Song,
    Hei,
    Tail,
}

impl FontKey {
    /// Returns the font's name in the page resources.
    pub fn resource(self) -> &'static str {
        match self {
            FontKey::Song => "Song",
            FontKey::Hei => "Hei",
            FontKey::Tail => "Tail",
        }
    }

    /// Returns the PostScript name.
    pub fn name(self) -> &'static str {
        match self {
            FontKey::Song => "NotoSerifSC-Regular",
            FontKey::Hei => "NotoSansSC-Medium",
            FontKey::Tail => "NotoSerifSC-Tail",
        }
    }
}

type Face = ttf_parser::Face<'static>;

fn parse(bytes: &'static [u8]) -> Result<Face, PdfError> {
    Face::parse(bytes, 0).map_err(|e| PdfError::Font(e.to_string()))
}

fn inflate() -> Result<Vec<u8>, PdfError> {
    let broken = |e: String| PdfError::Font(e);
    let mut zip = zip::ZipArchive::new(std::io::Cursor::new(TAIL)).map_err(|e| broken(e.to_string()))?;
    let mut entry = zip.by_index(0).map_err(|e| broken(e.to_string()))?;
    let mut bytes = Vec::new();
    entry.read_to_end(&mut bytes).map_err(|e| broken(e.to_string()))?;
    Ok(bytes)
}

/// Returns a font, parsed once per process.
fn face(key: FontKey) -> Result<&'static Face, PdfError> {
    static PARSED: [OnceLock<Result<Face, PdfError>>; 3] = [const { OnceLock::new() }; 3];
    let [song, hei, tail] = &PARSED;
    let parsed = match key {
        FontKey::Song => song.get_or_init(|| parse(SONG)),
        FontKey::Hei => hei.get_or_init(|| parse(HEI)),
        FontKey::Tail => tail.get_or_init(|| tail_bytes().and_then(parse)),
    };
    parsed.as_ref().map_err(|e| PdfError::Font(e.to_string()))
}

fn tail_bytes() -> Result<&'static [u8], PdfError> {
    static INFLATED: OnceLock<Result<Vec<u8>, PdfError>> = OnceLock::new();
    match INFLATED.get_or_init(inflate) {
        Ok(bytes) => Ok(bytes),
        Err(e) => Err(PdfError::Font(e.to_string())),
    }
}

/// A glyph: its font and its advance in thousandths of the font size.
#[derive(Debug, Clone, Copy)]
pub struct Glyph {
    pub font: FontKey,
    pub advance: u16,
}

/// Fonts loaded for one document.
pub struct Faces {
    song: &'static Face,
    hei: &'static Face,
    tail: Option<&'static Face>,
}

/// A font subset to the characters of a document.
pub struct Cut {
    pub bytes: Vec<u8>,
    pub glyphs: BTreeMap<u32, u16>,
    pub advances: BTreeMap<u16, u16>,
    pub ascent: i16,
    pub descent: i16,
    pub bounds: ttf_parser::Rect,
}

impl Faces {
    /// Loads the fonts for every character of the document.
    ///
    /// # Errors
    /// `MissingGlyphs` with all characters that no font has.
    pub fn for_document(document: &Document) -> Result<Faces, PdfError> {
        let mut faces = Faces { song: face(FontKey::Song)?, hei: face(FontKey::Hei)?, tail: None };
        let rare: BTreeSet<char> =
            characters(document).filter(|c| *c != '\n' && faces.song.glyph_index(*c).is_none()).collect();
        if rare.is_empty() {
            return Ok(faces);
        }
        let tail = face(FontKey::Tail)?;
        let missing: Vec<char> = rare.into_iter().filter(|c| tail.glyph_index(*c).is_none()).collect();
        if !missing.is_empty() {
            return Err(PdfError::MissingGlyphs(missing));
        }
        faces.tail = Some(tail);
        Ok(faces)
    }

    fn get(&self, key: FontKey) -> Option<&'static Face> {
        match key {
            FontKey::Song => Some(self.song),
            FontKey::Hei => Some(self.hei),
            FontKey::Tail => self.tail,
        }
    }

    /// Finds the glyph of a character, preferring its own typeface.
    pub fn glyph(&self, face: Typeface, c: char) -> Glyph {
        let own = match face {
            Typeface::Song => FontKey::Song,
            Typeface::Hei => FontKey::Hei,
        };
        for font in [own, FontKey::Song, FontKey::Tail] {
            if let Some(face) = self.get(font)
                && let Some(id) = face.glyph_index(c)
            {
                return Glyph { font, advance: face.glyph_hor_advance(id).unwrap_or(0) };
            }
        }
        // Unreachable: `for_document` rejects documents with such a character.
        Glyph { font: own, advance: 1000 }
    }

    /// Subsets the font to these characters and renumbers the glyphs.
    pub fn cut(&self, key: FontKey, characters: &BTreeSet<char>) -> Result<Cut, PdfError> {
        let face = self.get(key).ok_or_else(|| PdfError::Font(format!("{} was not loaded", key.name())))?;
        let mut remapper = subsetter::GlyphRemapper::new();
        let (mut glyphs, mut advances) = (BTreeMap::new(), BTreeMap::new());
        for &c in characters {
            let id = face.glyph_index(c).unwrap_or_default();
            let new = remapper.remap(id.0);
            glyphs.insert(u32::from(c), new);
            advances.insert(new, face.glyph_hor_advance(id).unwrap_or(0));
        }
        let bytes = subsetter::subset(face.raw_face().data, 0, &remapper).map_err(|e| PdfError::Font(e.to_string()))?;
        Ok(Cut {
            bytes,
            glyphs,
            advances,
            ascent: face.ascender(),
            descent: face.descender(),
            bounds: face.global_bounding_box(),
        })
    }
}

fn characters(document: &Document) -> impl Iterator<Item = char> {
    let mut texts: Vec<&Text> = vec![&document.header.0, &document.header.1, &document.footer, &document.page_of];
    for block in &document.blocks {
        match block {
            Block::Title { lines } | Block::Heading { lines, .. } => texts.extend(lines),
            Block::Paragraph(text) => texts.push(text),
            Block::KeyValues { rows, qr } => {
                texts.extend(rows.iter().flat_map(|(key, value)| key.iter().chain(value)));
                texts.extend(qr.iter().flat_map(|qr| &qr.caption));
            }
            Block::Table(table) => {
                texts.extend(table.head.iter().chain(table.rows.iter().flat_map(|row| &row.cells)).flatten())
            }
            Block::Steps(steps) => texts.extend(steps.iter().flatten()),
            Block::Bar { shares, .. } => texts.extend(shares.iter().flat_map(|share| [&share.label, &share.figure])),
            Block::Space(_) => {}
        }
    }
    texts.into_iter().flat_map(|text| text.spans.iter()).flat_map(|span| span.text.chars()).chain("0123456789.".chars())
}
