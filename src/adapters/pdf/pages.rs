//! Pagination: places strips on A4 pages and adds the header and footer of every page.

use crate::adapters::pdf::document::{Block, Document, Ink, Text};
use crate::adapters::pdf::faces::Faces;
use crate::adapters::pdf::strips::{Align, Bookmark, Item, Layout, Strip, aligned, baseline};
use crate::adapters::pdf::structure::Tree;
use crate::adapters::pdf::{PdfError, lines};

/// A4 width and height in points.
pub const PAPER: (f32, f32) = (595.276, 841.89);
const SIDE: f32 = 62.0;
const TOP: f32 = 74.0;
const BOTTOM: f32 = 66.0;
/// Distances of the header and footer rules from the edge, in points.
const HEAD_RULE: f32 = 60.0;
const FOOT_RULE: f32 = 52.0;
/// Minimum space between the left and the right text of a header or footer, in points.
const APART: f32 = 12.0;
/// Sentences up to this height, in points, stay on the page of the table that they introduce.
const INTRODUCTION: f32 = 120.0;

/// An item on a page; x and y are the top left corner of its strip, measured from the top left corner of the paper.
#[derive(Debug, Clone)]
pub struct Put {
    pub x: f32,
    pub y: f32,
    pub item: Item,
}

/// One page.
#[derive(Debug, Clone, Default)]
pub struct Page {
    pub puts: Vec<Put>,
    /// Outline entries with their distance from the top in points.
    pub bookmarks: Vec<(Bookmark, f32)>,
}

/// All pages and the structure of their content.
#[derive(Debug)]
pub struct Laid {
    pub pages: Vec<Page>,
    pub tree: Tree,
}

/// Lays out a document.
pub fn lay_out(document: &Document, faces: &Faces) -> Result<Laid, PdfError> {
    let mut layout = Layout { faces, tree: Tree::new(document.lang), width: PAPER.0 - 2.0 * SIDE, strips: Vec::new() };
    let mut introduction: Option<usize> = None;
    for block in &document.blocks {
        let start = layout.strips.len();
        layout.block(block)?;
        match block {
            Block::Heading { .. } => introduction = Some(layout.strips.len()),
            Block::Paragraph(_) => {}
            Block::Table(_) | Block::Grid(_) | Block::KeyValues { .. } => {
                if let Some(from) = introduction.take() {
                    keep_with_next(layout.strips.get_mut(from..start).unwrap_or_default());
                }
            }
            Block::Title { .. } | Block::Steps(_) | Block::Bar { .. } | Block::Space(_) | Block::PageBreak => {
                introduction = None;
            }
        }
    }
    let Layout { tree, strips, width, .. } = layout;
    let mut pages = place_strips(&strips, PAPER.1 - TOP - BOTTOM);
    let count = pages.len();
    for (at, page) in pages.iter_mut().enumerate() {
        add_header_and_footer(page, document, at + 1, count, width, faces);
    }
    Ok(Laid { pages, tree })
}

/// Keeps short sentences between a heading and its table together with the table.
fn keep_with_next(sentences: &mut [Strip]) {
    if sentences.iter().map(|strip| strip.height).sum::<f32>() <= INTRODUCTION {
        sentences.iter_mut().for_each(|strip| strip.keep = true);
    }
}

struct Pager {
    pages: Vec<Page>,
    page: Page,
    y: f32,
}

impl Pager {
    fn place_strip(&mut self, strip: &Strip) {
        if let Some(bookmark) = &strip.bookmark {
            self.page.bookmarks.push((bookmark.clone(), TOP + self.y));
        }
        let y = TOP + self.y;
        self.page.puts.extend(strip.items.iter().map(|item| Put { x: SIDE, y, item: item.clone() }));
        self.y += strip.height;
    }

    fn start_page(&mut self) {
        self.pages.push(std::mem::take(&mut self.page));
        self.y = 0.0;
    }
}

fn place_strips(strips: &[Strip], room: f32) -> Vec<Page> {
    let mut pager = Pager { pages: Vec::new(), page: Page::default(), y: 0.0 };
    let mut rest = strips;
    while let Some(first) = rest.first() {
        if first.ends_page {
            if pager.y > 0.0 {
                pager.start_page();
            }
            rest = rest.get(1..).unwrap_or_default();
            continue;
        }
        let group = rest.iter().position(|strip| !strip.keep).map_or(rest.len(), |at| at + 1);
        let needed: f32 = rest.iter().take(group).map(|strip| strip.height).sum();
        // A group too high for any page is placed strip by strip.
        let fits_a_page = needed <= room - head_height(first);
        let (take, needed) = if fits_a_page { (group, needed) } else { (1, first.height) };
        if pager.y > 0.0 && pager.y + needed > room {
            pager.start_page();
            if let Some(head) = &first.head {
                head.iter().for_each(|strip| pager.place_strip(strip));
            }
        }
        let (now, later) = rest.split_at(take);
        for strip in now {
            if !(strip.space && pager.y == 0.0) {
                pager.place_strip(strip);
            }
        }
        rest = later;
    }
    if pager.y > 0.0 || pager.pages.is_empty() {
        pager.start_page();
    }
    pager.pages
}

fn head_height(strip: &Strip) -> f32 {
    strip.head.as_ref().map_or(0.0, |head| head.iter().map(|strip| strip.height).sum())
}

/// Draws the header and footer, which are not part of the text.
fn add_header_and_footer(page: &mut Page, document: &Document, number: usize, count: usize, width: f32, faces: &Faces) {
    let mut page_of = document.page_of.clone();
    for span in &mut page_of.spans {
        span.text = span.text.replace("{n}", &number.to_string()).replace("{m}", &count.to_string());
    }
    let mut pair = |left: &Text, right: &Text, middle: f32| {
        for (text, align) in side_by_side(left, right, width, faces).iter().zip([Align::Left, Align::Right]) {
            for line in lines::wrap(text, width, false, faces).into_iter().take(1) {
                let x = aligned(align, 0.0, width, &line);
                let item = Item::Line { x, baseline: baseline(-line.leading / 2.0, &line), line, leaf: None };
                page.puts.push(Put { x: SIDE, y: middle, item });
            }
        }
    };
    pair(&document.header.0, &document.header.1, HEAD_RULE - 9.0);
    pair(&document.footer, &page_of, PAPER.1 - FOOT_RULE + 10.0);
    for y in [HEAD_RULE, PAPER.1 - FOOT_RULE] {
        page.puts.push(Put { x: SIDE, y, item: Item::Fill { x: 0.0, y: 0.0, width, height: 0.4, ink: Ink::Line } });
    }
}

/// Returns two texts for one line, both in a smaller font if they would overlap.
fn side_by_side(left: &Text, right: &Text, width: f32, faces: &Faces) -> [Text; 2] {
    let mut texts = [left.clone(), right.clone()];
    let needed: f32 = texts.iter().map(|text| lines::extent(text, faces).0).sum();
    let room = width - APART;
    if needed > room {
        // Slightly less, so that rounding makes no line too long.
        let scale = room / needed * 0.995;
        texts.iter_mut().flat_map(|text| &mut text.spans).for_each(|span| span.style.size *= scale);
    }
    texts
}
