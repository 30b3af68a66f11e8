//! Handing in what has files: the form's word and key stand in the address, so that a stranger's files are never read.

use actix_multipart::Multipart;
use actix_web::web::{Path, Query};
use serde::Deserialize;

use crate::error::Error;
use crate::services::deliverables::invoices::{self, INVOICE_LIMITS};
use crate::services::deliverables::uploads::UploadForm;
use crate::services::deliverables::{self, SUBMISSION_LIMITS};
use crate::services::identity::caller::Caller;
use crate::web::api::multipart;
use crate::web::failure::Failure;
use crate::web::pages::actions::{About, find, page_of};
use crate::web::pages::failure::PageFailure;
use crate::web::pages::forms::Form;
use crate::web::pages::request::{PageAnswer, PageRequest};

/// What stands in the address of a form with files.
#[derive(Debug, Deserialize)]
pub struct Tied {
    subject: String,
    form: String,
    key: String,
}

/// Takes what was handed in; where it is refused, the page is shown again with what is wrong (files must be chosen anew:
/// browsers do not give them back).
pub async fn take(
    request: PageRequest,
    path: Path<(String, String)>,
    tied: Query<Tied>,
    body: Multipart,
) -> PageAnswer {
    let (contract, name) = path.into_inner();
    let tied = tied.into_inner();
    let subject = tied.subject.clone();
    let (app, language) = (request.app().clone(), request.language());
    let shell_less = |error| PageFailure { failure: Failure { error, language }, shell: None };
    let admitted = {
        let (app, contract, subject, name) = (app.clone(), contract.clone(), subject.clone(), name.clone());
        request
            .admit(&tied.form, tied.key, move |caller| match name.as_str() {
                "submission" => deliverables::permit_submission(&app, caller, &contract, &subject),
                "invoice" => invoices::permit_invoice(&app, caller, &contract, &subject),
                _ => Err(Error::NotFound),
            })
            .await?
    };
    let caller: Caller = admitted.caller.clone();
    let limits = if name == "submission" { &SUBMISSION_LIMITS } else { &INVOICE_LIMITS };
    let mut form = UploadForm::new(&app, &admitted, limits);
    let read = multipart::read_form(body, &mut form).await;
    let typed: Vec<(String, String)> = form.texts().map(|(name, text)| (name.to_owned(), text.to_owned())).collect();
    let done = match read {
        Err(error) => Err(error),
        Ok(()) if name == "submission" => deliverables::submit(&app, admitted, form).await.map(|_| ()),
        Ok(()) => invoices::submit_invoice(&app, admitted, form).await.map(|_| ()),
    };
    match done {
        Ok(()) => Ok(request.lead_to(&crate::web::pages::actions::done(&contract, &name, &subject)).into()),
        Err(error) => {
            let (status, mut typed) = Form::of(typed).refused(error, caller.language).map_err(shell_less)?;
            typed.set("subject", &subject);
            let about = About { subject, no: String::new() };
            request
                .again(status, move |app, caller, page| {
                    page_of(app, caller, page, (&contract, find(&name)?), about, Some(typed))
                })
                .await
        }
    }
}
