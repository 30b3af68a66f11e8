//! Drawing of pages with printpdf: subsets the fonts and marks content with its structure element.

use std::collections::BTreeMap;
use std::sync::Arc;

use printpdf::{
    Color, DictItem, FontId, FontMetrics, LinePoint, Mm, Op, PaintMode, ParsedFont, PdfDocument, PdfFont,
    PdfFontHandle, PdfPage, PdfSaveOptions, Point, Polygon, PolygonRing, Pt, Rect, Rgb, TextItem, TextMatrix,
    WindingOrder,
};

use crate::adapters::pdf::PdfError;
use crate::adapters::pdf::document::{Document, Ink};
use crate::adapters::pdf::faces::{Cut, Faces, FontKey};
use crate::adapters::pdf::lines::{self, Line};
use crate::adapters::pdf::pages::{Laid, PAPER, Page, Put};
use crate::adapters::pdf::strips::Item;
use crate::adapters::pdf::structure::NodeId;

/// Output of printpdf, to be completed by `finish`.
pub struct Drawn {
    pub pdf: lopdf::Document,
    /// Structure elements of each page's marked content, by MCID.
    pub marks: Vec<Vec<NodeId>>,
    /// The fonts. In place of each one's program the file has the name of its resource.
    pub fonts: Vec<(FontKey, Arc<Cut>)>,
}

/// Draws all pages.
pub fn draw(document: &Document, laid: &Laid, faces: &Faces) -> Result<Drawn, PdfError> {
    let mut pdf = PdfDocument::new(&document.title);
    let mut fonts = Vec::new();
    for (key, characters) in collect_characters(&laid.pages) {
        let cut = faces.cut(key, &characters)?;
        pdf.resources.fonts.map.insert(FontId(key.resource().to_owned()), font(key, &cut));
        fonts.push((key, cut));
    }
    let mut marks = Vec::new();
    for page in &laid.pages {
        let (ops, marked) = operators(page);
        pdf.pages.push(PdfPage::new(Mm(210.0), Mm(297.0), ops));
        marks.push(marked);
    }
    let mut warnings = Vec::new();
    let pdf = printpdf::serialize::to_lopdf_doc(&pdf, &PdfSaveOptions::default(), &mut warnings);
    match warnings.first() {
        None => Ok(Drawn { pdf, marks, fonts }),
        Some(warning) => Err(PdfError::Write(warning.msg.clone())),
    }
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

/// Describes a font that is cut already. printpdf copies programs several times, so `finish` puts them in afterwards.
fn font(key: FontKey, cut: &Cut) -> PdfFont {
    let metrics = FontMetrics { ascent: cut.ascent, descent: cut.descent };
    let name = format!("{}+{}", cut.tag, key.name());
    let glyphs = cut.glyphs.iter().map(|(c, glyph)| (u32::from(*c), *glyph)).collect();
    let advances = cut.advances.iter().copied().collect();
    let program = key.resource().as_bytes().to_vec();
    let mut parsed = ParsedFont::with_glyph_data(program, 0, Some(name), glyphs, advances, 1000, metrics);
    parsed.pdf_font_metrics.x_min = cut.bounds.x_min;
    parsed.pdf_font_metrics.y_min = cut.bounds.y_min;
    parsed.pdf_font_metrics.x_max = cut.bounds.x_max;
    parsed.pdf_font_metrics.y_max = cut.bounds.y_max;
    PdfFont::new(parsed)
}

/// Operators of one page. Colour and font are set when they change.
#[derive(Default)]
struct Pen {
    ops: Vec<Op>,
    ink: Option<Ink>,
    font: Option<(FontKey, f32)>,
}

/// Returns the operators of a page: decoration first, then content in reading order (one marked content for each
/// element), then header and footer.
fn operators(page: &Page) -> (Vec<Op>, Vec<NodeId>) {
    let mut pen = Pen::default();
    pen.ops.push(Op::BeginMarkedContent { tag: "Artifact".into() });
    for put in &page.puts {
        if let Item::Fill { x, y, width, height, ink } = &put.item {
            pen.rectangle((put.x + x, put.y + y), (*width, *height), *ink);
        }
    }
    pen.ops.push(Op::EndMarkedContent);
    let mut marked: Vec<(NodeId, &Put)> = page.puts.iter().filter_map(|put| Some((leaf(&put.item)?, put))).collect();
    marked.sort_by_key(|(leaf, _)| *leaf);
    let mut marks = Vec::new();
    for same in marked.chunk_by(|a, b| a.0 == b.0) {
        let Some(&(leaf, put)) = same.first() else {
            continue;
        };
        let tag = match put.item {
            Item::Line { .. } | Item::Fill { .. } => "Span",
            Item::Rings { .. } | Item::Bars { .. } => "Figure",
        };
        let number = DictItem::Int(marks.len() as i64);
        let properties = DictItem::Dict { map: BTreeMap::from([("MCID".to_owned(), number)]) };
        pen.ops.push(Op::BeginMarkedContentWithProperties { tag: tag.into(), properties });
        same.iter().for_each(|(_, put)| pen.item(put));
        pen.ops.push(Op::EndMarkedContent);
        marks.push(leaf);
    }
    pen.ops.push(Op::BeginMarkedContent { tag: "Artifact".into() });
    for put in page.puts.iter().filter(|put| matches!(put.item, Item::Line { leaf: None, .. })) {
        pen.item(put);
    }
    pen.ops.push(Op::EndMarkedContent);
    (pen.ops, marks)
}

fn leaf(item: &Item) -> Option<NodeId> {
    match item {
        Item::Line { leaf, .. } => *leaf,
        Item::Rings { leaf, .. } | Item::Bars { leaf, .. } => Some(*leaf),
        Item::Fill { .. } => None,
    }
}

impl Pen {
    fn item(&mut self, put: &Put) {
        match &put.item {
            Item::Line { x, baseline, line, .. } => self.text((put.x + x, put.y + baseline), line),
            Item::Fill { x, y, width, height, ink } => {
                self.rectangle((put.x + x, put.y + y), (*width, *height), *ink);
            }
            Item::Bars { y, height, bars, .. } => {
                for (x, width, ink) in bars {
                    self.rectangle((put.x + x, put.y + y), (*width, *height), *ink);
                }
            }
            Item::Rings { x, y, rings, ink, .. } => {
                let point = |&(dx, dy): &(f32, f32)| LinePoint {
                    p: Point { x: pt(put.x + x + dx), y: pt(PAPER.1 - put.y - y - dy) },
                    bezier: false,
                };
                let rings = rings.iter().map(|ring| PolygonRing { points: ring.iter().map(point).collect() }).collect();
                self.ink(*ink);
                self.ops.push(Op::DrawPolygon {
                    polygon: Polygon { rings, mode: PaintMode::Fill, winding_order: WindingOrder::NonZero },
                });
            }
        }
    }

    fn text(&mut self, (x, y): (f32, f32), line: &Line) {
        if line.runs.is_empty() {
            return;
        }
        self.ops.push(Op::StartTextSection);
        self.ops.push(Op::SetTextMatrix { matrix: TextMatrix::Translate(pt(x), pt(PAPER.1 - y)) });
        let mut following = line.runs.iter().flat_map(|run| run.text.chars()).skip(1);
        for run in &line.runs {
            self.ink(run.ink);
            self.font(run.font, run.size);
            let mut items = Vec::new();
            let mut words = String::new();
            for c in run.text.chars() {
                words.push(c);
                let Some(next) = following.next() else { continue };
                let gap = line.gap * lines::share(c, next) + lines::mixed(c, next) * run.size;
                if gap > 0.0 {
                    items.push(TextItem::Text(std::mem::take(&mut words)));
                    items.push(TextItem::Offset(round(-gap * 1000.0 / run.size)));
                }
            }
            if !words.is_empty() {
                items.push(TextItem::Text(words));
            }
            self.ops.push(Op::ShowText { items });
        }
        self.ops.push(Op::EndTextSection);
    }

    fn rectangle(&mut self, (x, y): (f32, f32), (width, height): (f32, f32), ink: Ink) {
        self.ink(ink);
        let mut rectangle = Rect::from_xywh(pt(x), pt(PAPER.1 - y - height), pt(width), pt(height));
        rectangle.mode = Some(PaintMode::Fill);
        self.ops.push(Op::DrawRectangle { rectangle });
    }

    fn ink(&mut self, ink: Ink) {
        if self.ink != Some(ink) {
            self.ink = Some(ink);
            self.ops.push(Op::SetFillColor { col: color(ink) });
        }
    }

    fn font(&mut self, font: FontKey, size: f32) {
        if self.font != Some((font, size)) {
            self.font = Some((font, size));
            let font = PdfFontHandle::External(FontId(font.resource().to_owned()));
            self.ops.push(Op::SetFont { font, size: Pt(size) });
        }
    }
}

fn color(ink: Ink) -> Color {
    let [r, g, b] = ink.rgb().map(|part| (f32::from(part) / 255.0 * 1000.0).round() / 1000.0);
    Color::Rgb(Rgb::new(r, g, b, None))
}

fn pt(value: f32) -> Pt {
    Pt(round(value))
}

/// Rounds to a hundredth of a point; finer is invisible and only makes the file longer.
fn round(value: f32) -> f32 {
    (value * 100.0).round() / 100.0
}
