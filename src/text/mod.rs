//! Words for people, in 简体中文 and English: locales, dates, money, steps of a trail. Nothing is computed here.

use std::borrow::Cow;
use std::collections::HashMap;

use fluent_templates::fluent_bundle::FluentValue;
use fluent_templates::{LanguageIdentifier, Loader, langid, static_loader};

use crate::domain::codes::Language;

pub mod dates;
pub mod invalid;
pub mod mail;
pub mod money;
pub mod trail;

static_loader! {
    static LOCALES = {
        locales: "./locales",
        fallback_language: "zh-CN",
        // Isolating marks would leak into mail, CSV and PDF.
        customise: |bundle| bundle.set_use_isolating(false),
    };
}

const ZH: LanguageIdentifier = langid!("zh-CN");
const EN: LanguageIdentifier = langid!("en");

/// A locale message with its values put in; a key that no locale has shows itself (a test compares keys and code).
pub fn message(language: Language, key: &str, args: &[(&'static str, String)]) -> String {
    let locale = match language {
        Language::Zh => &ZH,
        Language::En => &EN,
    };
    let values: HashMap<Cow<'static, str>, FluentValue<'_>> =
        args.iter().map(|(name, value)| (Cow::Borrowed(*name), FluentValue::from(value.as_str()))).collect();
    LOCALES.try_lookup_with_args(locale, key, &values).unwrap_or_else(|| key.to_owned())
}
