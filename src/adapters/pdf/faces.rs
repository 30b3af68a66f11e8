//! Embedded fonts: finds glyphs and their widths, and subsets a font to the characters that a document uses.
//!
//! The fonts are Noto Serif SC (宋体) and Noto Sans SC (黑体), subset to GB 2312, Latin-1 and signs of contracts. Other
//! signs come from a font of symbols, rarer Han characters from a tail font that is inflated on first use. See
//! assets/fonts/build.sh.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;
use std::sync::OnceLock;

use crate::adapters::pdf::PdfError;
use crate::adapters::pdf::document::Typeface;

static SONG: &[u8] = include_bytes!("../../../assets/fonts/noto-serif-sc-core.ttf");
static HEI: &[u8] = include_bytes!("../../../assets/fonts/noto-sans-sc-core.ttf");
static SYMBOLS: &[u8] = include_bytes!("../../../assets/fonts/noto-symbols.ttf");
static TAIL: &[u8] = include_bytes!("../../../assets/fonts/noto-serif-sc-tail.zip");

/// One of the embedded fonts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum FontKey {
    Song,
    Hei,
    Symbols,
    Tail,
}

impl FontKey {
    /// Returns the font's name in the page resources.
    pub fn resource(self) -> &'static str {
        match self {
            FontKey::Song => "Song",
            FontKey::Hei => "Hei",
            FontKey::Symbols => "Symbols",
            FontKey::Tail => "Tail",
        }
    }

    /// Returns the PostScript name.
    pub fn name(self) -> &'static str {
        match self {
            FontKey::Song => "NotoSerifSC-Regular",
            FontKey::Hei => "NotoSansSC-Medium",
            FontKey::Symbols => "NotoSymbols-Regular",
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
    static PARSED: [OnceLock<Result<Face, PdfError>>; 4] = [const { OnceLock::new() }; 4];
    let [song, hei, symbols, tail] = &PARSED;
    let parsed = match key {
        FontKey::Song => song.get_or_init(|| parse(SONG)),
        FontKey::Hei => hei.get_or_init(|| parse(HEI)),
        FontKey::Symbols => symbols.get_or_init(|| parse(SYMBOLS)),
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

/// The embedded fonts.
pub struct Faces {
    song: &'static Face,
    hei: &'static Face,
    symbols: &'static Face,
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
    /// Loads the fonts; the tail is inflated when a character needs it.
    ///
    /// # Errors
    /// `Font` for a font that cannot be read.
    pub fn load() -> Result<Faces, PdfError> {
        Ok(Faces { song: face(FontKey::Song)?, hei: face(FontKey::Hei)?, symbols: face(FontKey::Symbols)? })
    }

    fn get(&self, key: FontKey) -> Option<&'static Face> {
        match key {
            FontKey::Song => Some(self.song),
            FontKey::Hei => Some(self.hei),
            FontKey::Symbols => Some(self.symbols),
            FontKey::Tail => face(FontKey::Tail).ok(),
        }
    }

    /// Returns whether a font has the character.
    pub fn has(&self, c: char) -> bool {
        self.find(FontKey::Song, c).is_some()
    }

    /// Finds the glyph of a character, preferring the given typeface.
    pub fn glyph(&self, face: Typeface, c: char) -> Glyph {
        let own = match face {
            Typeface::Song => FontKey::Song,
            Typeface::Hei => FontKey::Hei,
        };
        // Only a line feed has no glyph here, and it is not drawn: `missing` replaced all others.
        self.find(own, c).unwrap_or(Glyph { font: own, advance: 1000 })
    }

    fn find(&self, own: FontKey, c: char) -> Option<Glyph> {
        [own, FontKey::Song, FontKey::Symbols, FontKey::Tail].into_iter().find_map(|font| {
            let face = self.get(font)?;
            let id = face.glyph_index(c)?;
            Some(Glyph { font, advance: face.glyph_hor_advance(id).unwrap_or(0) })
        })
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
