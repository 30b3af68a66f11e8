//! The readers, each with its corpus.

use std::io::Cursor;

use actix_multipart::Multipart;
use actix_web::error::PayloadError;
use actix_web::http::header::{CONTENT_TYPE, HeaderMap, HeaderValue};
use actix_web::web::Bytes;
use chrono::DateTime;
use luyue::adapters::files::{MIB, inspect, kind_of, write_clean_copy};
use luyue::adapters::identity_provider::id_token::{self, Algorithms};
use luyue::adapters::identity_provider::{ProviderError, Registration};
use luyue::adapters::mail::saved_text;
use luyue::adapters::secrets::Key;
use luyue::adapters::tokens::{Tokens, install_crypto};
use luyue::adapters::workbooks::read_first_sheet;
use luyue::clock::Seeded;
use luyue::domain::codes::Language;
use luyue::services::contracts::drafts::fields::Fields;
use luyue::services::contracts::drafts::paste::{Pasted, paste};
use luyue::services::deliverables::uploads::UploadLimits;
use luyue::services::registry::calendar_files;
use luyue::web::api::multipart::{read_small_form, read_texts};

use crate::adapters::file_cases::case;
use crate::adapters::fixtures::{csv, jpeg, office, part, pdf, png};
use crate::adapters::workbooks::{sheet, with_sheet};
use crate::fuzzing::{below, fuzz};
use crate::support::app::{FORM, form};

/// Small files of `tests/cases/files`. Compressed documents are damaged inside, by another test.
const FILES: &[&str] = &[
    "a.wps",
    "photo.heic",
    "invoice.ofd",
    "no-eof.pdf",
    "crlf.pdf",
    "bom.pdf",
    "owner-AES-128.pdf",
    "gps.jpg",
    "mpo.jpg",
    "no-eoi.jpg",
    "samsung-trailer.jpg",
];

const LIMITS: UploadLimits = UploadLimits { texts: &["number", "note"], file: "files", files: 3, endings: &[] };

/// Inspects a file as an upload, and makes the copy for readers of one that is accepted.
fn read_file(name: &str, file: &[u8]) {
    if inspect(name, &mut Cursor::new(file), 50 * MIB).is_ok() {
        let kind = kind_of(name).expect("an accepted file has a kind");
        let mut copy = Cursor::new(Vec::new());
        // A file may be refused here too.
        let _ = write_clean_copy(kind, &mut Cursor::new(file), &mut copy);
    }
}

/// Returns the body of a request in chunks of random lengths.
fn body(bytes: &[u8], random: &mut Seeded) -> Multipart {
    let mut headers = HeaderMap::new();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(FORM));
    let mut chunks = Vec::new();
    let mut rest = bytes;
    while !rest.is_empty() {
        let longest = 1 << below(random, 12);
        let (chunk, left) = rest.split_at((1 + below(random, longest)).min(rest.len()));
        chunks.push(Ok::<_, PayloadError>(Bytes::copy_from_slice(chunk)));
        rest = left;
    }
    Multipart::new(&headers, futures_util::stream::iter(chunks))
}

#[test]
fn forms() {
    let corpus = [
        form("files", &[("number", "1"), ("note", "说明")], &[("报告.pdf", &pdf(b"")), ("a.csv", &csv())]),
        form("file", &[("csrf", "x")], &[]),
    ];
    let system = actix_web::rt::System::new();
    fuzz("forms", 1, &corpus, |bytes, random| {
        let (small, texts) = (body(bytes, random), body(bytes, random));
        system.block_on(async {
            let (parts, read) = read_small_form(small, 4096).await;
            assert!(parts.iter().map(|part| part.bytes.len()).sum::<usize>() <= 4096);
            drop(read);
            drop(read_texts(texts, &LIMITS, 1 << 16).await);
        });
    });
}

#[test]
fn files() {
    let others =
        [png(3, 2), jpeg(3, 2), csv(), pdf(b"BT (x) Tj ET"), b"<?xml version=\"1.0\"?><a><b>1</b></a>".to_vec()];
    let names = ["a.png", "a.jpg", "a.csv", "a.pdf", "a.xml"];
    let made = names.iter().zip(&others).map(|(name, file)| ((*name).to_owned(), file.clone()));
    let all: Vec<(String, Vec<u8>)> = FILES.iter().map(|name| ((*name).to_owned(), case(name))).chain(made).collect();
    for (name, file) in &all {
        // Parts of other files come in too.
        let corpus: Vec<Vec<u8>> =
            std::iter::repeat_n(file.clone(), 6).chain(others.iter().cloned()).chain([case("a.wps")]).collect();
        fuzz(name, all.len(), &corpus, |bytes, _| read_file(name, bytes));
    }
}

#[test]
fn documents() {
    let parts: [&[u8]; 4] = [
        b"<w:settings xmlns:w=\"w\"><w:documentProtection w:enforcement=\"1\"/></w:settings>",
        b"<Relationships><Relationship Id=\"a\" TargetMode=\"External\" Target=\"https://x/\" Type=\"http://x/image\"/></Relationships>",
        b"<cp:coreProperties xmlns:dc=\"d\"><dc:creator>\xe5\xbc\xa0</dc:creator></cp:coreProperties>",
        b"<w:document xmlns:w=\"w\"><w:p><w:ins w:author=\"a\"><w:instrText> DDE x</w:instrText></w:ins></w:p></w:document>",
    ];
    let corpus = parts.map(<[u8]>::to_vec);
    let places = ["word/settings.xml", "word/_rels/document.xml.rels", "docProps/core.xml", "word/comments.xml"];
    fuzz("documents", 1, &corpus, |bytes, random| {
        let place = places[below(random, places.len())];
        read_file("a.docx", &office("docx", vec![part(place, bytes)]));
    });
}

#[test]
fn calendars() {
    let corpus = [
        b"{\"source\": \"x\", \"years\": [2027, 2027], \"holidays\": [\"2027-01-01\"], \"workdays\": [\"2027-02-20\"]}"
            .to_vec(),
        "日期,类型\n2027年1月1日,休\n2027/2/20 0:00,班\n46388,off\n20270105;work\n".as_bytes().to_vec(),
    ];
    fuzz("calendars", 1, &corpus, |bytes, _| drop(calendar_files::parse(bytes)));
}

#[test]
fn ranges_of_spreadsheets() {
    let corpus = [
        "代码\t名称\t单位\t数量\t单价\nVISIT\t\"上门\n走访\"\t次\t1200\t150.00\n".as_bytes().to_vec(),
        b"D1\tX\tVISIT\t10\t2026/6/30\t\t\nD2\tY\tVISIT\t1,000\t46200\t\t\n".to_vec(),
        b"P1\tX\t30%\t\nP2\tY\t\t12,000.50\n".to_vec(),
    ];
    fuzz("ranges of spreadsheets", 1, &corpus, |bytes, random| {
        let text = String::from_utf8_lossy(bytes).into_owned();
        let at = ["", "items.2.quantity", "deliverables.299.due_on", "x"][below(random, 4)].to_owned();
        let list = ["items", "deliverables", "milestones"][below(random, 3)].to_owned();
        drop(paste(&mut Fields::default(), &Pasted { list, text, at }, Language::Zh));
    });
}

#[test]
fn sheets_of_workbooks() {
    let corpus = [sheet("A1:C9", "1", "A1").into_bytes(), sheet("A1", "4294967295", "ZZZZZZ1").into_bytes()];
    fuzz("sheets of workbooks", 1, &corpus, |bytes, _| drop(read_first_sheet(&with_sheet(bytes), 10, 26)));
}

#[test]
fn tokens() {
    install_crypto().expect("installed");
    let key = Key { id: "key-1".to_owned(), bytes: [7; 32] };
    let tokens = Tokens::new("luyue", "luyue-api", &key, &[]);
    let now = DateTime::from_timestamp(1_790_000_000, 0).expect("an instant");
    let (good, _) = tokens.issue("person", 1, "token", now).expect("issued");
    let registration = Registration {
        issuer: "https://provider.test".to_owned(),
        client_id: "luyue".to_owned(),
        secret: "x".to_owned(),
        scopes: "openid".to_owned(),
        claim: "name".to_owned(),
        algorithms: Algorithms::parse("RS256,ES256").expect("a list"),
        factors: Vec::new(),
    };
    let corpus = [good.clone().into_bytes(), b"eyJhbGciOiJSUzI1NiIsImtpZCI6ImEifQ.e30.AA".to_vec()];
    fuzz("tokens", 1, &corpus, |bytes, _| {
        let text = String::from_utf8_lossy(bytes);
        assert!(tokens.verify(&text, now).is_err() || *text == *good, "only the token itself is valid: {text}");
        let no_key = |_: Option<&str>| Err(ProviderError::Token("key"));
        assert!(id_token::check(&text, &registration, "nonce", no_key, now).is_err());
    });
}

#[test]
fn saved_emails() {
    let corpus = [
        b"MIME-Version: 1.0\r\nContent-Type: multipart/alternative; boundary=x\r\n\r\n--x\r\nContent-Type: text/plain; \
          charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\nbHV5dWUtc2VhbCAyMDI2LTA3LTE3\r\n--x\r\nContent-Type: \
          text/html\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n<p>=E5=B0=81=\r\n</p>\r\n--x--\r\n"
            .to_vec(),
        b"From a@b Mon Jul 20 09:00:00 2026\nContent-Type: message/rfc822\n\nContent-Type: text/plain\n\nluyue-seal\nFrom c\n\nx"
            .to_vec(),
    ];
    fuzz("saved emails", 1, &corpus, |bytes, _| drop(saved_text(bytes)));
}
