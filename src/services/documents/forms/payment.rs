//! The approval form of a payment request (资金支付审批表): the amount, the deliverables and deductions behind it, invoices,
//! the account, the budget, and the steps of approval with their people.

use chrono::NaiveDate;
use serde::Serialize;

use crate::adapters::pdf::document::{Block, Cell, Column, Row};
use crate::clock::civil_time;
use crate::domain::codes::{Language, PaymentKind, PaymentState};
use crate::domain::money::{Money, Sum};
use crate::domain::payments::PaymentStep;
use crate::domain::standing::{DeliverableState, MilestoneStanding, Totals};
use crate::services::payments::PaymentRequestView;
use crate::services::payments::view::PaymentStepView;
use crate::services::registry::appropriations::AppropriationView;
use crate::text::dates::{minute, short};
use crate::text::message;
use crate::text::money::group_thousands;

use crate::services::documents::forms::Section;
use crate::services::documents::forms::parts::{
    amount, amount_in_words, grid, or_dash, pair, pairs, paragraphs, seals,
};
use crate::services::documents::voice::{Look, Voice, figure, name};
use crate::services::documents::{ContractSnapshot, payments, steps, words};

/// Content of the form.
#[derive(Debug, Clone, Serialize)]
pub struct PaymentForm {
    pub request: PaymentRequestView,
    /// Name of the milestone.
    pub name: String,
    pub milestone: MilestoneStanding,
    /// Deliverables that must be accepted for the milestone.
    pub deliverables: Vec<RequiredDeliverable>,
    /// Invoices of the milestone.
    pub invoices: Vec<InvoiceLine>,
    pub contract_amount: Money,
    /// Totals of the contract.
    pub totals: Totals,
    /// Appropriation of the contract, and the amount committed from it; absent for readers outside of purchaser and
    /// finance.
    pub budget: Option<Budget>,
}

/// A deliverable that must be accepted before a milestone is paid.
#[derive(Debug, Clone, Serialize)]
pub struct RequiredDeliverable {
    pub name: String,
    pub unit: String,
    pub agreed: String,
    pub accepted: Option<String>,
    pub state: DeliverableState,
    /// Day of the last decision; absent without one.
    pub decided_on: Option<NaiveDate>,
}

/// An invoice of a milestone.
#[derive(Debug, Clone, Serialize)]
pub struct InvoiceLine {
    pub number: String,
    pub on: Option<NaiveDate>,
    /// Amount in yuan, negative for a red-letter invoice.
    pub amount: String,
}

/// The appropriation of a contract.
#[derive(Debug, Clone, Serialize)]
pub struct Budget {
    pub appropriation: AppropriationView,
    /// Amount committed to the contract.
    pub committed: Money,
}

/// Builds the sections of the form.
pub fn sections(form: &PaymentForm, snapshot: &ContractSnapshot, voice: Voice) -> Vec<Section> {
    vec![
        ("document-payment-request", request(form, voice)),
        ("document-payment-deliverables", deliverables(form, voice)),
        ("document-payment-payable", payable(form, snapshot, voice)),
        ("document-payment-invoices", invoices(form, voice)),
        ("document-payment-account", account(form, voice)),
        ("document-payment-money", money(form, snapshot, voice)),
        ("document-payment-steps", approval(&form.request, voice)),
        ("document-payment-seals", vec![seals(voice, &["document-purchaser", "document-funder"])]),
    ]
}

fn request(form: &PaymentForm, voice: Voice) -> Vec<Block> {
    let of = &form.request;
    let sum = Sum::from(of.amount);
    let mut rows = vec![
        pair(
            voice,
            "document-column-milestone",
            voice.each(Look::CELL, |language| words::payment(&form.name, of.kind, language)),
        ),
        pair(voice, "payment-amount", amount(of.amount)),
        pair(voice, "document-amount-in-words", amount_in_words(voice, sum)),
        pair(voice, "document-column-pay-by", figure(of.due_on.map_or_else(|| "–".to_owned(), short))),
        pair(voice, "document-column-state", voice.say(Look::CELL, &format!("payment-{}", of.stage))),
    ];
    if of.state == PaymentState::Paid {
        rows.push(pair(voice, "document-paid-on", figure(of.paid_on.map_or_else(|| "–".to_owned(), short))));
        rows.push(pair(voice, "document-voucher", figure(of.voucher.as_deref().unwrap_or("–"))));
    }
    vec![pairs(rows)]
}

fn deliverables(form: &PaymentForm, voice: Voice) -> Vec<Block> {
    if form.deliverables.is_empty() {
        return paragraphs(voice, "document-payment-no-deliverables", Vec::new());
    }
    let columns = [
        (Column::Words, "document-column-deliverable"),
        (Column::Figures, "document-column-planned"),
        (Column::Figures, "document-column-accepted"),
        (Column::Whole, "document-column-state"),
        (Column::Whole, "document-column-decided"),
    ];
    let row = |one: &RequiredDeliverable| -> Vec<Cell> {
        let quantity = |number: &str| figure(format!("{} {}", group_thousands(number), one.unit).trim_end());
        vec![
            name(&one.name),
            quantity(&one.agreed),
            one.accepted.as_deref().map_or_else(|| figure("–"), quantity),
            voice.say(Look::CELL, &format!("document-deliverable-{}", one.state)),
            figure(one.decided_on.map_or_else(|| "–".to_owned(), short)),
        ]
    };
    vec![grid(voice, &columns, form.deliverables.iter().map(row).collect())]
}

fn payable(form: &PaymentForm, snapshot: &ContractSnapshot, voice: Voice) -> Vec<Block> {
    let of = &form.milestone;
    if form.request.kind == PaymentKind::Interest {
        return vec![pairs(vec![
            pair(voice, "document-column-payable", amount(of.payable)),
            pair(voice, "document-column-paid", amount(of.paid)),
            pair(voice, "document-column-interest", amount(of.late_interest)),
        ])];
    }
    let mut blocks = vec![pairs(vec![
        pair(voice, "document-column-gross", amount(of.gross)),
        pair(voice, "document-column-deductions", amount(of.deductions)),
        pair(voice, "document-column-payable", amount(of.payable)),
        pair(voice, "document-column-paid", amount(of.paid)),
    ])];
    if of.satisfied_on.is_some() {
        blocks.push(Block::Steps(steps::cells_of_payable(of, snapshot, voice)));
    }
    blocks
}

fn invoices(form: &PaymentForm, voice: Voice) -> Vec<Block> {
    if form.invoices.is_empty() {
        return paragraphs(voice, "document-payment-no-invoices", Vec::new());
    }
    let columns = [
        (Column::Words, "document-column-invoice"),
        (Column::Whole, "document-column-received"),
        (Column::Figures, "document-column-yuan"),
    ];
    let row = |one: &InvoiceLine| -> Vec<Cell> {
        vec![
            figure(&one.number),
            figure(one.on.map_or_else(|| "–".to_owned(), short)),
            figure(group_thousands(&one.amount)),
        ]
    };
    vec![grid(voice, &columns, form.invoices.iter().map(row).collect())]
}

fn account(form: &PaymentForm, voice: Voice) -> Vec<Block> {
    let Some(account) = &form.request.account else {
        return paragraphs(voice, "document-payment-account-hidden", Vec::new());
    };
    vec![pairs(vec![
        pair(voice, "document-account-name", name(&account.name)),
        pair(voice, "document-account-bank", name(&account.bank)),
        pair(voice, "document-account-number", figure(&account.number)),
    ])]
}

/// Builds the totals of the contract and, if the reader may see it, its appropriation.
fn money(form: &PaymentForm, snapshot: &ContractSnapshot, voice: Voice) -> Vec<Block> {
    let mut rows: Vec<Row> = vec![pair(voice, "document-contract-amount", amount(form.contract_amount))];
    rows.extend(
        words::money(snapshot)
            .into_iter()
            .map(|(share, fen)| pair(voice, &format!("document-share-{share}"), figure(payments::yuan_of(fen)))),
    );
    if let Some(Budget { appropriation, committed }) = &form.budget {
        rows.extend([
            pair(voice, "field-document_no", name(&appropriation.document_no)),
            pair(voice, "field-line", name(&appropriation.line)),
            pair(voice, "field-economic", name(&appropriation.economic)),
            pair(voice, "field-project", name(&appropriation.project)),
            pair(voice, "field-source", name(&appropriation.source)),
            pair(voice, "document-budget-amount", amount(appropriation.amount)),
            pair(voice, "document-budget-committed", amount(committed)),
            pair(voice, "document-budget-paid", amount(appropriation.paid)),
            pair(voice, "document-budget-free", amount(appropriation.free)),
        ]);
    }
    vec![pairs(rows)]
}

/// Builds the table of the steps taken and of those still to come.
fn approval(request: &PaymentRequestView, voice: Voice) -> Vec<Block> {
    let columns = [
        (Column::Whole, "document-column-step"),
        (Column::Words, "document-column-by"),
        (Column::Words, "document-column-opinion"),
        (Column::Whole, "document-column-time"),
        (Column::Words, "document-column-sign"),
    ];
    let mut rows: Vec<Vec<Cell>> = request.steps.iter().map(|step| step_taken(step, voice)).collect();
    rows.extend(request.to_come.iter().map(|(step, role)| {
        vec![
            voice.say(Look::CELL, &format!("payment-step-{step}")),
            voice.say(Look::CELL, &format!("role-{role}")),
            Cell::new(),
            Cell::new(),
            Cell::new(),
        ]
    }));
    vec![grid(voice, &columns, rows)]
}

fn step_taken(step: &PaymentStepView, voice: Voice) -> Vec<Cell> {
    let by = |language: Language| match &step.on_behalf_of {
        Some(holder) => message(language, "by-deputy", &[("by", step.by.clone()), ("holder", holder.clone())]),
        None => step.by.clone(),
    };
    let person = if step.on_behalf_of.is_some() { voice.each(Look::CELL, by) } else { name(&step.by) };
    vec![
        voice.say(Look::CELL, &format!("payment-step-{}", step.step)),
        person,
        opinion(step, voice),
        figure(minute(civil_time(step.at.naive_utc()))),
        Cell::new(),
    ]
}

/// Returns the opinion: the given reason, or consent for a step of approval without one.
fn opinion(step: &PaymentStepView, voice: Voice) -> Cell {
    let consents = [PaymentStep::Confirm, PaymentStep::Review, PaymentStep::Approve, PaymentStep::Allow];
    match PaymentStep::parse(&step.step) {
        Some(taken) if step.note.is_empty() && consents.contains(&taken) => voice.say(Look::CELL, "document-agreed"),
        Some(PaymentStep::Pay | PaymentStep::Backdate) if !step.note.is_empty() => {
            voice.tell(Look::CELL, "document-by-voucher", vec![("voucher", step.note.clone())])
        }
        _ => or_dash(&step.note),
    }
}
