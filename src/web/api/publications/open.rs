//! Published contracts for anyone: a list, spreadsheets, and open contracting data. The requester stays anonymous.

use actix_web::get;
use actix_web::http::header;

use crate::app::App;
use crate::clock::civil_day;
use crate::domain::codes::{FileFormat, Language};
use crate::error::Error;
use crate::services::publications::ocds::{self, PackageKind, PackagePlace};
use crate::services::publications::open::{self, PublicContract, PublicQuery};
use crate::services::publications::sheet::{self, MOST_ROWS};
use crate::services::shared::tables::media_type;
use crate::web::api::page::{List, encode_cursor, parse_page};
use crate::web::failure::Problem;
use crate::web::query::Query;
use crate::web::request::{Answer, ApiRequest, OpenAnswer};

const JSON: &str = "application/json";

/// Lists published contracts, newest publication first.
#[utoipa::path(tag = "open data", params(PublicQuery), responses((status = 200, body = List<PublicContract>),
    (status = 304, description = "The client has this answer (`If-None-Match`)."), (status = 429, body = Problem)))]
#[get("/api/v1/public/contracts")]
pub async fn list_public_contracts(request: ApiRequest, query: Query<PublicQuery>) -> Answer {
    request
        .read_open(move |app, _| {
            let found = open::list(app, &query, &parse_page(query.limit, query.cursor.as_deref())?)?;
            let next = found.next.as_deref().map(encode_cursor);
            let body = serde_json::to_vec(&List { items: found.items, next });
            let body = body.map_err(|error| Error::Internal(error.to_string()))?;
            Ok(OpenAnswer { body, media_type: JSON, headers: Vec::new() })
        })
        .await
}

/// Downloads published contracts as CSV, up to 2,000 from a cursor on; `Link` leads to the rest.
#[utoipa::path(tag = "open data", params(PublicQuery), responses(
    (status = 200, content_type = "text/csv", body = String),
    (status = 304, description = "The client has this answer (`If-None-Match`)."), (status = 429, body = Problem)))]
#[get("/api/v1/public/contracts.csv")]
pub async fn export_public_csv(request: ApiRequest, query: Query<PublicQuery>) -> Answer {
    request.read_open(move |app, language| spreadsheet(app, FileFormat::Csv, &query, language)).await
}

/// Downloads published contracts as XLSX, up to 2,000 from a cursor on; `Link` leads to the rest.
#[utoipa::path(tag = "open data", params(PublicQuery), responses(
    (status = 200, content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", body = Vec<u8>),
    (status = 304, description = "The client has this answer (`If-None-Match`)."), (status = 429, body = Problem)))]
#[get("/api/v1/public/contracts.xlsx")]
pub async fn export_public_xlsx(request: ApiRequest, query: Query<PublicQuery>) -> Answer {
    request.read_open(move |app, language| spreadsheet(app, FileFormat::Xlsx, &query, language)).await
}

/// Lists published contracts as a release package of the Open Contracting Data Standard 1.1; `links.next` leads on.
#[utoipa::path(tag = "open data", params(PublicQuery), responses((status = 200, body = serde_json::Value),
    (status = 304, description = "The client has this answer (`If-None-Match`)."), (status = 429, body = Problem)))]
#[get("/api/v1/public/ocds/releases.json")]
pub async fn list_ocds_releases(request: ApiRequest, query: Query<PublicQuery>) -> Answer {
    request.read_open(move |app, _| package(app, PackageKind::Releases, &query)).await
}

/// Lists published contracts as a record package of the Open Contracting Data Standard 1.1; `links.next` leads on.
#[utoipa::path(tag = "open data", params(PublicQuery), responses((status = 200, body = serde_json::Value),
    (status = 304, description = "The client has this answer (`If-None-Match`)."), (status = 429, body = Problem)))]
#[get("/api/v1/public/ocds/records.json")]
pub async fn list_ocds_records(request: ApiRequest, query: Query<PublicQuery>) -> Answer {
    request.read_open(move |app, _| package(app, PackageKind::Records, &query)).await
}

/// Writes the address of a list with its filters, starting at a cursor.
fn address(path: &str, query: &PublicQuery, cursor: Option<&str>) -> String {
    let (year, limit) = (query.year.map(|year| year.to_string()), query.limit.map(|limit| limit.to_string()));
    let fields = [
        ("q", query.q.as_deref()),
        ("region", query.region.as_deref()),
        ("contractor", query.contractor.as_deref()),
        ("year", year.as_deref()),
        ("limit", limit.as_deref()),
        ("cursor", cursor),
    ];
    let mut pairs = form_urlencoded::Serializer::new(String::new());
    pairs.extend_pairs(fields.iter().filter_map(|(name, value)| Some((*name, (*value)?))));
    match pairs.finish() {
        pairs if pairs.is_empty() => path.to_owned(),
        pairs => format!("{path}?{pairs}"),
    }
}

fn spreadsheet(app: &App, format: FileFormat, query: &PublicQuery, language: Language) -> Result<OpenAnswer, Error> {
    let page = parse_page(query.limit, query.cursor.as_deref())?;
    let found = open::list_many(app, query, &page, MOST_ROWS)?;
    let name = format!("attachment; filename=\"contracts.{format}\"");
    let mut headers = vec![(header::CONTENT_DISPOSITION, name)];
    if let Some(next) = found.next.as_deref().map(encode_cursor) {
        let next = address(&format!("/api/v1/public/contracts.{format}"), query, Some(&next));
        headers.push((header::LINK, format!("<{next}>; rel=\"next\"")));
    }
    let file = sheet::write(&found.items, format, language, civil_day(app.clock.now()))?;
    Ok(OpenAnswer { body: file.bytes, media_type: media_type(format), headers })
}

fn package(app: &App, kind: PackageKind, query: &PublicQuery) -> Result<OpenAnswer, Error> {
    let path = match kind {
        PackageKind::Releases => "/api/v1/public/ocds/releases.json",
        PackageKind::Records => "/api/v1/public/ocds/records.json",
    };
    let found = open::list(app, query, &parse_page(query.limit, query.cursor.as_deref())?)?;
    let next = found.next.as_deref().map(encode_cursor);
    let place = PackagePlace {
        address: address(path, query, query.cursor.as_deref()),
        next: next.map(|next| address(path, query, Some(&next))),
    };
    Ok(OpenAnswer { body: ocds::package(app, kind, &found, &place)?, media_type: JSON, headers: Vec::new() })
}
