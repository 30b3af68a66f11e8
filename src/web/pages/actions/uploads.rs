//! Acts with files. Their forms begin with the token and the idempotency key, so that these are verified before any
//! file is read.

use actix_multipart::Multipart;
use actix_web::web::Path;
use serde::Deserialize;

use crate::app::App;
use crate::error::{Error, FieldError};
use crate::services::deliverables::invoices::{self, INVOICE_LIMITS};
use crate::services::deliverables::uploads::{self, UploadForm};
use crate::services::deliverables::{self, SUBMISSION_LIMITS};
use crate::services::identity::caller::{Caller, SentForm};
use crate::services::identity::kept_forms::KEY_FIELD;
use crate::services::shared::number_spelling::plain_signed_amount;
use crate::services::shared::typed_values::{parse_amount, parse_date, parse_quantity};
use crate::web::api::multipart;
use crate::web::failure::Failure;
use crate::web::pages::actions::act::ActTarget;
use crate::web::pages::actions::{SubjectQuery, build_page, confirmation_address, find_target};
use crate::web::pages::failure::PageFailure;
use crate::web::pages::forms::Form;
use crate::web::pages::request::{PageAnswer, PageRequest};
use crate::web::query::Query;

/// Query of an upload's address.
#[derive(Debug, Deserialize)]
pub struct UploadQuery {
    subject: String,
}

/// Takes an act with files. A refused form is shown again with what was typed; its good files are kept for the person,
/// as browsers do not keep them.
pub async fn submit(
    request: PageRequest,
    path: Path<(String, String)>,
    query: Query<UploadQuery>,
    mut body: Multipart,
) -> PageAnswer {
    let (contract, name) = path.into_inner();
    let UploadQuery { subject } = query.into_inner();
    let (app, language) = (request.app().clone(), request.language());
    let limits = if name == "submission" { &SUBMISSION_LIMITS } else { &INVOICE_LIMITS };
    let without_page = |error| PageFailure { failure: Failure { error, language }, shell: None };
    let leading = request.read_leading(&mut body).await;
    let hidden = leading.as_ref().ok().cloned();
    let admitted = {
        let (app, contract, subject, name) = (app.clone(), contract.clone(), subject.clone(), name.clone());
        request
            .admit_leading(leading, move |caller| match name.as_str() {
                "submission" => deliverables::permit_submission(&app, caller, &contract, &subject),
                "invoice" => invoices::permit_invoice(&app, caller, &contract, &subject),
                _ => Err(Error::NotFound),
            })
            .await
    };
    let form_path = format!("/contracts/{contract}/act/{name}");
    let mut admitted = match admitted {
        Ok(admitted) => admitted,
        Err(failure) => {
            let Some([token, key]) = hidden.filter(|[token, _]| request.form_owner(token).is_some()) else {
                if request.token().is_some() {
                    multipart::discard_form(body, uploads::max_form_bytes(&app)).await;
                }
                return Err(failure);
            };
            let mut values = multipart::read_texts(body, limits, uploads::max_form_bytes(&app)).await;
            let hidden = [("subject", subject), ("form", token), (KEY_FIELD, key)];
            values.extend(hidden.map(|(name, value)| (name.to_owned(), value)));
            return request.keep_upload(form_path, values, failure).await;
        }
    };
    let caller: Caller = admitted.caller.clone();
    let mut upload = UploadForm::of_page(&app, &admitted, limits);
    let read = multipart::read_page_form(body, &mut upload).await;
    let kept = upload.keep(&app).await;
    let sent_form = upload.sent_form().map(str::to_owned);
    if let Some(sent) = &mut admitted.caller.request {
        sent.sent_form = sent_form.clone().map(|id| SentForm { id, path: form_path });
    }
    let typed: Vec<(String, String)> = upload.texts().map(|(name, text)| (name.to_owned(), text.to_owned())).collect();
    let checked =
        read.and_then(|files| kept.map(|()| files)).and_then(|files| refuse_faults(&mut upload, &name, files));
    let submitted = match checked {
        Err(error) => Err(error),
        Ok(()) if name == "submission" => deliverables::submit(&app, admitted, upload).await.map(|_| ()),
        Ok(()) => invoices::submit_invoice(&app, admitted, upload).await.map(|_| ()),
    };
    let query = SubjectQuery { subject, no: String::new() };
    match submitted {
        Ok(()) => {
            let target = find_target(&contract, &name, query).map_err(without_page)?;
            Ok(request.redirect(&confirmation_address(&target)).into())
        }
        Err(error) => {
            let (status, typed) = request.typed(typed).refused(error, caller.language).map_err(without_page)?;
            request
                .show_with_status(status, move |app, caller, mut page| {
                    if let Some(id) = &sent_form {
                        page.show_kept_form(id);
                    }
                    build_page(app, caller, page, find_target(&contract, &name, query)?, Some(typed))
                })
                .await
        }
    }
}

/// Refuses a form of which a file was refused or a field cannot be read. All errors are reported at once, so that
/// nothing is sent again without the files that were left out.
///
/// # Errors
/// `Malformed`, or `Refused` if only files are faulty.
fn refuse_faults(upload: &mut UploadForm, act: &str, files: Vec<FieldError>) -> Result<(), Error> {
    let mut faults = read_typed(upload);
    let are_fields_read = faults.is_empty();
    faults.extend(files);
    if faults.is_empty() {
        return Ok(());
    }
    let mut others = match act {
        "submission" => deliverables::faults_of_submission(upload),
        _ => invoices::faults_of_invoice(upload),
    };
    others.retain(|fault| faults.iter().all(|known| known.path != fault.path));
    if are_fields_read && others.is_empty() {
        return Err(Error::Refused { rule: "files".to_owned(), errors: faults });
    }
    faults.extend(others);
    Err(Error::Malformed(faults))
}

/// Replaces the numbers and days that a person typed by their plain spelling, which services read strictly. Returns the
/// faults of those that cannot be read.
fn read_typed(upload: &mut UploadForm) -> Vec<FieldError> {
    let quantity = |typed: &str| parse_quantity(typed).map(|quantity| quantity.to_string());
    let amount = |typed: &str| {
        let plain = plain_signed_amount(typed)?;
        parse_amount(plain.trim_start_matches('-')).map(|_| plain)
    };
    let day = |typed: &str| parse_date(typed).map(|day| day.to_string());
    let mut faults = Vec::new();
    for (name, fault) in [
        ("amount", upload.rewrite("amount", amount)),
        ("quantity", upload.rewrite("quantity", quantity)),
        ("on", upload.rewrite("on", day)),
    ] {
        faults.extend(fault.err().map(|message| FieldError { path: name.to_owned(), message }));
    }
    faults
}

/// Rejects an act with files that comes without them, to the address of other acts.
///
/// # Errors
/// Always: `NotFound`.
pub fn reject_without_files(_: &App, _: &Caller, _: &ActTarget, _: &Form) -> Result<(), Error> {
    Err(Error::NotFound)
}
