//! Layout of blocks into strips: unbreakable pieces of the page's full width, with the items drawn on each. Knows the
//! width, but not the pages.

use std::rc::Rc;

use crate::adapters::pdf::document::{Block, Cell, Ink, Qr, Share, Style, Table, Text};
use crate::adapters::pdf::faces::Faces;
use crate::adapters::pdf::lines::{self, Line};
use crate::adapters::pdf::structure::{NodeId, TagKind, Tree};
use crate::adapters::pdf::table::{self, Ruling};
use crate::adapters::pdf::{PdfError, qr};

/// A drawn item; x from the left text margin and y down from the top of the strip, in points.
#[derive(Debug, Clone)]
pub enum Item {
    /// Line of text. `leaf` is its structure element; `None` for repeated heads and page numbers, which are not part of
    /// the text.
    Line {
        x: f32,
        baseline: f32,
        line: Line,
        leaf: Option<NodeId>,
    },
    Fill {
        x: f32,
        y: f32,
        width: f32,
        height: f32,
        ink: Ink,
    },
    /// Closed rings, filled together as one figure.
    Rings {
        x: f32,
        y: f32,
        rings: Rc<Vec<Vec<(f32, f32)>>>,
        ink: Ink,
        leaf: NodeId,
    },
    /// Rectangles that form one figure: x, width and colour of each.
    Bars {
        y: f32,
        height: f32,
        bars: Vec<(f32, f32, Ink)>,
        leaf: NodeId,
    },
}

/// An outline entry.
#[derive(Debug, Clone)]
pub struct Bookmark {
    pub level: u8,
    pub name: String,
}

/// An unbreakable piece of the page's full width.
#[derive(Debug, Clone, Default)]
pub struct Strip {
    pub height: f32,
    pub items: Vec<Item>,
    /// Stays on the page of the next strip, if a page can hold both.
    pub keep: bool,
    /// Marks blank space, dropped at the top of a page.
    pub space: bool,
    /// Marks the end of a page; the next strip begins a new page.
    pub ends_page: bool,
    /// Table head, repeated above this strip at the top of a page.
    pub head: Option<Rc<Vec<Strip>>>,
    pub bookmark: Option<Bookmark>,
}

impl Strip {
    /// Creates space between blocks; `keep` ties it to the next strip.
    pub fn space(height: f32, keep: bool) -> Strip {
        Strip { height, keep, space: true, ..Strip::default() }
    }
}

/// Horizontal alignment of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Align {
    Left,
    Centre,
    Right,
}

/// Returns the x of a line aligned in a box.
pub fn aligned(align: Align, x: f32, width: f32, line: &Line) -> f32 {
    match align {
        Align::Left => x,
        Align::Centre => x + (width - line.width) / 2.0,
        Align::Right => x + width - line.width,
    }
}

/// Returns the baseline of a line whose top is at `top`. The remaining leading is split above and below; the glyphs of
/// both typefaces reach from 0.12 below the baseline to 0.88 above it.
pub fn baseline(top: f32, line: &Line) -> f32 {
    let size = line.runs.iter().map(|run| run.size).fold(0.0, f32::max);
    top + (line.leading - size) / 2.0 + 0.88 * size
}

/// Layout in progress, block after block.
pub struct Layout<'a> {
    pub faces: &'a Faces,
    pub tree: Tree,
    pub width: f32,
    pub strips: Vec<Strip>,
}

impl Layout<'_> {
    /// Adds the strips of a block.
    pub fn block(&mut self, block: &Block) -> Result<(), PdfError> {
        match block {
            Block::Title { lines } => {
                let title = self.tree.add(Tree::ROOT, TagKind::Title);
                for text in lines {
                    self.text(title, TagKind::Span, text, Align::Centre, true);
                }
                self.strips.push(Strip::space(8.0, true));
            }
            Block::Heading { level, lines, bookmark } => self.heading(*level, lines, bookmark),
            Block::Paragraph(text) => {
                self.text(Tree::ROOT, TagKind::Paragraph, text, Align::Left, false);
                self.strips.push(Strip::space(3.0, false));
            }
            Block::KeyValues { rows, qr } => self.key_values(rows, qr.as_ref())?,
            Block::Table(table) => self.table(table, Ruling::Rows),
            Block::Grid(table) => self.table(table, Ruling::Cells),
            Block::Steps(steps) => self.steps(steps),
            Block::Bar { shares, alt } => self.bar(shares, alt),
            Block::Space(height) => self.strips.push(Strip::space(*height, false)),
            Block::PageBreak => self.strips.push(Strip { ends_page: true, ..Strip::default() }),
        }
        Ok(())
    }

    fn table(&mut self, table: &Table, ruling: Ruling) {
        let strips = table::strips(table, ruling, self.width, Tree::ROOT, &mut self.tree, self.faces);
        self.strips.extend(strips);
        self.strips.push(Strip::space(6.0, false));
    }

    fn heading(&mut self, level: u8, lines: &[Text], bookmark: &str) {
        self.strips.push(Strip::space(if level == 1 { 12.0 } else { 7.0 }, true));
        let first = self.strips.len();
        let heading = self.tree.add(Tree::ROOT, TagKind::Heading(level));
        for text in lines {
            self.text(heading, TagKind::Span, text, Align::Left, true);
        }
        if let Some(strip) = self.strips.get_mut(first) {
            strip.bookmark = Some(Bookmark { level, name: bookmark.to_owned() });
        }
        self.strips.push(Strip::space(3.0, true));
    }

    /// Lays out a text at full width; `keep` ties its last line to the next strip.
    fn text(&mut self, parent: NodeId, kind: TagKind, text: &Text, align: Align, keep: bool) {
        let leaf = self.tree.add_in(parent, kind, text.lang);
        let lines = lines::wrap(text, self.width, align == Align::Left && kind == TagKind::Paragraph, self.faces);
        let count = lines.len();
        for (at, line) in lines.into_iter().enumerate() {
            // Avoids widows and orphans.
            let together = keep || at == 0 && count > 1 || at + 2 == count;
            self.strips.push(Strip {
                height: line.leading,
                items: vec![Item::Line {
                    x: aligned(align, 0.0, self.width, &line),
                    baseline: baseline(0.0, &line),
                    leaf: Some(leaf),
                    line,
                }],
                keep: together,
                ..Strip::default()
            });
        }
    }

    fn key_values(&mut self, rows: &[(Cell, Cell)], qr: Option<&Qr>) -> Result<(), PdfError> {
        const SIDE: f32 = 78.0;
        const GAP: f32 = 16.0;
        let width = if qr.is_some() { self.width - SIDE - GAP } else { self.width };
        let mut strips = table::pairs(rows, width, Tree::ROOT, &mut self.tree, self.faces);
        if let Some(qr) = qr {
            let mut items = vec![Item::Rings {
                x: self.width - SIDE,
                y: 2.0,
                rings: Rc::new(qr::rings(&qr.content, SIDE)?),
                ink: Ink::Black,
                leaf: self.tree.add_figure(Tree::ROOT, &qr.alt),
            }];
            let mut top = SIDE + 5.0;
            for text in &qr.caption {
                let leaf = self.tree.add_in(Tree::ROOT, TagKind::Paragraph, text.lang);
                for line in lines::wrap(text, SIDE, false, self.faces) {
                    let x = aligned(Align::Centre, self.width - SIDE, SIDE, &line);
                    items.push(Item::Line { x, baseline: baseline(top, &line), leaf: Some(leaf), line: line.clone() });
                    top += line.leading;
                }
            }
            let height: f32 = strips.iter().map(|strip| strip.height).sum();
            if let Some(first) = strips.first_mut() {
                first.items.extend(items);
            }
            strips.iter_mut().for_each(|strip| strip.keep = true);
            if height < top {
                strips.push(Strip::space(top - height, false));
            }
        }
        self.strips.extend(strips);
        self.strips.push(Strip::space(6.0, false));
        Ok(())
    }

    fn steps(&mut self, steps: &[Cell]) {
        const INDENT: f32 = 20.0;
        let list = self.tree.add(Tree::ROOT, TagKind::List);
        for (at, step) in steps.iter().enumerate() {
            let item = self.tree.add(list, TagKind::ListItem);
            let label = self.tree.add(item, TagKind::ListLabel);
            let body = self.tree.add(item, TagKind::ListBody);
            let first = self.strips.len();
            for text in step {
                let leaf = self.tree.add_in(body, TagKind::Paragraph, text.lang);
                let lines = lines::wrap(text, self.width - INDENT, true, self.faces);
                for line in lines {
                    self.strips.push(Strip {
                        height: line.leading,
                        items: vec![Item::Line { x: INDENT, baseline: baseline(0.0, &line), leaf: Some(leaf), line }],
                        keep: true,
                        ..Strip::default()
                    });
                }
            }
            let number = step.first().and_then(|text| text.spans.first().map(|span| (text.lang, span.style)));
            if let (Some((lang, style)), Some(strip)) = (number, self.strips.get_mut(first)) {
                let label_text = Text::new(lang, Style { ink: Ink::Soft, ..style }, format!("{}.", at + 1));
                for line in lines::wrap(&label_text, INDENT, false, self.faces) {
                    let x = aligned(Align::Right, 0.0, INDENT - 5.0, &line);
                    strip.items.insert(0, Item::Line { x, baseline: baseline(0.0, &line), leaf: Some(label), line });
                }
            }
            if let Some(last) = self.strips.last_mut() {
                last.keep = false;
            }
        }
        self.strips.push(Strip::space(4.0, false));
    }

    fn bar(&mut self, shares: &[Share], alt: &str) {
        const HEIGHT: f32 = 15.0;
        const EDGE: f32 = 0.6;
        let leaf = self.tree.add_figure(Tree::ROOT, alt);
        let total: f64 = shares.iter().map(|share| share.weight).sum();
        let mut x = EDGE;
        let mut bars = Vec::new();
        for share in shares.iter().filter(|share| share.weight > 0.0) {
            let width = (share.weight / total) as f32 * (self.width - 2.0 * EDGE);
            bars.push((x, width, share.ink));
            x += width;
        }
        let items = vec![
            Item::Fill { x: 0.0, y: 0.0, width: self.width, height: HEIGHT, ink: Ink::Black },
            Item::Bars { y: EDGE, height: HEIGHT - 2.0 * EDGE, bars, leaf },
        ];
        self.strips.push(Strip { height: HEIGHT + 5.0, items, keep: true, ..Strip::default() });
        self.legend(shares);
        self.strips.push(Strip::space(4.0, false));
    }

    /// Lays out the legend below a bar, as many entries on a line as fit.
    fn legend(&mut self, shares: &[Share]) {
        const BOX: f32 = 8.0;
        let mut strip = Strip::default();
        let mut x = 0.0;
        for share in shares {
            let label = lines::wrap(&share.label, f32::MAX, false, self.faces);
            let figure = lines::wrap(&share.figure, f32::MAX, false, self.faces);
            let (Some(label), Some(figure)) = (label.into_iter().next(), figure.into_iter().next()) else {
                continue;
            };
            let needed = BOX + 4.0 + label.width + 5.0 + figure.width;
            if x > 0.0 && x + needed > self.width {
                strip.keep = true;
                self.strips.push(std::mem::take(&mut strip));
                x = 0.0;
            }
            let height = label.leading.max(figure.leading);
            let top = (height - BOX) / 2.0;
            strip.height = strip.height.max(height);
            let label_leaf = self.tree.add_in(Tree::ROOT, TagKind::Paragraph, share.label.lang);
            strip.items.push(Item::Fill { x, y: top, width: BOX, height: BOX, ink: Ink::Black });
            strip.items.push(Item::Fill {
                x: x + 0.5,
                y: top + 0.5,
                width: BOX - 1.0,
                height: BOX - 1.0,
                ink: share.ink,
            });
            let label_x = x + BOX + 4.0;
            let figure_x = label_x + label.width + 5.0;
            strip.items.push(Item::Line {
                x: label_x,
                baseline: baseline(0.0, &label),
                leaf: Some(label_leaf),
                line: label,
            });
            strip.items.push(Item::Line {
                x: figure_x,
                baseline: baseline(0.0, &figure),
                leaf: Some(label_leaf),
                line: figure,
            });
            x += needed + 18.0;
        }
        self.strips.push(strip);
    }
}
