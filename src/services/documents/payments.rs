//! Payments and deductions in a document: the bar of the contract's money, the table of milestones, the table of
//! breaches.

use crate::adapters::pdf::document::{Block, Cell, Column, Ink, Row, Share, Table};
use crate::domain::codes::Language;
use crate::domain::details::Details;
use crate::domain::money::{Money, Sum};
use crate::domain::standing::{BreachStanding, MilestoneStanding, MilestoneState, all_attainable_fen};
use crate::domain::terms::Terms;
use crate::text::dates::{long, short};
use crate::text::message;
use crate::text::money::group_thousands;

use crate::services::documents::voice::{Args, Look, Voice, figure, name};
use crate::services::documents::{ContractSnapshot, clauses};

/// Formats a sum in yuan with grouped thousands.
pub fn yuan(sum: impl ToString) -> String {
    group_thousands(&sum.to_string())
}

/// Returns the contract's money in fen: paid, payable but unpaid, deducted, not yet earned, and never due because it was
/// not accepted in a final decision or the contract was ended early. Each part has the last part of its message key.
pub fn shares(snapshot: &ContractSnapshot) -> Vec<(&'static str, i128)> {
    let totals = &snapshot.standing.totals;
    let paid = totals.paid.fen();
    let unpaid = (totals.payable.fen() - paid).max(0);
    let deducted = totals.settled.fen();
    let rest = (i128::from(snapshot.terms.amount.fen()) - paid - unpaid - deducted).max(0);
    let live = i128::from(all_attainable_fen(&snapshot.terms, snapshot.ended_on, &snapshot.standing)).min(rest);
    let mut shares = vec![("paid", paid), ("unpaid", unpaid), ("deducted", deducted), ("rest", live)];
    shares.extend(Some(("never", rest - live)).filter(|(_, fen)| *fen != 0));
    shares
}

/// Builds the bar of the contract's money.
pub fn bar(snapshot: &ContractSnapshot, voice: Voice) -> Block {
    let parts = shares(snapshot);
    let share = |(key, fen): &(&'static str, i128)| Share {
        weight: *fen as f64,
        ink: match *key {
            "paid" => Ink::Good,
            "unpaid" => Ink::Bad,
            "deducted" => Ink::Held,
            _ => Ink::Paper,
        },
        label: voice.line(Look::NOTE.0, |language| message(language, &format!("document-share-{key}"), &[])),
        figure: voice.line_once(Look::FIGURE.0, &yuan_of(*fen)),
    };
    let shares = parts.iter().map(share).collect();
    let args: Args =
        [("never", yuan_of(0))].into_iter().chain(parts.iter().map(|(key, fen)| (*key, yuan_of(*fen)))).collect();
    Block::Bar { shares, alt: message(voice.first(), "document-bar-alt", &args) }
}

/// Formats fen, never negative, as yuan.
pub fn yuan_of(fen: i128) -> String {
    group_thousands(&format!("{}.{:02}", fen / 100, fen % 100))
}

/// Builds the table of milestones with their sums.
pub fn milestones(snapshot: &ContractSnapshot, voice: Voice) -> Block {
    let head = ["milestone", "state", "gross", "deductions", "payable", "paid", "pay-by", "interest"];
    let mut rows: Vec<Row> =
        snapshot.standing.milestones.iter().map(|milestone| milestone_row(milestone, snapshot, voice)).collect();
    let totals = &snapshot.standing.totals;
    let due = snapshot.standing.milestones.iter().filter(|milestone| !snapshot.is_never_due(milestone));
    let gross: i128 = due.map(|milestone| i128::from(milestone.gross.fen())).sum();
    let sums = [
        None,
        Some(Sum::from_fen(gross)),
        Some(totals.settled),
        Some(totals.payable),
        Some(totals.paid),
        None,
        Some(totals.late_interest),
    ];
    let mut cells = vec![voice.say(Look::LABEL, "document-total")];
    cells.extend(sums.map(|sum| sum.map_or_else(Cell::new, |sum| figure(yuan(sum)))));
    rows.push(Row { cells, total: true });
    let figures = Column::Figures;
    Block::Table(Table {
        columns: vec![Column::Words, Column::Whole, figures, figures, figures, figures, Column::Whole, figures],
        head: head.map(|column| voice.say(Look::LABEL, &format!("document-column-{column}"))).into(),
        rows,
    })
}

fn milestone_row(milestone: &MilestoneStanding, snapshot: &ContractSnapshot, voice: Voice) -> Row {
    let ink = match milestone.state {
        MilestoneState::Paid => Ink::Good,
        MilestoneState::Overdue => Ink::Bad,
        MilestoneState::Waiting | MilestoneState::Earned | MilestoneState::Due => Ink::Black,
    };
    let satisfied = milestone.satisfied_on.is_some();
    let is_never_due = snapshot.is_never_due(milestone);
    let state = if is_never_due { "never" } else { milestone.state.as_str() };
    let if_satisfied = |sum: Money| if satisfied { figure(yuan(sum)) } else { figure("–") };
    Row {
        cells: vec![
            name(snapshot.details.milestone(milestone.code.as_str())),
            voice.say(Look::LABEL.ink(ink), &format!("document-milestone-{state}")),
            if is_never_due { figure("–") } else { figure(yuan(milestone.gross)) },
            if_satisfied(milestone.deductions),
            if_satisfied(milestone.payable),
            figure(yuan(milestone.paid)),
            voice.due(snapshot, milestone.due_on),
            figure(yuan(milestone.late_interest)),
        ],
        total: false,
    }
}

/// Returns whether the steps of a milestone's payable amount are shown: if something was deducted or interest accrued.
pub fn needs_steps(milestone: &MilestoneStanding) -> bool {
    milestone.satisfied_on.is_some()
        && !milestone.trail.is_empty()
        && (milestone.deductions != Money::ZERO || milestone.late_interest.fen() != 0)
}

/// Builds the table of breaches with their amounts, or a sentence if there are none.
pub fn breaches(snapshot: &ContractSnapshot, voice: Voice) -> Vec<Block> {
    let standing = &snapshot.standing;
    if standing.breaches.is_empty() {
        let none = voice.each(Look::BODY, |language| {
            message(language, "document-no-breaches", &[("day", long(snapshot.as_of, language))])
        });
        return none.into_iter().map(Block::Paragraph).collect();
    }
    let head = ["clause", "subject", "since", "amount", "charged", "settlement"];
    let table = Table {
        columns: vec![Column::Words, Column::Words, Column::Whole, Column::Figures, Column::Figures, Column::Words],
        head: head.map(|column| voice.say(Look::LABEL, &format!("document-column-{column}"))).into(),
        rows: standing.breaches.iter().map(|breach| breach_row(breach, snapshot, voice)).collect(),
    };
    let totals = &standing.totals;
    let args = vec![
        ("charged", yuan(totals.charged)),
        ("settled", yuan(totals.settled)),
        ("outstanding", yuan(totals.outstanding)),
    ];
    let sums = voice.tell(Look::BODY, "document-breach-totals", args).into_iter().map(Block::Paragraph);
    std::iter::once(Block::Table(table)).chain(sums).collect()
}

fn breach_row(breach: &BreachStanding, snapshot: &ContractSnapshot, voice: Voice) -> Row {
    let title = |language: Language| {
        let name = clause_name(breach.clause.as_str(), snapshot, language);
        message(language, "document-with-code", &[("name", name), ("code", breach.clause.to_string())])
    };
    let mut outcome = Cell::new();
    if breach.waived {
        outcome.extend(voice.say(Look::CELL, "document-breach-waived"));
    }
    if breach.accruing {
        outcome.extend(voice.say(Look::CELL.ink(Ink::Bad), "document-breach-accruing"));
    }
    if let Some(milestone) = breach.settled_in.as_ref().filter(|_| !breach.waived) {
        let name = snapshot.details.milestone(milestone.as_str()).to_owned();
        outcome.extend(voice.tell(Look::CELL, "document-breach-settled", vec![("name", name)]));
    }
    if outcome.is_empty() {
        outcome = voice.say(Look::CELL, "document-breach-open");
    }
    // A name given in the contract is the same in both languages, so it is printed once.
    let named = snapshot.details.clause(breach.clause.as_str()).is_some();
    let clause = if named { name(&title(voice.first())) } else { voice.each(Look::CELL, title) };
    Row {
        cells: vec![
            clause,
            name(breach_subject_name(&breach.subject, &snapshot.details)),
            figure(short(breach.since)),
            figure(yuan(breach.amount)),
            figure(yuan(breach.charged)),
            outcome,
        ],
        total: false,
    }
}

/// Returns the name of a clause by its code.
pub fn clause_name(code: &str, snapshot: &ContractSnapshot, language: Language) -> String {
    clause_name_in((&snapshot.terms, &snapshot.details), code, language)
}

/// Returns the name of a clause in given terms; if they lack the clause, its earlier name or its code.
pub fn clause_name_in((terms, details): (&Terms, &Details), code: &str, language: Language) -> String {
    let term = terms.breach_terms.iter().find(|term| term.code.as_str() == code);
    let gone = || details.clause(code).unwrap_or(code).to_owned();
    term.map_or_else(gone, |term| clauses::name(term, details, language))
}

/// Returns the name of a breach's subject: for a deliverable or milestone its name, for a month or incident its code.
pub fn breach_subject_name<'a>(subject: &'a str, details: &'a Details) -> &'a str {
    if details.milestones.contains_key(subject) { details.milestone(subject) } else { details.deliverable(subject) }
}
