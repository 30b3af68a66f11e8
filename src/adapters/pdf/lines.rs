//! Line breaking: finds break opportunities (UAX 14, adapted to Chinese documents and contract numbers), measures lines
//! and justifies them. Every character of the text ends up in exactly one line, trailing spaces included; only line
//! feeds are dropped.

use unicode_linebreak::{BreakOpportunity, linebreaks};

use crate::adapters::pdf::document::{Ink, Style, Text};
use crate::adapters::pdf::faces::{Faces, FontKey};
use crate::adapters::pdf::missing::MARK;

/// Maximum extra gap between two Han characters, relative to the font size: text extraction reads a wider gap as a
/// space.
const HAN_GAP: f32 = 0.09;
/// Growth of a space relative to that gap.
const SPACE_SHARE: f32 = 2.0;
/// Maximum growth of a space where only spaces can grow, as in English; relative to the font size.
const SPACE_GAP: f32 = 0.36;
/// Gap drawn between Han characters and Latin letters or digits, relative to the font size; not part of the text.
const MIXED_GAP: f32 = 0.09;

/// A part of a line in one font, size and colour.
#[derive(Debug, Clone, PartialEq)]
pub struct Run {
    pub font: FontKey,
    pub size: f32,
    pub ink: Ink,
    pub text: String,
}

/// A line of text.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    pub runs: Vec<Run>,
    /// Width in points, without trailing spaces.
    pub width: f32,
    pub leading: f32,
    /// Growth of each gap between two Han characters in points; a space grows `SPACE_SHARE` times that.
    pub gap: f32,
}

struct Placed {
    c: char,
    style: Style,
    font: FontKey,
    advance: f32,
    /// Gap in points before the next character on the same line.
    room: f32,
    /// True if a line may break before this character.
    breakable: bool,
    /// True if a line must break before this character.
    forced: bool,
}

/// Measures the characters of a text and finds its break opportunities.
fn place(text: &Text, faces: &Faces) -> Vec<Placed> {
    // Chinese quotation marks open and close like 「」, which UAX 14 cannot know; both have the same length in UTF-8.
    let plain = text.plain().replace(['“', '‘'], "「").replace(['”', '’'], "」");
    let mut may = vec![false; plain.len() + 1];
    let mut must = vec![false; plain.len() + 1];
    for (at, kind) in linebreaks(&plain) {
        if let Some(slot) = may.get_mut(at) {
            *slot = true;
        }
        if kind == BreakOpportunity::Mandatory
            && let Some(slot) = must.get_mut(at)
        {
            *slot = true;
        }
    }
    let glue = mark_unbreakable(&plain);
    let mut placed: Vec<Placed> = Vec::new();
    let mut at = 0;
    for span in &text.spans {
        for c in span.text.chars() {
            let glyph = faces.glyph(span.style.face, c);
            if let Some(before) = placed.last_mut() {
                before.room = mixed(before.c, c) * before.style.size;
            }
            placed.push(Placed {
                c,
                style: span.style,
                font: glyph.font,
                advance: f32::from(glyph.advance) * span.style.size / 1000.0,
                room: 0.0,
                breakable: may.get(at) == Some(&true) && glue.get(placed.len()) != Some(&true),
                forced: must.get(at) == Some(&true),
            });
            at += c.len_utf8();
        }
    }
    placed
}

/// Marks characters that stay with the character before: inside contract numbers and codes (XCSF-2026-001, VISIT-H1),
/// and between a figure and its unit.
fn mark_unbreakable(plain: &str) -> Vec<bool> {
    let chars: Vec<char> = plain.chars().collect();
    let mut glue = vec![false; chars.len()];
    let of_code = |c: &char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    let mut start = 0;
    for run in chars.chunk_by(|a, b| of_code(a) && of_code(b)) {
        let end = start + run.len();
        let is_code = run.iter().any(char::is_ascii_digit) || run.iter().filter(|c| c.is_ascii_uppercase()).count() > 1;
        if is_code {
            glue.iter_mut().take(end).skip(start + 1).for_each(|g| *g = true);
        }
        start = end;
    }
    for (pair, slot) in chars.windows(2).zip(glue.iter_mut().skip(1)) {
        let &[before, after] = pair else { continue };
        if (before.is_ascii_digit() || before == '%') && "元天日月年次场人分个项份条款岁件页名".contains(after)
            || before == '第' && after.is_ascii_digit()
            || before == MARK && after == '['
        {
            *slot = true;
        }
    }
    glue
}

/// Breaks a text into lines of at most `width` points. A wider unbreakable part is cut after the last hyphen of the
/// line, or at the full width.
pub fn wrap(text: &Text, width: f32, justify: bool, faces: &Faces) -> Vec<Line> {
    let placed = place(text, faces);
    let leading = text.spans.iter().map(|span| span.style.leading).fold(0.0, f32::max);
    let mut lines = Vec::new();
    let mut rest = placed.as_slice();
    while !rest.is_empty() {
        let (taken, forced) = fit_line(rest, width);
        let (line, after) = rest.split_at(taken);
        lines.push(set_line(line, leading, (justify && !forced && !after.is_empty()).then_some(width)));
        rest = after;
    }
    if lines.is_empty() {
        lines.push(Line { runs: Vec::new(), width: 0.0, leading, gap: 0.0 });
    }
    lines
}

/// Returns the number of characters on the next line (at least one), and true if a break is forced.
fn fit_line(rest: &[Placed], width: f32) -> (usize, bool) {
    let mut used = 0.0;
    let mut last = None;
    for (at, p) in rest.iter().enumerate() {
        if at > 0 && p.forced {
            return (at, true);
        }
        if at > 0 && p.breakable {
            last = Some(at);
        }
        used += p.advance;
        // White space may overhang the end of a line.
        if used > width + 0.01 && at > 0 && !p.c.is_whitespace() {
            return (last.or_else(|| after_hyphen(rest.get(..at)?)).unwrap_or(at), false);
        }
        used += p.room;
    }
    (rest.len(), true)
}

/// Returns the number of characters up to the last hyphen; `None` if only the first character is a hyphen, as in a
/// negative number.
fn after_hyphen(placed: &[Placed]) -> Option<usize> {
    placed.iter().rposition(|p| p.c == '-').filter(|at| *at > 0).map(|at| at + 1)
}

fn set_line(placed: &[Placed], leading: f32, fill_to: Option<f32>) -> Line {
    let inked = placed.iter().rposition(|p| !p.c.is_whitespace()).map_or(0, |at| at + 1);
    let rooms: f32 = placed.iter().take(inked.saturating_sub(1)).map(|p| p.room).sum();
    let width = rooms + placed.iter().take(inked).map(|p| p.advance).sum::<f32>();
    let mut runs: Vec<Run> = Vec::new();
    for p in placed.iter().filter(|p| p.c != '\n') {
        match runs.last_mut() {
            Some(run) if run.font == p.font && run.size == p.style.size && run.ink == p.style.ink => run.text.push(p.c),
            _ => runs.push(Run { font: p.font, size: p.style.size, ink: p.style.ink, text: p.c.to_string() }),
        }
    }
    let mut line = Line { runs, width, leading, gap: 0.0 };
    if let Some(full) = fill_to {
        let shares: f32 =
            placed.iter().take(inked).zip(placed.iter().take(inked).skip(1)).map(|(a, b)| share(a.c, b.c)).sum();
        let size = placed.first().map_or(0.0, |p| p.style.size);
        let gap = if shares > 0.0 { (full - width) / shares } else { 0.0 };
        let han = placed
            .iter()
            .take(inked)
            .zip(placed.iter().take(inked).skip(1))
            .any(|(a, b)| is_full_width(a.c) && is_full_width(b.c));
        let most = if han { HAN_GAP } else { SPACE_GAP / SPACE_SHARE };
        if gap > 0.0 && gap <= most * size {
            line.gap = gap;
            line.width = full;
        }
    }
    line
}

/// Returns the share of a line's slack between two characters: 0 inside Latin words and numbers.
pub fn share(a: char, b: char) -> f32 {
    if a == ' ' {
        SPACE_SHARE
    } else if is_full_width(a) && is_full_width(b) {
        1.0
    } else {
        0.0
    }
}

/// Returns the gap between a Han character and a Latin letter or digit, relative to the font size; zero next to
/// punctuation, which has its own space.
pub fn mixed(a: char, b: char) -> f32 {
    if is_han(a) && b.is_ascii_alphanumeric() || (a.is_ascii_alphanumeric() || a == '%') && is_han(b) {
        MIXED_GAP
    } else {
        0.0
    }
}

fn is_han(c: char) -> bool {
    matches!(u32::from(c), 0x3400..=0x9FFF | 0xF900..=0xFAFF | 0x20000..=0x3FFFF)
}

fn is_full_width(c: char) -> bool {
    matches!(u32::from(c), 0x2E80..=0xA4CF | 0xF900..=0xFAFF | 0xFE30..=0xFE4F | 0xFF00..=0xFFEF | 0x20000..=0x3FFFF)
}

/// Measures the text on one line and its widest unbreakable part, in points.
pub fn extent(text: &Text, faces: &Faces) -> (f32, f32) {
    let (mut widest_line, mut line, mut widest_part, mut part) = (0.0f32, 0.0f32, 0.0f32, 0.0f32);
    for p in place(text, faces) {
        if p.forced {
            line = 0.0;
        }
        if p.breakable || p.forced {
            part = 0.0;
        }
        line += p.advance + p.room;
        if !p.c.is_whitespace() {
            part += p.advance + p.room;
        }
        widest_line = widest_line.max(line);
        widest_part = widest_part.max(part);
    }
    (widest_line, widest_part)
}
