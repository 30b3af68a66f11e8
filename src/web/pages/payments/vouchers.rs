//! The treasury's file of payments: the upload, and the check of what it matches, which a batch then records.

use actix_multipart::Multipart;
use actix_web::http::StatusCode;
use askama::Template;

use crate::app::App;
use crate::domain::policy::Action;
use crate::error::Error;
use crate::services::identity::caller::Caller;
use crate::services::payments::treasury::{self, COLUMNS, Found, MOST_ROWS};
use crate::services::records::import::{MAX_BYTES, TableFile};
use crate::web::api::multipart::{self, SmallPart};
use crate::web::pages::forms::Form;
use crate::web::pages::payments::batch::{self, OtherRow, PaidRow};
use crate::web::pages::request::{Page, PageAnswer, PageRequest};
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

    /// Returns the limit of the file in MB and in bytes, and that of its rows.
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

/// Reads a file or, without one, the pasted rows, and leads to the check of what a batch would record. A refused form is shown again,
/// and so is a form for another language.
pub async fn check(mut request: PageRequest, mut body: Multipart) -> PageAnswer {
    let leading = request.read_leading(&mut body).await;
    let chosen = leading.as_ref().ok().and_then(|leading| leading.show_in);
    let caller = request.admit_leading(leading, treasury::permit).await?;
    let (parts, read) = multipart::read_small_form(body, MAX_BYTES).await;
    request
        .answer(move |request, _| {
            let (app, page) = (request.app(), request.shell(Some(&caller)));
            let nonce = page.nonce.clone();
            let (files, texts): (Vec<SmallPart>, Vec<SmallPart>) =
                parts.into_iter().partition(|part| part.name == "file");
            let file = files.into_iter().find(|part| !part.bytes.is_empty());
            let file = file.map(|part| TableFile { name: part.filename, bytes: part.bytes });
            let pasted = texts.into_iter().find(|part| part.name == "rows").unwrap_or_default().bytes;
            let pasted = String::from_utf8_lossy(&pasted).into_owned();
            let mut form = Form::default();
            form.set("rows", &pasted);
            if chosen.is_some() {
                return Ok(Page::html(StatusCode::OK, &nonce, &UploadPage { page, form }).in_language(app, chosen));
            }
            let table = read.and_then(|()| match &file {
                Some(file) => treasury::read_file(&caller, file),
                None => treasury::read_text(&caller, &pasted),
            });
            // What was read is kept, and matched whenever the check is shown. A table that cannot be matched is refused here.
            let kept = table.and_then(|table| {
                let cells = serde_json::to_string(&table).map_err(|error| Error::Internal(error.to_string()))?;
                treasury::match_table(app, &caller, table)?;
                Ok(cells)
            });
            match kept {
                Ok(cells) => batch::lead_to_check(app, &caller, cells),
                Err(error) => {
                    let (status, mut form) = form.refused(error, page.language)?;
                    let field = if file.is_some() { "file" } else { "rows" };
                    form.faults.iter_mut().for_each(|(name, _)| field.clone_into(name));
                    Ok(Page::html(status, &nonce, &UploadPage { page, form }))
                }
            }
        })
        .await
}

/// Matches the table of a check and returns the payments that match, and the other rows.
///
/// # Errors
/// `Forbidden`; `Refused` for a table that cannot be matched; `NotFound` for one that was not kept by this page.
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
