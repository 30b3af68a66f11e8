//! Register of payee accounts that wait for an approval.

use crate::app::App;
use crate::domain::policy::Action;
use crate::error::Error;
use crate::services::identity::caller::Caller;
use crate::services::registry::contractors::Account;
use crate::services::registry::payee_accounts;
use crate::services::registry::proposals::ProposalDecisionInput;
use crate::services::shared::paging::{Page, Paged};
use crate::web::pages::forms::Form;
use crate::web::pages::registers::register::{Column, Done, Register, Row, RowAction, RowActions};
use crate::web::pages::registers::table::read_reason;
use crate::web::pages::shell::Shell;

/// The register.
pub const REGISTER: Register = Register {
    name: "accounts",
    read: Action::ApproveAccount,
    columns: &[
        Column::text("contractor"),
        Column::text("account_now"),
        Column::text("account"),
        Column::text("proposed_at"),
        Column::short("state"),
    ],
    named_by: "contractor",
    rows,
    add: None,
    act: Some(RowActions { rights: &[Action::ApproveAccount], submit: decide }),
};

fn rows(app: &App, caller: &Caller, page: &Shell, part: &Page) -> Result<Paged<Row>, Error> {
    Ok(payee_accounts::list_waiting(app, caller, part)?.map(|found| {
        let words = |account: &Account| format!("{} {} {}", account.name, account.bank, account.number);
        let current = found.current.as_ref().map_or_else(|| page.say("account-none"), words);
        let cells = [
            ("contractor", found.contractor_name.into()),
            ("account_now", current.into()),
            ("account", words(&found.account).into()),
            ("proposed_at", found.proposed_at.into()),
            ("state", page.word("proposal", found.state).into()),
        ];
        Row::new(found.id, cells).with_actions([RowAction::new("approve"), RowAction::with_reason("refuse")])
    }))
}

fn decide(app: &App, caller: &Caller, id: &str, action: &str, form: &Form) -> Result<Done, Error> {
    let input = ProposalDecisionInput { reason: read_reason(form) };
    Ok(Done::new(payee_accounts::decide(app, caller, id, action, &input)?.id))
}
