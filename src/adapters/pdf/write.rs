//! Drawing of pages: fonts, and the content of each page, marked with its structure elements.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;

use crate::adapters::pdf::PdfError;
use crate::adapters::pdf::document::Ink;
use crate::adapters::pdf::faces::{Cut, Faces, FontKey};
use crate::adapters::pdf::file::{File, Id};
use crate::adapters::pdf::lines::{self, Line};
use crate::adapters::pdf::pages::{Laid, PAPER, Page, Put};
use crate::adapters::pdf::strips::Item;
use crate::adapters::pdf::structure::NodeId;

/// A file with its pages, to be completed by `finish`.
pub struct Drawn {
    pub file: File,
    /// The list of pages.
    pub pages: Id,
    pub page_ids: Vec<Id>,
    /// Reserved for the structure tree.
    pub structure: Id,
    /// Structure elements of each page's marked content, by MCID.
    pub marks: Vec<Vec<NodeId>>,
}

/// Draws all pages.
pub fn draw(laid: &Laid, faces: &Faces) -> Result<Drawn, PdfError> {
    let mut file = File::default();
    let (pages, structure) = (file.reserve(), file.reserve());
    let mut fonts = BTreeMap::new();
    let mut resources = String::new();
    for (key, characters) in collect_characters(&laid.pages) {
        let cut = faces.cut(key, &characters)?;
        let _ = write!(resources, "/{} {}", key.resource(), add_font(&mut file, key, &cut));
        fonts.insert(key, cut);
    }
    let resources = file.add(format!("<</Font<<{resources}>>>>"));
    let (mut page_ids, mut marks) = (Vec::new(), Vec::new());
    for (number, page) in laid.pages.iter().enumerate() {
        let mut pen = Pen { fonts: &fonts, content: String::new(), ink: None, font: None };
        marks.push(pen.page(page));
        let content = file.add_stream("", pen.content.as_bytes())?;
        page_ids.push(file.add(format!(
            "<</Type/Page/Parent {pages}/MediaBox[0 0 {} {}]/Resources {resources}/Contents {content}\
             /StructParents {number}/Tabs/S>>",
            PAPER.0, PAPER.1
        )));
    }
    let kids: String = page_ids.iter().map(|id| format!("{id} ")).collect();
    file.set(pages, format!("<</Type/Pages/Count {}/Kids[{kids}]>>", page_ids.len()));
    Ok(Drawn { file, pages, page_ids, structure, marks })
}

/// Returns the characters of each font, sorted.
fn collect_characters(pages: &[Page]) -> BTreeMap<FontKey, Vec<char>> {
    let mut used: BTreeMap<FontKey, Vec<char>> = BTreeMap::new();
    for put in pages.iter().flat_map(|page| &page.puts) {
        if let Item::Line { line, .. } = &put.item {
            for run in &line.runs {
                used.entry(run.font).or_default().extend(run.text.chars());
            }
        }
    }
    for characters in used.values_mut() {
        characters.sort_unstable();
        characters.dedup();
    }
    used
}

/// Adds a font whose codes are the numbers of its glyphs.
fn add_font(file: &mut File, key: FontKey, cut: &Cut) -> Id {
    let program = file.add_compressed(&format!("/Length1 {}", cut.length), cut.program.clone());
    let to_unicode = file.add_compressed("", cut.to_unicode.clone());
    let name = format!("{}+{}", cut.tag, key.name());
    let (ascent, descent, bounds) = (cut.ascent, cut.descent, cut.bounds);
    let descriptor = file.add(format!(
        "<</Type/FontDescriptor/FontName/{name}/Ascent {ascent}/Descent {descent}/CapHeight {ascent}/ItalicAngle 0\
         /Flags 32/StemV 80/FontBBox[{} {} {} {}]/FontFile2 {program}>>",
        bounds.x_min, bounds.y_min, bounds.x_max, bounds.y_max
    ));
    let widths: String = cut.advances.iter().map(|advance| format!("{advance} ")).collect();
    file.add(format!(
        "<</Type/Font/Subtype/Type0/BaseFont/{name}/Encoding/Identity-H/ToUnicode {to_unicode}/DescendantFonts[\
         <</Type/Font/Subtype/CIDFontType2/BaseFont/{name}\
         /CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>/CIDToGIDMap/Identity/DW 1000\
         /W[1[{widths}]]/FontDescriptor {descriptor}>>]>>"
    ))
}

/// Writes the content of one page. Colour and font are set when they change.
struct Pen<'a> {
    fonts: &'a BTreeMap<FontKey, Arc<Cut>>,
    content: String,
    ink: Option<Ink>,
    font: Option<(FontKey, f32)>,
}

/// Appends a line to the content of a page, which does not fail.
macro_rules! put {
    ($pen:expr, $($arg:tt)*) => {
        let _ = writeln!($pen.content, $($arg)*);
    };
}

impl Pen<'_> {
    /// Writes decoration first, then content in reading order (one marked content for each element), then header and
    /// footer. Returns the elements by MCID.
    fn page(&mut self, page: &Page) -> Vec<NodeId> {
        self.content.push_str("/Artifact BMC\n");
        for put in &page.puts {
            if let Item::Fill { x, y, width, height, ink } = &put.item {
                self.rectangle((put.x + x, put.y + y), (*width, *height), *ink);
            }
        }
        self.content.push_str("EMC\n");
        let mut marked: Vec<(NodeId, &Put)> =
            page.puts.iter().filter_map(|put| Some((leaf(&put.item)?, put))).collect();
        marked.sort_by_key(|(leaf, _)| *leaf);
        let mut marks = Vec::new();
        for same in marked.chunk_by(|a, b| a.0 == b.0) {
            let Some(&(leaf, put)) = same.first() else {
                continue;
            };
            let tag = match put.item {
                Item::Line { .. } | Item::Fill { .. } => "Span",
                Item::Code { .. } | Item::Bars { .. } => "Figure",
            };
            put!(self, "/{tag}<</MCID {}>>BDC", marks.len());
            same.iter().for_each(|(_, put)| self.item(put));
            self.content.push_str("EMC\n");
            marks.push(leaf);
        }
        self.content.push_str("/Artifact BMC\n");
        for put in page.puts.iter().filter(|put| matches!(put.item, Item::Line { leaf: None, .. })) {
            self.item(put);
        }
        self.content.push_str("EMC\n");
        marks
    }

    fn item(&mut self, put: &Put) {
        match &put.item {
            Item::Line { x, baseline, line, .. } => self.line((put.x + x, put.y + baseline), line),
            Item::Fill { x, y, width, height, ink } => {
                self.rectangle((put.x + x, put.y + y), (*width, *height), *ink);
            }
            Item::Bars { y, height, bars, .. } => {
                for (x, width, ink) in bars {
                    self.rectangle((put.x + x, put.y + y), (*width, *height), *ink);
                }
            }
            Item::Code { x, y, side, code, ink, .. } => {
                self.ink(*ink);
                // In units of modules, so that neighbours share their edges exactly.
                let (left, top, scale) = (round(put.x + x), round(PAPER.1 - put.y - y), side / code.side as f32);
                put!(self, "q {scale} 0 0 -{scale} {left} {top} cm");
                for (row, from, to) in &code.bars {
                    put!(self, "{from} {row} {} 1 re", to - from);
                }
                self.content.push_str("f\nQ\n");
            }
        }
    }

    fn line(&mut self, (x, y): (f32, f32), line: &Line) {
        if line.runs.is_empty() {
            return;
        }
        put!(self, "BT\n{} {} Td", round(x), round(PAPER.1 - y));
        let mut following = line.runs.iter().flat_map(|run| run.text.chars()).skip(1);
        for run in &line.runs {
            self.ink(run.ink);
            if self.font != Some((run.font, run.size)) {
                self.font = Some((run.font, run.size));
                put!(self, "/{} {} Tf", run.font.resource(), run.size);
            }
            let cut = self.fonts.get(&run.font);
            self.content.push_str("[<");
            for c in run.text.chars() {
                let _ = write!(self.content, "{:04X}", cut.map_or(0, |cut| cut.glyph(c)));
                let Some(next) = following.next() else { continue };
                let gap = line.gap * lines::share(c, next) + lines::mixed(c, next) * run.size;
                if gap > 0.0 {
                    let _ = write!(self.content, ">{}<", round(-gap * 1000.0 / run.size));
                }
            }
            self.content.push_str(">]TJ\n");
        }
        self.content.push_str("ET\n");
    }

    fn rectangle(&mut self, (x, y): (f32, f32), (width, height): (f32, f32), ink: Ink) {
        self.ink(ink);
        put!(self, "{} {} {} {} re f", round(x), round(PAPER.1 - y - height), round(width), round(height));
    }

    fn ink(&mut self, ink: Ink) {
        if self.ink != Some(ink) {
            self.ink = Some(ink);
            let [r, g, b] = ink.rgb().map(|part| (f32::from(part) / 255.0 * 1000.0).round() / 1000.0);
            put!(self, "{r} {g} {b} rg");
        }
    }
}

fn leaf(item: &Item) -> Option<NodeId> {
    match item {
        Item::Line { leaf, .. } => *leaf,
        Item::Code { leaf, .. } | Item::Bars { leaf, .. } => Some(*leaf),
        Item::Fill { .. } => None,
    }
}

/// Rounds to a hundredth of a point; finer is invisible and only makes the file longer.
fn round(value: f32) -> f32 {
    (value * 100.0).round() / 100.0
}
