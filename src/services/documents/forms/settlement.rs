//! The settlement sheet (结算表): the figures of its page, the milestones, all open items, and the places where the
//! parties sign.

use serde::Serialize;

use crate::adapters::pdf::document::{Block, Cell, Column};
use crate::domain::money::Sum;
use crate::services::contracts::settlement::{OpenThing, SettlementSheet};
use crate::text::message;

use crate::services::documents::forms::Section;
use crate::services::documents::forms::parts::{amount, grid, in_words, paragraphs, seals};
use crate::services::documents::voice::{Look, Voice, figure};
use crate::services::documents::{ContractSnapshot, payments};

/// Content of the form.
#[derive(Debug, Clone, Serialize)]
pub struct SettlementForm {
    pub sheet: SettlementSheet,
    /// Budget in use, which the JSON of the sheet does not contain.
    pub committed: Sum,
    /// The open items of the sheet, for messages in any language.
    #[serde(skip)]
    pub open: Vec<OpenThing>,
}

/// Builds the sections of the form.
pub fn sections(form: &SettlementForm, snapshot: &ContractSnapshot, voice: Voice) -> Vec<Section> {
    vec![
        ("document-settlement-figures", figures(&form.sheet, voice)),
        ("document-settlement-milestones", milestones(snapshot, voice)),
        ("document-settlement-open", open_things(form, voice)),
        ("document-settlement-consent", consent(voice)),
    ]
}

fn figures(sheet: &SettlementSheet, voice: Voice) -> Vec<Block> {
    let columns = [
        (Column::Whole, "document-column-no"),
        (Column::Words, "document-column-figure"),
        (Column::Figures, "document-column-yuan"),
    ];
    let rows = sheet
        .figures()
        .into_iter()
        .zip(1_u32..)
        .map(|((key, sum), no)| vec![figure(no.to_string()), voice.say(Look::CELL, key), amount(sum)]);
    let mut blocks = vec![grid(voice, &columns, rows.collect())];
    let net =
        [("settlement-to-contractor", sheet.net.to_contractor), ("settlement-to-purchaser", sheet.net.to_purchaser)];
    match net.into_iter().find(|(_, sum)| *sum != Sum::ZERO) {
        Some((key, sum)) => blocks.extend(
            voice
                .each(Look::BODY, |language| {
                    let args = [("name", message(language, key, &[])), ("amount", in_words(sum, language))];
                    message(language, "document-settlement-net", &args)
                })
                .into_iter()
                .map(Block::Paragraph),
        ),
        None => blocks.extend(paragraphs(voice, "document-settlement-even", Vec::new())),
    }
    blocks
}

fn milestones(snapshot: &ContractSnapshot, voice: Voice) -> Vec<Block> {
    if snapshot.standing.milestones.is_empty() {
        return paragraphs(voice, "document-no-milestones", Vec::new());
    }
    vec![payments::milestones(snapshot, voice)]
}

fn open_things(form: &SettlementForm, voice: Voice) -> Vec<Block> {
    if form.open.is_empty() {
        return paragraphs(voice, "settlement-nothing-open", Vec::new());
    }
    let columns = [(Column::Whole, "document-column-kind"), (Column::Words, "document-column-open")];
    let row = |thing: &OpenThing| -> Vec<Cell> {
        vec![
            voice.say(Look::CELL, &format!("settlement-kind-{}", thing.kind)),
            voice.each(Look::CELL, |language| thing.message.text(language)),
        ]
    };
    let mut blocks = paragraphs(voice, "settlement-open-says", Vec::new());
    blocks.push(grid(voice, &columns, form.open.iter().map(row).collect()));
    blocks
}

fn consent(voice: Voice) -> Vec<Block> {
    let mut blocks = paragraphs(voice, "document-settlement-consent-says", Vec::new());
    blocks.push(seals(voice, &["document-purchaser", "document-contractor", "document-funder"]));
    blocks
}
