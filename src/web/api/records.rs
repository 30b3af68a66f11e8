//! Service records: entered or imported by the contractor, confirmed or refused by the justice station.

use actix_multipart::Multipart;
use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Path};
use actix_web::{HttpResponse, get, post};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use crate::domain::codes::FileFormat;
use crate::error::{Error, Message};
use crate::services::deliverables::permits::begin_form;
use crate::services::records::decide::{self, RecordStepInput, RecordSummary};
use crate::services::records::import::{self, MAX_BYTES, SentTable, TableFile};
use crate::services::records::template::{self, TemplateFile};
use crate::services::records::view::{self, RecordQuery, ServiceRecordView};
use crate::services::records::{self, RecordsInput, RecordsReceipt, Rows};
use crate::services::shared::saved_names::attachment;
use crate::web::api::multipart::{self, SmallPart};
use crate::web::api::page::{List, answer_list, list_queries};
use crate::web::failure::{Failure, Problem};
use crate::web::query::Query;
use crate::web::request::{Answer, ApiRequest, block, versioned};

/// Form of an import.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only describes the form in the OpenAPI document")]
struct RecordsForm {
    /// The filled-in template as xlsx, or csv in UTF-8 or GB18030, up to 5 MB. A row of headings names the columns.
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
}

/// Filters and page of a list.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub struct RecordListQuery {
    /// State of the records.
    state: Option<String>,
    /// Code of the service item.
    service: Option<String>,
    /// Code of the deliverable.
    deliverable: Option<String>,
    /// Month of the service, as 2026-09.
    month: Option<String>,
    /// Maximum number of items, 1 to 200; 50 by default.
    limit: Option<i64>,
    /// Cursor to continue from: `next` of the previous page.
    cursor: Option<String>,
    /// `csv` or `xlsx`: all items, at most 20,000, as a file whose columns are the properties of an item.
    #[param(value_type = Option<String>)]
    format: Option<FileFormat>,
}

list_queries!(RecordListQuery);

/// Enters service records as the contractor: all rows or none.
#[utoipa::path(tag = "records", params(("id" = String, Path)), request_body = RecordsInput, responses(
    (status = 201, body = RecordsReceipt)))]
#[post("/api/v1/contracts/{id}/records")]
pub async fn enter_records(request: ApiRequest, id: Path<String>, body: Bytes) -> Answer {
    let done =
        request.write(body, move |app, caller, input| records::record(app, caller, &id, &Rows::of_list(input))).await?;
    Ok(versioned(StatusCode::CREATED, done.version, &done))
}

/// Imports service records from a file: all rows or none. `path` of a fault is its cell, such as `H4`.
#[utoipa::path(tag = "records", params(("id" = String, Path)),
    request_body(content = RecordsForm, content_type = "multipart/form-data"), responses(
    (status = 201, body = RecordsReceipt),
    (status = 415, body = Problem), (status = 429, body = Problem)))]
#[post("/api/v1/contracts/{id}/records/import")]
pub async fn import_records(request: ApiRequest, id: Path<String>, body: Multipart) -> Answer {
    let (language, app) = (request.language(), request.app().clone());
    let contract = id.into_inner();
    let named = contract.clone();
    let caller = request.rate_limited().admit(move |app, caller| import::permit(app, caller, &named)).await?;
    let _turn = begin_form(&app, &caller).map_err(|error| Failure { error, language })?;
    let (parts, read) = multipart::read_small_form(body, MAX_BYTES).await;
    let table = read.and_then(|()| find_table(parts)).map_err(|error| Failure { error, language })?;
    let done = block(language, move || import::import_table(&app, caller, &contract, &table)).await?;
    Ok(versioned(StatusCode::CREATED, done.version, &done))
}

/// Returns the table in the only part of the form.
pub(super) fn find_table(parts: Vec<SmallPart>) -> Result<SentTable, Error> {
    let mut found = None;
    for SmallPart { name, filename, bytes } in parts {
        if name != "file" || found.is_some() {
            return Err(Error::malformed(name, Message::new("malformed-unknown-key")));
        }
        found = Some(SentTable::File(TableFile { name: filename, bytes }));
    }
    found.ok_or_else(|| Error::malformed("file", Message::new("malformed-missing-key").with("key", "file")))
}

/// Returns the template of an import, with the services and deliverables of the contract in drop-downs.
#[utoipa::path(tag = "records", params(("id" = String, Path)), responses(
    (status = 200, content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        description = "The workbook."),
    (status = 409, body = Problem), (status = 429, body = Problem)))]
#[get("/api/v1/contracts/{id}/records/template.xlsx")]
pub async fn make_record_template(request: ApiRequest, id: Path<String>) -> Answer {
    let file = request.rate_limited().read(move |app, caller| template::make(app, caller, &id)).await?;
    Ok(workbook_response(file))
}

/// Answers with a workbook as a download.
pub fn workbook_response(file: TemplateFile) -> HttpResponse {
    HttpResponse::Ok()
        .content_type("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
        .insert_header(("Content-Disposition", attachment(&file.name)))
        .body(file.bytes)
}

/// Lists the service records of a contract, newest first.
#[utoipa::path(tag = "records", params(("id" = String, Path), RecordListQuery), responses(
    (status = 200, body = List<ServiceRecordView>)))]
#[get("/api/v1/contracts/{id}/records")]
pub async fn list_records(request: ApiRequest, id: Path<String>, query: Query<RecordListQuery>) -> Answer {
    answer_list(request, query, move |app, caller, query, page| {
        let (service, deliverable) = (query.service.clone(), query.deliverable.clone());
        let filter = RecordQuery { state: query.state.clone(), service, deliverable, month: query.month.clone() };
        view::list(app, caller, &id, &filter, page)
    })
    .await
}

/// Takes a step on a record that awaits the justice station: `confirm` or `refuse` by the station, `withdraw` by the
/// contractor.
#[utoipa::path(tag = "records", params(("id" = String, Path), ("name" = String, Path)),
    request_body = RecordStepInput, responses((status = 200, body = RecordSummary)))]
#[post("/api/v1/records/{id}/actions/{name}")]
pub async fn act_on_record(request: ApiRequest, path: Path<(String, String)>, body: Bytes) -> Answer {
    let (id, name) = path.into_inner();
    let done =
        request.write(body, move |app, caller, input| decide::take_step(app, caller, &id, &name, &input)).await?;
    Ok(versioned(StatusCode::OK, done.version, &done))
}
