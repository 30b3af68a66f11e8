//! Register of ledgers that were proposed for import: an approver of finance has them imported. An officer proposes one
//! on the page of the import.

use crate::app::App;
use crate::domain::policy::Action;
use crate::error::Error;
use crate::services::identity::caller::Caller;
use crate::services::imports::proposals::{self, LedgerImportView};
use crate::services::registry::proposals::ProposalDecisionInput;
use crate::services::shared::paging::{Page, Paged};
use crate::web::pages::forms::Form;
use crate::web::pages::registers::register::{Cell, Column, Done, Register, Row, RowAction, RowActions};
use crate::web::pages::registers::table::read_reason;
use crate::web::pages::shell::Shell;

/// The register.
pub const REGISTER: Register = Register {
    name: "ledger-imports",
    read: Action::ListLedgerImports,
    columns: &[
        Column::text("ledger_file"),
        Column::text("ledger_purchaser"),
        Column::text("ledger_funder"),
        Column::short("ledger_contracts"),
        Column::short("ledger_facts"),
        Column::amount("amount"),
        Column::long("ledger_sha256"),
        Column::short("state"),
        Column::text("proposed_at"),
    ],
    named_by: "ledger_file",
    rows,
    add: None,
    act: Some(RowActions { rights: &[Action::ApproveLedgerImport, Action::ProposeLedgerImport], submit: decide }),
};

fn rows(app: &App, caller: &Caller, page: &Shell, part: &Page) -> Result<Paged<Row>, Error> {
    Ok(proposals::list(app, caller, part)?.map(|found| row(page, found)))
}

fn row(page: &Shell, found: LedgerImportView) -> Row {
    let actions: &[RowAction] = match (found.is_decidable, found.is_recallable) {
        (_, true) => &[RowAction::new("recall")],
        (true, _) => &[RowAction::new("approve"), RowAction::with_reason("refuse")],
        _ => &[],
    };
    let address = format!("/ledger-imports/{}/workbook.xlsx", found.id);
    let file = if found.has_workbook { Cell::Link { words: found.name, address } } else { found.name.into() };
    let cells = [
        ("ledger_file", file),
        ("ledger_purchaser", found.purchaser.into()),
        ("ledger_funder", found.funder.into()),
        ("ledger_contracts", found.contracts.to_string().into()),
        ("ledger_facts", found.facts.to_string().into()),
        ("amount", found.amount.into()),
        ("ledger_sha256", found.sha256.into()),
        ("state", page.word("proposal", found.state).into()),
        ("proposed_at", found.proposed_at.into()),
    ];
    Row::new(found.id, cells).with_actions(actions.iter().copied())
}

fn decide(app: &App, caller: &Caller, id: &str, action: &str, form: &Form) -> Result<Done, Error> {
    let input = ProposalDecisionInput { reason: read_reason(form) };
    Ok(Done::new(proposals::decide_or_recall(app, caller, id, action, &input)?.id))
}
