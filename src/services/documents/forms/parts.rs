//! Parts shared by several forms: grids of names and values, grids with a head, amounts in words, and places for
//! signatures and seals.

use crate::adapters::pdf::document::{Block, Cell, Column, Row, Table};
use crate::domain::codes::Language;
use crate::domain::money::Sum;
use crate::text::message;
use crate::text::money::capitals;

use crate::services::documents::payments::yuan;
use crate::services::documents::voice::{Args, Look, Voice, figure, name};

/// Room for a seal above the line to be signed, in points.
const SEAL: f32 = 34.0;
/// Room between two lines to be signed, in points.
const SIGNED_LINE: f32 = 9.0;

/// Builds a row of names and values.
pub fn pair(voice: Voice, key: &str, value: Cell) -> Row {
    Row { cells: vec![voice.say(Look::LABEL, key), value], total: false }
}

/// Builds a grid of rows with names and values.
pub fn pairs(rows: Vec<Row>) -> Block {
    Block::Grid(Table { columns: vec![Column::Whole, Column::Words], head: Vec::new(), rows })
}

/// Builds a grid with a head of messages.
pub fn grid(voice: Voice, columns: &[(Column, &str)], rows: Vec<Vec<Cell>>) -> Block {
    Block::Grid(Table {
        columns: columns.iter().map(|(column, _)| *column).collect(),
        head: columns.iter().map(|(_, key)| voice.say(Look::LABEL, key)).collect(),
        rows: rows.into_iter().map(|cells| Row { cells, total: false }).collect(),
    })
}

/// Builds the paragraphs of a message.
pub fn paragraphs(voice: Voice, key: &str, args: Args) -> Vec<Block> {
    voice.tell(Look::BODY, key, args).into_iter().map(Block::Paragraph).collect()
}

/// Builds a cell with an amount in figures.
pub fn amount(sum: impl ToString) -> Cell {
    figure(yuan(sum))
}

/// Writes an amount a second time beside the figures: in Chinese in capital numerals, in English in figures again.
pub fn in_words(sum: Sum, language: Language) -> String {
    match language {
        Language::Zh => capitals(sum.fen()),
        Language::En => yuan(sum),
    }
}

/// Builds a cell with an amount in words.
pub fn amount_in_words(voice: Voice, sum: Sum) -> Cell {
    voice.each(Look::CELL, |language| message(language, "document-in-words", &[("amount", in_words(sum, language))]))
}

/// Builds a cell with a text, or with a dash if it is empty.
pub fn or_dash(text: &str) -> Cell {
    if text.is_empty() { figure("–") } else { name(text) }
}

/// Builds a grid in which each of the parties, given by the keys of their names, signs, seals and dates the form.
pub fn seals(voice: Voice, parties: &[&str]) -> Block {
    let cell = |key: &&str| {
        let mut cell = voice.each(Look::LABEL, |language| {
            message(language, "document-seal-of", &[("party", message(language, key, &[]))])
        });
        for (key, above) in
            [("document-seal-handler", SEAL), ("document-seal-head", SIGNED_LINE), ("document-seal-day", SIGNED_LINE)]
        {
            let lines = voice.say(Look::CELL, key).into_iter().zip([above, 0.0]);
            cell.extend(lines.map(|(text, above)| text.above(above)));
        }
        cell
    };
    Block::Grid(Table {
        columns: vec![Column::Words; parties.len()],
        head: Vec::new(),
        rows: vec![Row { cells: parties.iter().map(cell).collect(), total: false }],
    })
}
