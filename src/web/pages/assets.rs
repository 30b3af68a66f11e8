//! Stylesheets, scripts and images: compiled in and served under a digest of their content, so that browsers may cache
//! them permanently.

use std::sync::LazyLock;

use actix_web::HttpResponse;
use actix_web::http::header;
use actix_web::web::Path;
use sha2::{Digest, Sha256};

/// A file compiled in.
struct Asset {
    name: &'static str,
    media_type: &'static str,
    content: &'static [u8],
}

macro_rules! assets {
    ($($name:literal $media_type:literal;)+) => {
        const ASSETS: &[Asset] = &[$(Asset {
            name: $name,
            media_type: $media_type,
            content: include_bytes!(concat!("../../../assets/built/", $name)),
        }),+];
    };
}

assets! {
    "luyue.css" "text/css; charset=utf-8";
    "luyue.js" "text/javascript; charset=utf-8";
    "answers.js" "text/javascript; charset=utf-8";
    "chart.js" "text/javascript; charset=utf-8";
    "files.js" "text/javascript; charset=utf-8";
    "forms.js" "text/javascript; charset=utf-8";
    "language.js" "text/javascript; charset=utf-8";
    "outbox.js" "text/javascript; charset=utf-8";
    "search.js" "text/javascript; charset=utf-8";
    "words.js" "text/javascript; charset=utf-8";
    "govuk-frontend.js" "text/javascript; charset=utf-8";
    "htmx.js" "text/javascript; charset=utf-8";
    "icon.svg" "image/svg+xml";
}

/// Path of the folder, which changes with the content.
pub static FOLDER: LazyLock<String> = LazyLock::new(|| {
    let digest = ASSETS.iter().fold(Sha256::new(), |digest, asset| digest.chain_update(asset.content)).finalize();
    digest.iter().take(8).fold(String::from("/assets/"), |text, byte| format!("{text}{byte:02x}"))
});

/// Serves an asset of this version; answers 404 for any other version.
pub async fn show(path: Path<(String, String)>) -> HttpResponse {
    let (version, name) = path.into_inner();
    let found = ASSETS.iter().find(|asset| asset.name == name);
    let Some(asset) = found.filter(|_| FOLDER.strip_prefix("/assets/") == Some(&version)) else {
        return HttpResponse::NotFound().finish();
    };
    HttpResponse::Ok()
        .content_type(asset.media_type)
        .insert_header((header::CACHE_CONTROL, "public, max-age=31536000, immutable"))
        .body(asset.content)
}
