//! Text for people, in 简体中文 and English: locale messages, dates, money, emails, calendars, steps of a trail. Nothing is computed
//! here.

use std::collections::HashMap;
use std::sync::{LazyLock, PoisonError, RwLock};

use fluent_templates::fluent_bundle::FluentValue;
use fluent_templates::{LanguageIdentifier, langid, static_loader};

use crate::domain::codes::Language;

pub mod dates;
pub mod icalendar;
pub mod invalid;
pub mod mail;
pub mod money;
pub mod names;
pub mod templates;
pub mod trail;

static_loader! {
    static LOCALES = {
        locales: "./locales",
        fallback_language: "zh-CN",
        // Unicode isolation marks would leak into emails, CSV and PDF.
        customise: |bundle| bundle.set_use_isolating(false),
    };
}

const ZH: LanguageIdentifier = langid!("zh-CN");
const EN: LanguageIdentifier = langid!("en");

/// Messages without values, by key: finding them here takes less than formatting them again.
type Plain = RwLock<HashMap<String, String>>;
static PLAIN_ZH: LazyLock<Plain> = LazyLock::new(Plain::default);
static PLAIN_EN: LazyLock<Plain> = LazyLock::new(Plain::default);

/// Formats a locale message. An unknown key is returned itself; a test compares the keys used in code with the locales.
pub fn message(language: Language, key: &str, args: &[(&'static str, String)]) -> String {
    if !args.is_empty() {
        return format(language, key, args).unwrap_or_else(|| key.to_owned());
    }
    let plain = match language {
        Language::Zh => &PLAIN_ZH,
        Language::En => &PLAIN_EN,
    };
    if let Some(known) = plain.read().unwrap_or_else(PoisonError::into_inner).get(key) {
        return known.clone();
    }
    // Only what the locales have is kept, so it cannot grow beyond them.
    let Some(found) = format(language, key, args) else { return key.to_owned() };
    plain.write().unwrap_or_else(PoisonError::into_inner).insert(key.to_owned(), found.clone());
    found
}

fn format(language: Language, key: &str, args: &[(&'static str, String)]) -> Option<String> {
    let locale = match language {
        Language::Zh => &ZH,
        Language::En => &EN,
    };
    let values = (!args.is_empty())
        .then(|| args.iter().map(|(name, value)| (*name, selectable(value))).collect::<HashMap<_, _>>());
    // The languages are known, so nothing is negotiated: that takes longer than formatting.
    [locale, &ZH].into_iter().find_map(|locale| LOCALES.lookup_single_language(locale, key, values.as_ref()).ok())
}

/// Returns a value by which a message can choose its words: whole numbers up to six digits and `0.00` are numbers, which
/// match `[one]`, `[0]` and `[0.00]` and are shown as they are; anything else is text.
fn selectable(value: &str) -> FluentValue<'_> {
    let is_whole = (1..=6).contains(&value.len()) && value.bytes().all(|byte| byte.is_ascii_digit());
    let is_number = value == "0.00" || value == "0" || is_whole && !value.starts_with('0');
    if is_number { FluentValue::try_number(value) } else { FluentValue::from(value) }
}
