//! Layout of tables into strips: column widths that fit their content, right-aligned unbroken figures, rows that can
//! break between lines, and a head repeated on every page.

use std::rc::Rc;

use crate::adapters::pdf::document::{Cell, Column, Ink, Row, Table};
use crate::adapters::pdf::faces::Faces;
use crate::adapters::pdf::lines::{self, Line};
use crate::adapters::pdf::strips::{Align, Item, Strip, aligned, baseline};
use crate::adapters::pdf::structure::{NodeId, TagKind, Tree};

/// Cell padding in points.
const PAD_X: f32 = 5.0;
const PAD_Y: f32 = 3.0;
const HEAVY: f32 = 1.1;
const THIN: f32 = 0.6;
const HAIR: f32 = 0.4;
/// Minimum scale of the font size.
const SMALLEST: f32 = 0.5;
/// Rows higher than this, in points, may break across pages.
const ROW: f32 = 72.0;
/// Tables up to this height, in points, stay on one page.
const SHORT: f32 = 160.0;
/// Grids without a head up to this height, in points, stay on one page: they have no head to repeat.
const SHORT_GRID: f32 = 330.0;
/// Maximum number of lines of one sentence, in all its languages, that stay on one page.
const WHOLE: usize = 6;

/// Position and width of every column in points.
type Columns = Vec<(f32, f32)>;

/// Lines of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ruling {
    /// A heavy line above and below the table, a fine one between rows.
    Rows,
    /// The same line around every cell.
    Cells,
}

/// A table being laid out: its columns and its structure element.
struct Layout<'a> {
    table: &'a Table,
    ruling: Ruling,
    width: f32,
    columns: Columns,
    element: NodeId,
    faces: &'a Faces,
}

/// Lays out a table.
pub fn strips(table: &Table, ruling: Ruling, width: f32, parent: NodeId, tree: &mut Tree, faces: &Faces) -> Vec<Strip> {
    let wants = desired_widths(table, faces);
    let smaller = fit_font_size(table, &wants, width);
    let wants = smaller.as_ref().map_or(wants, |table| desired_widths(table, faces));
    let table = smaller.as_ref().unwrap_or(table);
    let columns = divide_width(table, &wants, width);
    let layout = Layout { table, ruling, width, columns, element: tree.add(parent, TagKind::Table), faces };
    let mut strips = layout.head(tree);
    let is_headless_grid = ruling == Ruling::Cells && table.head.is_empty();
    if is_headless_grid {
        strips.push(Strip { keep: true, ..layout.outer_rule() });
    }
    let head = (!strips.is_empty()).then(|| Rc::new(strips.iter().map(repeated).collect::<Vec<_>>()));
    for at in 0..table.rows.len() {
        for mut piece in layout.row(at, tree) {
            piece.head.clone_from(&head);
            strips.push(piece);
        }
    }
    let short = if is_headless_grid { SHORT_GRID } else { SHORT };
    if strips.iter().map(|strip| strip.height).sum::<f32>() <= short {
        let last = strips.len().saturating_sub(1);
        strips.iter_mut().take(last).for_each(|strip| strip.keep = true);
    }
    strips
}

impl Layout<'_> {
    /// Lays out the head on its shaded ground between two rules; empty for a table without a head.
    fn head(&self, tree: &mut Tree) -> Vec<Strip> {
        if self.table.head.is_empty() {
            return Vec::new();
        }
        let line = tree.add(self.element, TagKind::TableRow);
        let tag = |tree: &mut Tree, _| tree.add(line, TagKind::TableHead { of_row: false });
        let mut cells = row(&self.table.head, &self.columns, &self.table.columns, tree, tag, self.faces);
        for strip in &mut cells {
            let (width, height) = (self.width, strip.height);
            strip.items.insert(0, Item::Fill { x: 0.0, y: 0.0, width, height, ink: Ink::Wash });
        }
        let mut strips = vec![self.outer_rule()];
        strips.extend(cells);
        strips.push(rule(self.width, THIN, Ink::Black));
        strips.iter_mut().for_each(|strip| strip.keep = true);
        self.divide_cells(&mut strips);
        strips
    }

    /// Returns the line above and below the table.
    fn outer_rule(&self) -> Strip {
        let height = if self.ruling == Ruling::Rows { HEAVY } else { THIN };
        rule(self.width, height, Ink::Black)
    }

    /// Returns the line between two rows.
    fn inner_rule(&self) -> Strip {
        match self.ruling {
            Ruling::Rows => rule(self.width, HAIR, Ink::Line),
            Ruling::Cells => rule(self.width, THIN, Ink::Black),
        }
    }

    /// Draws the lines left and right of every cell, if the table has such lines.
    fn divide_cells(&self, strips: &mut [Strip]) {
        if self.ruling == Ruling::Rows {
            return;
        }
        let edges = self.columns.iter().map(|(left, _)| *left).chain([self.width - THIN]);
        for strip in strips {
            let height = strip.height;
            let line = |x| Item::Fill { x, y: 0.0, width: THIN, height, ink: Ink::Black };
            strip.items.extend(edges.clone().map(line));
        }
    }

    /// Lays out a row with the rule below it and, for a total, above it.
    fn row(&self, at: usize, tree: &mut Tree) -> Vec<Strip> {
        let Some(data) = self.table.rows.get(at) else { return Vec::new() };
        let line = tree.add(self.element, TagKind::TableRow);
        let names_rows = self.table.head.is_empty();
        let tag = |tree: &mut Tree, column: usize| {
            let names_row = names_rows && column == 0;
            tree.add(line, if names_row { TagKind::TableHead { of_row: true } } else { TagKind::TableCell })
        };
        let mut pieces = Vec::new();
        if data.total {
            pieces.push(Strip { keep: true, ..rule(self.width, THIN, Ink::Black) });
        }
        pieces.extend(row(&data.cells, &self.columns, &self.table.columns, tree, tag, self.faces));
        let count = self.table.rows.len();
        let is_last = at + 1 == count;
        let next_is_total = self.table.rows.get(at + 1).is_some_and(|next| next.total);
        match (is_last, next_is_total) {
            (true, _) => pieces.push(self.outer_rule()),
            (false, true) => {}
            (false, false) => pieces.push(self.inner_rule()),
        }
        self.divide_cells(&mut pieces);
        keep_together(&mut pieces);
        // Keeps a total with the row above, the first two rows together, and the last two.
        let stays_with_next = !is_last && (next_is_total || at == 0 || at + 2 == count);
        if let Some(piece) = pieces.last_mut().filter(|_| stays_with_next) {
            piece.keep = true;
        }
        pieces
    }
}

/// Lays out names with their values, as a table of two columns without a head.
pub fn pairs(rows: &[(Cell, Cell)], width: f32, parent: NodeId, tree: &mut Tree, faces: &Faces) -> Vec<Strip> {
    let table = Table {
        columns: vec![Column::Whole, Column::Words],
        head: Vec::new(),
        rows: rows.iter().map(|(key, value)| Row { cells: vec![key.clone(), value.clone()], total: false }).collect(),
    };
    let mut strips = vec![Strip { keep: true, ..rule(width, HAIR, Ink::Line) }];
    let mut body = self::strips(&table, Ruling::Rows, width, parent, tree, faces);
    if let Some(last) = body.last_mut() {
        *last = rule(width, HAIR, Ink::Line);
    }
    strips.append(&mut body);
    strips
}

/// Copies a strip for repetition; the copy is not part of the text.
fn repeated(strip: &Strip) -> Strip {
    let items = strip.items.iter().cloned().map(|item| match item {
        Item::Line { x, baseline, line, .. } => Item::Line { x, baseline, line, leaf: None },
        other => other,
    });
    Strip { height: strip.height, items: items.collect(), keep: true, ..Strip::default() }
}

fn rule(width: f32, height: f32, ink: Ink) -> Strip {
    Strip { height, items: vec![Item::Fill { x: 0.0, y: 0.0, width, height, ink }], ..Strip::default() }
}

/// Keeps a row on one page unless it is high; a high row is split with at least two pieces on every page.
fn keep_together(pieces: &mut [Strip]) {
    let whole = pieces.iter().map(|piece| piece.height).sum::<f32>() <= ROW;
    let count = pieces.len();
    for (at, piece) in pieces.iter_mut().enumerate() {
        piece.keep = at + 1 < count && (whole || at < 2 || at + 4 > count);
    }
}

/// Measures the minimum and the preferred width of each column, without padding.
fn desired_widths(table: &Table, faces: &Faces) -> Vec<(f32, f32)> {
    let mut wants: Vec<(f32, f32)> = vec![(0.0, 0.0); table.columns.len()];
    for cells in std::iter::once(&table.head).chain(table.rows.iter().map(|row| &row.cells)) {
        for ((want, column), cell) in wants.iter_mut().zip(&table.columns).zip(cells) {
            for text in cell {
                let (line, part) = lines::extent(text, faces);
                want.0 = want.0.max(if *column == Column::Words { part } else { line });
                want.1 = want.1.max(line);
            }
        }
    }
    wants
}

/// Returns the table in a smaller font if its figures would not fit: figures are never broken or cut.
fn fit_font_size(table: &Table, wants: &[(f32, f32)], width: f32) -> Option<Table> {
    let least: f32 = wants.iter().map(|want| want.0).sum();
    let room = width - 2.0 * PAD_X * table.columns.len() as f32;
    if least <= room {
        return None;
    }
    // Slightly less, so that rounding makes no line too long.
    let scale = (room / least * 0.995).max(SMALLEST);
    let mut table = table.clone();
    let cells = table.head.iter_mut().chain(table.rows.iter_mut().flat_map(|row| &mut row.cells));
    for span in cells.flatten().flat_map(|text| &mut text.spans) {
        span.style.size *= scale;
        span.style.leading *= scale;
    }
    Some(table)
}

/// Assigns each column its minimum width and a share of the rest.
fn divide_width(table: &Table, wants: &[(f32, f32)], width: f32) -> Columns {
    let pad = |want: &(f32, f32)| (want.0 + 2.0 * PAD_X, want.1 + 2.0 * PAD_X);
    let wants: Vec<(f32, f32)> = wants.iter().map(pad).collect();
    let least: f32 = wants.iter().map(|want| want.0).sum();
    let liked: f32 = wants.iter().map(|want| want.1).sum();
    let spare = width - least;
    let shares: Vec<f32> = if spare < 0.0 {
        // Even the minimum does not fit: all columns shrink alike.
        wants.iter().map(|want| width * want.0 / least.max(1.0)).collect()
    } else if liked <= width {
        // The rest goes to all columns, twice as much to words; row headers get none.
        let others = if table.head.is_empty() { 0.0 } else { 1.0 };
        let grows = |column: &Column| if *column == Column::Words { 2.0 } else { others };
        let parts: f32 = table.columns.iter().map(grows).sum();
        let extra = (width - liked) / parts.max(1.0);
        wants.iter().zip(&table.columns).map(|(want, column)| want.1 + extra * grows(column)).collect()
    } else {
        // In proportion to the square root of the wish, so that one long text does not squeeze all others.
        let wishes: Vec<f32> = wants.iter().map(|want| (want.1 - want.0).sqrt()).collect();
        let sum: f32 = wishes.iter().sum::<f32>().max(f32::EPSILON);
        wants.iter().zip(&wishes).map(|(want, wish)| want.0 + spare * wish / sum).collect()
    };
    shares
        .iter()
        .scan(0.0, |x, &share| {
            let left = *x;
            *x += share;
            Some((left, share))
        })
        .collect()
}

/// A laid out cell.
struct Laid {
    x: f32,
    width: f32,
    align: Align,
    lines: Vec<(f32, Line, NodeId)>,
    /// Vertical ranges in which the cell is not cut.
    groups: Vec<(f32, f32)>,
}

/// Lays out a row as strips, cut at every height that crosses no line of any cell.
fn row(
    cells: &[Cell],
    columns: &Columns,
    kinds: &[Column],
    tree: &mut Tree,
    mut element: impl FnMut(&mut Tree, usize) -> NodeId,
    faces: &Faces,
) -> Vec<Strip> {
    let mut laid = Vec::new();
    let mut bottom = 0.0f32;
    for (at, ((cell, &(x, cell_width)), kind)) in cells.iter().zip(columns).zip(kinds).enumerate() {
        let node = element(tree, at);
        let align = if *kind == Column::Figures { Align::Right } else { Align::Left };
        let mut top = PAD_Y;
        let (mut lines, mut groups): (Vec<_>, Vec<Group>) = (Vec::new(), Vec::new());
        for text in cell {
            if text.above > 0.0 || groups.is_empty() {
                top += if groups.is_empty() { 0.0 } else { text.above };
                groups.push(Group { from: top, to: top, lines: 0 });
            }
            let leaf = tree.add_in(node, TagKind::Paragraph, text.lang);
            for line in lines::wrap(text, cell_width - 2.0 * PAD_X, false, faces) {
                let height = line.leading;
                lines.push((top, line, leaf));
                top += height;
                if let Some(group) = groups.last_mut() {
                    group.to = top;
                    group.lines += 1;
                }
            }
        }
        bottom = bottom.max(top);
        let groups = groups.iter().filter(|group| group.lines <= WHOLE).map(|group| (group.from, group.to)).collect();
        laid.push(Laid { x: x + PAD_X, width: cell_width - 2.0 * PAD_X, align, lines, groups });
    }
    let bottom = bottom + PAD_Y;
    let cuts = find_cuts(&laid, bottom);
    let mut strips: Vec<Strip> = cuts
        .iter()
        .zip(cuts.iter().skip(1))
        .map(|(from, to)| Strip { height: to - from, ..Strip::default() })
        .collect();
    for cell in laid {
        for (top, line, leaf) in cell.lines {
            let at = cuts.iter().rposition(|cut| *cut <= top + 0.01).unwrap_or(0).min(strips.len().saturating_sub(1));
            let from = cuts.get(at).copied().unwrap_or(0.0);
            let x = aligned(cell.align, cell.x, cell.width, &line);
            if let Some(strip) = strips.get_mut(at) {
                strip.items.push(Item::Line { x, baseline: baseline(top - from, &line), leaf: Some(leaf), line });
            }
        }
    }
    strips
}

/// Paragraphs without space between them: one sentence in its languages.
struct Group {
    from: f32,
    to: f32,
    lines: usize,
}

/// Returns the heights from 0 to `bottom` at which a row can be cut: tops of lines that cross neither another line nor
/// a short group.
fn find_cuts(laid: &[Laid], bottom: f32) -> Vec<f32> {
    let boxes: Vec<(f32, f32)> =
        laid.iter().flat_map(|cell| &cell.lines).map(|(top, line, _)| (*top, top + line.leading)).collect();
    let closed: Vec<(f32, f32)> =
        laid.iter().flat_map(|cell| cell.groups.iter().copied()).chain(boxes.iter().copied()).collect();
    let mut tops: Vec<f32> = boxes.iter().map(|(top, _)| *top).filter(|top| *top > PAD_Y).collect();
    tops.sort_by(f32::total_cmp);
    tops.dedup_by(|a, b| (*a - *b).abs() < 0.01);
    tops.retain(|cut| closed.iter().all(|(top, end)| *cut <= top + 0.01 || *cut >= end - 0.01));
    let mut cuts = vec![0.0];
    cuts.extend(tops);
    cuts.push(bottom);
    cuts
}
