//! The treasury's file of payments: the upload, and the check of its matches, which a batch then records.

use actix_multipart::Multipart;
use askama::Template;

use crate::app::App;
use crate::domain::policy::Action;
use crate::error::Error;
use crate::services::identity::caller::Caller;
use crate::services::payments::treasury::{self, COLUMNS, Found, MOST_ROWS};
use crate::services::records::import::{MAX_BYTES, SentTable};
use crate::web::pages::forms::Form;
use crate::web::pages::payments::batch::{self, OtherRow, PaidRow};
use crate::web::pages::request::{PageAnswer, PageRequest};
use crate::web::pages::shell::Shell;

#[derive(Template)]
#[template(path = "payments/vouchers.html")]
struct UploadPage {
    page: Shell,
    form: Form,
}

impl UploadPage {
    /// Returns the columns in their order.
    fn columns(&self) -> String {
        let labels: Vec<String> = COLUMNS.iter().map(|(_, label)| self.page.say(label)).collect();
        self.page.joined("document-list", &labels)
    }

    /// Returns the size limit of the file in MB.
    fn max_mb(&self) -> usize {
        MAX_BYTES / (1024 * 1024)
    }

    fn max_bytes(&self) -> usize {
        MAX_BYTES
    }

    fn most_rows(&self) -> usize {
        MOST_ROWS
    }
}

/// Shows the form for the treasury's file.
pub async fn form(request: PageRequest) -> PageAnswer {
    request
        .show(move |_, caller, page| {
            caller.may(Action::PayPayment)?;
            Ok(UploadPage { page, form: Form::default() })
        })
        .await
}

/// Reads a table and redirects to the check of the resulting batch.
pub async fn check(request: PageRequest, body: Multipart) -> PageAnswer {
    // What was read is kept, and matched whenever the check is shown. A table that cannot be matched is refused here.
    let take = |request: &PageRequest, caller: &Caller, sent: &SentTable| {
        let table = treasury::read_rows(caller, sent)?;
        let cells = serde_json::to_string(&table).map_err(|error| Error::Internal(error.to_string()))?;
        treasury::match_table(request.app(), caller, table)?;
        batch::lead_to_check(request.app(), caller, cells)
    };
    let labels = ["treasury-file", "records-rows"];
    request.take_table(body, labels, treasury::permit, take, |_, _, page, form| Ok(UploadPage { page, form })).await
}

/// Matches the table of a check and returns the matching payments and the remaining rows.
///
/// # Errors
/// `Forbidden`; `Refused` for a table that cannot be matched; `NotFound` for a table that this page did not keep.
pub(super) fn matches(
    app: &App,
    caller: &Caller,
    page: &Shell,
    cells: &str,
) -> Result<(Vec<PaidRow>, Vec<OtherRow>), Error> {
    let table = serde_json::from_str(cells).map_err(|_| Error::NotFound)?;
    let (mut paid, mut others) = (Vec::new(), Vec::new());
    for line in treasury::match_table(app, caller, table)? {
        let (words, recorded) = match line.found {
            Found::Matched(payment) => {
                let on = line.on.map(|on| on.to_string()).unwrap_or_default();
                paid.push(PaidRow { payment, voucher: line.voucher, on });
                continue;
            }
            Found::Recorded(payment, contract) => {
                (page.say("treasury-recorded"), Some(format!("/contracts/{contract}#payment-{payment}")))
            }
            Found::Unmatched(reason) => (reason.text(page.language), None),
        };
        let amount = line.amount.map(|amount| page.money(amount)).unwrap_or_default();
        others.push(OtherRow { row: line.row, voucher: line.voucher, amount, words, recorded });
    }
    Ok((paid, others))
}
