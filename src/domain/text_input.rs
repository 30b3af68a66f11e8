//! The one rule for text that people type, paste or send: which spellings of a character are equivalent.
//!
//! [`clean`] is applied to every text where it enters (forms, JSON bodies, query strings, imports) and changes only
//! invisible differences: kinds of spaces, full-width letters and digits, radicals in place of characters, line ends.
//! Symbols such as ㈱ and ☑ stay. [`identifier`] also folds differences that never distinguish two numbers, and [`key`]
//! folds everything that people do not distinguish. [`hidden`] finds characters that would display differently from
//! what is stored: texts with them are refused, naming the character, and identifiers lose them.

use std::borrow::Cow;

use unicode_normalization::{UnicodeNormalization, is_nfc};

/// Each radical of the CJK Radicals Supplement that stands for a character, followed by that character
/// (`EquivalentUnifiedIdeograph.txt` of Unicode). NFKC maps only the Kangxi radicals.
#[rustfmt::skip]
const RADICALS: &str = concat!(
    "⺁厂⺂乛⺃乚⺄乙⺅亻⺆冂⺇𠘨⺈刀⺉刂⺊卜⺋㔾⺌小⺍小⺎兀⺏尣⺐尢⺑𡯂⺒巳⺓幺⺔彑",
    "⺕彐⺖忄⺗心⺘扌⺙攵⺛旡⺜日⺝月⺞歺⺟母⺠民⺡氵⺢氺⺣灬⺤爫⺥爫⺦丬⺧牛⺨犭⺩王",
    "⺪𤴔⺫目⺬示⺭礻⺮𥫗⺯糹⺰纟⺱罓⺲罒⺳㓁⺴冗⺵𦉫⺶羊⺷𦍌⺸𦍋⺹耂⺺肀⺻聿⺼肉⺽𦥑",
    "⺾艹⺿艹⻀艹⻁虎⻂衤⻃覀⻄西⻅见⻆角⻇𧢲⻈讠⻉贝⻊𧾷⻋车⻌辶⻍辶⻎辶⻏邑⻐钅⻑長",
    "⻒镸⻓长⻔门⻕𨸏⻖阝⻗雨⻘青⻙韦⻚页⻛风⻜飞⻝食⻞𩙿⻟飠⻠饣⻡𩠐⻢马⻣骨⻤鬼⻥鱼",
    "⻦鸟⻧卤⻨麦⻩黄⻪黾⻫斉⻬齐⻭歯⻮齿⻯竜⻰龙⻱龜⻲亀⻳龟",
);

/// Names of the fields of forms that hold identifiers.
const IDENTIFIERS: &[&str] = &["code", "number", "plan_no"];
/// Names of the fields that hold free text.
const FREE_TEXTS: &[&str] = &["reason", "note", "notes", "text", "review", "standard", "evidence", "qualifications"];
/// Full-width marks of identifiers, figures and dates.
const WIDE_MARKS: [char; 4] = ['\u{FF0C}', '\u{FF0D}', '\u{FF0E}', '\u{FF0F}'];
/// Names of the fields that hold a line of text, which is not a figure even where it has digits only.
const LINES: &[&str] = &["title", "name"];

/// Returns a text in the spelling in which it is stored and compared.
///
/// Blanks and invisible characters at both ends are removed, so a text of nothing else becomes empty.
pub fn clean(text: &str) -> Cow<'_, str> {
    let is_plain = text.bytes().all(|byte| (b' '..0x7f).contains(&byte) || byte == b'\n' || byte == b'\t');
    if is_plain {
        return Cow::Borrowed(text.trim());
    }
    let lines = text.replace("\r\n", "\n");
    let folded: String = lines.chars().map(plain_character).collect();
    let whole: String = if is_nfc(&folded) { folded } else { folded.nfc().collect() };
    Cow::Owned(whole.trim_matches(is_nothing).to_owned())
}

/// Returns whether a text is a figure or a date but for the width of its marks.
fn is_wide_figure(text: &str) -> bool {
    text.chars().all(|c| c.is_ascii_digit() || matches!(c, '-' | '.' | ',' | '/') || WIDE_MARKS.contains(&c))
}

/// Returns the [`clean`] text of a program's request, in which numbers and dates are strict: a text that only becomes a
/// number or a date by cleaning stays as it is, so that its parser refuses it.
pub fn clean_strictly(text: &str) -> Cow<'_, str> {
    let cleaned = clean(text);
    let is_figure = |c: char| c.is_ascii_digit() || matches!(c, '.' | '-');
    let becomes_figure =
        cleaned != text && cleaned.chars().all(is_figure) && cleaned.contains(|c: char| c.is_ascii_digit());
    if becomes_figure { Cow::Borrowed(text) } else { cleaned }
}

/// Returns the text of a field as it is stored: [`clean`], for identifiers and figures also with marks of ordinary width,
/// and for free text without the invisible characters that pasting brings along. Characters that turn text around stay,
/// so that the text is refused and names them; identifiers lose them too.
pub fn clean_field<'a>(name: &str, text: &'a str) -> Cow<'a, str> {
    let cleaned = clean(text);
    let is_identifier = is_one_of(IDENTIFIERS, name);
    if is_identifier && cleaned.contains(is_hidden) {
        let visible = cleaned.replace(is_hidden, "");
        return Cow::Owned(clean_field(name, &visible).into_owned());
    }
    if cleaned.contains(WIDE_MARKS) && (is_identifier || (!holds_words(name) && is_wide_figure(&cleaned))) {
        return Cow::Owned(cleaned.chars().map(|c| if WIDE_MARKS.contains(&c) { half_width(c) } else { c }).collect());
    }
    if is_one_of(FREE_TEXTS, name) { without_invisible(cleaned) } else { cleaned }
}

/// Returns the text of a field of a program's request: [`clean_field`] if the field's name is that of a text, otherwise
/// [`clean_strictly`].
pub fn clean_field_strictly<'a>(name: &str, text: &'a str) -> Cow<'a, str> {
    if holds_words(name) { clean_field(name, text) } else { clean_strictly(text) }
}

/// Returns whether a field holds words by its name, as opposed to a figure, a code or a choice.
pub fn holds_words(field: &str) -> bool {
    is_one_of(FREE_TEXTS, field) || is_one_of(LINES, field)
}

/// Returns true if the last part of a field's name is one of these: `clauses.0.text` with `text`.
fn is_one_of(names: &[&str], field: &str) -> bool {
    names.contains(&field.rsplit('.').next().unwrap_or(field))
}

/// Removes the invisible characters that pasting brings along.
fn without_invisible(text: Cow<'_, str>) -> Cow<'_, str> {
    let characters: Vec<char> = text.chars().collect();
    let is_dropped =
        |(place, c): (usize, &char)| is_hidden(*c) && !c.is_control() && !turns_text(*c) && !joins(&characters, place);
    if !characters.iter().enumerate().any(is_dropped) {
        return text;
    }
    let kept = characters.iter().enumerate().filter(|(place, c)| !is_dropped((*place, *c)));
    let kept: String = kept.map(|(_, c)| c).collect();
    Cow::Owned(kept.trim_matches(is_nothing).to_owned())
}

/// Returns an identifier (a contract, invoice, voucher, document or credit number) as it is stored: compatible
/// characters by NFKC, one kind of dash, no spaces and nothing invisible. Letters keep their case.
pub fn identifier(text: &str) -> String {
    let compatible: String = clean(text).nfkc().map(plain_character).collect();
    compatible.chars().filter(|c| !c.is_whitespace() && !is_hidden(*c)).map(plain_dash).collect()
}

/// Returns a username in the one spelling in which it is stored, looked up and counted: [`identifier`] in lower case.
pub fn username(text: &str) -> String {
    identifier(text).to_lowercase()
}

/// Returns the form that is equal for texts that differ only in case, width, spaces, dashes, brackets, middle dots,
/// quotation marks or invisible characters; for unique numbers and for searches.
pub fn key(text: &str) -> String {
    let lower = identifier(text).to_lowercase();
    lower.nfkc().map(plain_mark).collect()
}

/// Returns the first character of a text that would be invisible or would turn the text around, with its place counted
/// from 1. Line ends and tabs do not count.
pub fn hidden(text: &str) -> Option<(char, usize)> {
    let characters: Vec<char> = text.chars().collect();
    let found = characters.iter().enumerate().find(|(place, c)| is_hidden(**c) && !joins(&characters, *place));
    found.map(|(place, c)| (*c, place + 1))
}

/// Returns the usual notation of a character: U+202E.
pub fn code_point(character: char) -> String {
    format!("U+{:04X}", u32::from(character))
}

/// Returns the ordinary character for one of full width, a space, a line end or a radical.
fn plain_character(c: char) -> char {
    match c {
        '\u{FF10}'..='\u{FF19}' | '\u{FF21}'..='\u{FF3A}' | '\u{FF41}'..='\u{FF5A}' => half_width(c),
        '\r' | '\u{85}' | '\u{2028}' | '\u{2029}' => '\n',
        '\u{2E80}'..='\u{2EFF}' => radical(c),
        '\u{2F00}'..='\u{2FDF}' => std::iter::once(c).nfkc().next().unwrap_or(c),
        _ if c.is_whitespace() && c != '\n' && c != '\t' => ' ',
        _ => c,
    }
}

/// Returns the ASCII character for a full-width one (U+FF01 to U+FF5E); any other as it is.
pub fn half_width(c: char) -> char {
    match c {
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(u32::from(c) - 0xFEE0).unwrap_or(c),
        _ => c,
    }
}

/// Returns the ordinary character of a radical of the CJK Radicals Supplement; any other as it is.
fn radical(c: char) -> char {
    let mut pairs = RADICALS.chars();
    while let (Some(radical), Some(character)) = (pairs.next(), pairs.next()) {
        if radical == c {
            return character;
        }
    }
    c
}

/// Returns a hyphen for any kind of dash or minus; any other character as it is.
pub fn plain_dash(c: char) -> char {
    match c {
        '\u{2010}'..='\u{2015}' | '\u{2043}' | '\u{2212}' | '\u{2E3A}' | '\u{2E3B}' | '\u{FE58}' | '\u{FE63}' => '-',
        _ => c,
    }
}

/// Returns one bracket, middle dot or quotation mark for all kinds of it; any other character as [`plain_dash`].
fn plain_mark(c: char) -> char {
    match c {
        '[' | '{' | '\u{3008}' | '\u{300A}' | '\u{3010}' | '\u{3014}' | '\u{3016}' | '\u{3018}' => '(',
        ']' | '}' | '\u{3009}' | '\u{300B}' | '\u{3011}' | '\u{3015}' | '\u{3017}' | '\u{3019}' => ')',
        '\u{B7}' | '\u{387}' | '\u{2022}' | '\u{2027}' | '\u{2219}' | '\u{22C5}' | '\u{30FB}' => '\u{B7}',
        '\u{2018}' | '\u{2019}' | '\u{300E}' | '\u{300F}' => '\'',
        '\u{201C}' | '\u{201D}' | '\u{300C}' | '\u{300D}' => '"',
        _ => plain_dash(c),
    }
}

/// Returns whether a character may be dropped at the ends: a blank, or an invisible one that does not turn text around.
fn is_nothing(c: char) -> bool {
    c.is_whitespace() || (is_hidden(c) && !c.is_control() && !turns_text(c))
}

/// Returns whether a character controls the direction of text.
fn turns_text(c: char) -> bool {
    matches!(c, '\u{61C}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

/// Returns whether a character leaves no visible mark: controls, characters that Unicode ignores by default, and blank
/// letters. Variation selectors do not count, because they belong to the character before them.
pub fn is_hidden(c: char) -> bool {
    match c {
        '\n' | '\t' => false,
        '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}' => true,
        '\u{180B}'..='\u{180F}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' => true,
        '\u{2060}'..='\u{206F}' | '\u{2800}' | '\u{3164}' | '\u{FEFF}' | '\u{FFA0}' => true,
        '\u{FFF0}'..='\u{FFFB}' | '\u{1BCA0}'..='\u{1BCA3}' | '\u{1D173}'..='\u{1D17A}' => true,
        '\u{E0000}'..='\u{E00FF}' | '\u{E01F0}'..='\u{E0FFF}' => true,
        _ => c.is_control(),
    }
}

/// Returns whether a character is the joiner between two symbols, as in 👨‍👩‍👧.
fn joins(characters: &[char], place: usize) -> bool {
    let is_symbol = |c: Option<&char>| c.is_some_and(|c| !c.is_alphanumeric() && !c.is_ascii() && !is_hidden(*c));
    let before = place.checked_sub(1).and_then(|before| characters.get(before));
    characters.get(place) == Some(&'\u{200D}') && is_symbol(before) && is_symbol(characters.get(place + 1))
}
