//! Embedded fonts: finds glyphs and their widths, and subsets a font to the characters that a document uses.
//!
//! The fonts are Noto Serif SC (宋体) and Noto Sans SC (黑体), subset to GB 2312, Latin-1 and signs of contracts. Other
//! signs come from a font of symbols, rarer Han characters from a tail font that is inflated on first use. See
//! assets/fonts/build.sh.

use std::collections::VecDeque;
use std::io::Read;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use crate::adapters::pdf::PdfError;
use crate::adapters::pdf::compress::deflate;
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
    /// The font, compressed.
    pub program: Vec<u8>,
    /// Number of its bytes before.
    pub length: usize,
    /// Six letters that tell subsets of a font apart (ISO 32000, 9.9.2).
    pub tag: String,
    /// Characters with their glyphs.
    pub glyphs: Vec<(char, u16)>,
    /// Glyphs with their advances.
    pub advances: Vec<(u16, u16)>,
    pub ascent: i16,
    pub descent: i16,
    pub bounds: ttf_parser::Rect,
}

impl Cut {
    fn is_of(&self, characters: &[char]) -> bool {
        self.glyphs.len() == characters.len() && self.glyphs.iter().map(|(c, _)| c).eq(characters)
    }

    fn bytes(&self) -> usize {
        self.program.len() + self.glyphs.len() * (size_of::<(char, u16)>() + size_of::<(u16, u16)>())
    }
}

/// Maximum number of bytes of the subsets that are kept.
const KEPT_BYTES: usize = 4 << 20;

/// The latest subsets, newest last: documents of one contract use the same characters, whatever their figures. A subset
/// depends on nothing else.
static KEPT: Mutex<VecDeque<(FontKey, Arc<Cut>)>> = Mutex::new(VecDeque::new());

fn find_kept(key: FontKey, characters: &[char]) -> Option<Arc<Cut>> {
    let mut kept = KEPT.lock().unwrap_or_else(PoisonError::into_inner);
    let place = kept.iter().position(|(of, cut)| *of == key && cut.is_of(characters))?;
    let found = kept.remove(place)?;
    let cut = Arc::clone(&found.1);
    kept.push_back(found);
    Some(cut)
}

fn keep(key: FontKey, cut: &Arc<Cut>) {
    let mut kept = KEPT.lock().unwrap_or_else(PoisonError::into_inner);
    kept.push_back((key, Arc::clone(cut)));
    let mut bytes: usize = kept.iter().map(|(_, cut)| cut.bytes()).sum();
    while bytes > KEPT_BYTES
        && let Some((_, oldest)) = kept.pop_front()
    {
        bytes -= oldest.bytes();
    }
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
            if let Some(&advance) = known_advances(font).and_then(|known| known.get(u32::from(c) as usize)) {
                return (advance != ABSENT).then_some(Glyph { font, advance });
            }
            let face = self.get(font)?;
            let id = face.glyph_index(c)?;
            Some(Glyph { font, advance: face.glyph_hor_advance(id).unwrap_or(0) })
        })
    }

    /// Subsets the font to these characters, which are sorted, and renumbers the glyphs.
    pub fn cut(&self, key: FontKey, characters: &[char]) -> Result<Arc<Cut>, PdfError> {
        if let Some(kept) = find_kept(key, characters) {
            return Ok(kept);
        }
        let face = self.get(key).ok_or_else(|| PdfError::Font(format!("{} was not loaded", key.name())))?;
        let mut remapper = subsetter::GlyphRemapper::new();
        let (mut glyphs, mut advances) = (Vec::new(), Vec::new());
        for &c in characters {
            let id = face.glyph_index(c).unwrap_or_default();
            let new = remapper.remap(id.0);
            glyphs.push((c, new));
            advances.push((new, face.glyph_hor_advance(id).unwrap_or(0)));
        }
        let bytes = subsetter::subset(face.raw_face().data, 0, &remapper).map_err(|e| PdfError::Font(e.to_string()))?;
        let cut = Arc::new(Cut {
            program: deflate(&bytes)?,
            length: bytes.len(),
            tag: subset_tag(characters),
            glyphs,
            advances,
            ascent: face.ascender(),
            descent: face.descender(),
            bounds: face.global_bounding_box(),
        });
        keep(key, &cut);
        Ok(cut)
    }
}

/// Marks a character that a font lacks.
const ABSENT: u16 = u16::MAX;

/// Returns the advance of each character of a typeface in the first plane, which would be searched for several times
/// for each character of a document; `None` for the other fonts and for a font that cannot be read.
fn known_advances(key: FontKey) -> Option<&'static [u16]> {
    static KNOWN: [OnceLock<Option<Vec<u16>>>; 2] = [const { OnceLock::new() }; 2];
    let [song, hei] = &KNOWN;
    let known = match key {
        FontKey::Song => song,
        FontKey::Hei => hei,
        FontKey::Symbols | FontKey::Tail => return None,
    };
    known.get_or_init(|| face(key).ok().map(advances_of)).as_deref()
}

fn advances_of(face: &Face) -> Vec<u16> {
    let mut advances = vec![ABSENT; 0x1_0000];
    let maps = face.tables().cmap.into_iter().flat_map(|cmap| cmap.subtables).filter(|map| map.is_unicode());
    for map in maps {
        map.codepoints(|code| {
            let glyph = char::from_u32(code).and_then(|c| face.glyph_index(c));
            if let (Some(glyph), Some(advance)) = (glyph, advances.get_mut(code as usize)) {
                *advance = face.glyph_hor_advance(glyph).unwrap_or(0);
            }
        });
    }
    advances
}

/// Returns the six-letter tag of a font subset.
fn subset_tag(characters: &[char]) -> String {
    // FNV-1a; any function of only the characters would do.
    let mut hash = characters
        .iter()
        .fold(0xcbf2_9ce4_8422_2325u64, |hash, c| (hash ^ u64::from(u32::from(*c))).wrapping_mul(0x0100_0000_01b3));
    let mut tag = String::new();
    for _ in 0..6 {
        tag.push(char::from(b'A' + (hash % 26) as u8));
        hash /= 26;
    }
    tag
}
