//! Personal data in free text: resident identity numbers, mobile numbers and bank cards, recognised by their form and
//! check digits. Names and addresses are not recognised; leaving them out is up to the writer.

use chrono::NaiveDate;

codes! {
    /// The kinds of personal data that are found.
    pub enum PersonalData {
        /// Resident identity number (居民身份证号码, GB 11643), of 18 characters.
        IdentityNumber = "identity",
        /// Mobile number of mainland China.
        Mobile = "mobile",
        /// Bank card of 16 to 19 digits that pass the Luhn check.
        BankCard = "card",
    }
}

/// Weights of the first 17 digits of an identity number (GB 11643).
const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
/// Check characters by the weighted sum modulo 11.
const CHECKS: &[u8; 11] = b"10X98765432";
/// Lengths of the groups in which people write such numbers, apart from writing them without blanks.
const GROUPS: &[&[usize]] = &[&[3, 4, 4], &[2, 3, 4, 4], &[6, 8, 4], &[4, 4, 4, 4], &[4, 4, 4, 4, 3], &[6, 13]];

/// Returns the first kind of personal data found in a text.
pub fn find(text: &str) -> Option<PersonalData> {
    let pieces = pieces(text);
    (0..pieces.len()).find_map(|first| {
        let alone = pieces.get(first).and_then(|piece| kind_of(&piece.digits));
        alone.or_else(|| GROUPS.iter().find_map(|groups| kind_of(&grouped(pieces.get(first..)?, groups)?)))
    })
}

/// A run of digits, perhaps with a final X.
struct Piece {
    digits: String,
    /// True if one blank or hyphen separates it from the piece before.
    follows: bool,
}

/// Splits a text into runs of digits.
fn pieces(text: &str) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = Vec::new();
    let characters: Vec<char> = text.chars().collect();
    let mut at = 0;
    // Place after the last piece.
    let mut end = None;
    while let Some(rest) = characters.get(at..).filter(|rest| !rest.is_empty()) {
        let digits = rest.iter().take_while(|c| c.is_ascii_digit()).count();
        let ends_in_x = digits > 0 && matches!(rest.get(digits), Some('X' | 'x'));
        let length = digits + usize::from(ends_in_x);
        if digits > 0 {
            let is_separated = at > 0 && matches!(characters.get(at - 1), Some(' ' | '-'));
            let follows = is_separated && end.is_some_and(|end| at == end + 1);
            let text: String = rest.iter().take(length).map(char::to_ascii_uppercase).collect();
            pieces.push(Piece { digits: text, follows });
            end = Some(at + length);
        }
        at += length.max(1);
    }
    pieces
}

/// Joins the first pieces if they have these lengths and each follows the one before; `None` otherwise.
fn grouped(pieces: &[Piece], lengths: &[usize]) -> Option<String> {
    let own = pieces.get(..lengths.len())?;
    let fits = own.iter().zip(lengths).all(|(piece, length)| piece.digits.len() == *length);
    let is_joined = own.iter().skip(1).all(|piece| piece.follows);
    (fits && is_joined).then(|| own.iter().map(|piece| piece.digits.as_str()).collect())
}

/// Returns the kind of personal data that a run of digits is.
fn kind_of(digits: &str) -> Option<PersonalData> {
    if is_identity_number(digits) {
        Some(PersonalData::IdentityNumber)
    } else if is_mobile(digits) {
        Some(PersonalData::Mobile)
    } else {
        is_bank_card(digits).then_some(PersonalData::BankCard)
    }
}

/// Returns whether a text has the form, date of birth and check character of an identity number.
fn is_identity_number(text: &str) -> bool {
    let bytes = text.as_bytes();
    let (Some(body), 18) = (bytes.get(..17), bytes.len()) else { return false };
    let number = |from: usize, to: usize| text.get(from..to).and_then(|part| part.parse::<u32>().ok());
    let (Some(year), Some(month), Some(day)) = (number(6, 10), number(10, 12), number(12, 14)) else { return false };
    let born = i32::try_from(year).ok().and_then(|year| NaiveDate::from_ymd_opt(year, month, day));
    if born.is_none() || !(1900..2100).contains(&year) {
        return false;
    }
    let sum: u32 = body.iter().zip(WEIGHTS).map(|(byte, weight)| u32::from(byte.saturating_sub(b'0')) * weight).sum();
    let check = CHECKS.iter().zip(0..).find(|(_, place)| *place == sum % 11).map(|(check, _)| check);
    check.is_some() && bytes.last() == check
}

/// Returns whether a text has the form of a mobile number.
fn is_mobile(text: &str) -> bool {
    let own = text.strip_prefix("86").filter(|rest| rest.len() == 11).unwrap_or(text).as_bytes();
    own.len() == 11
        && own.iter().all(u8::is_ascii_digit)
        && own.first() == Some(&b'1')
        && own.get(1).is_some_and(|second| (b'3'..=b'9').contains(second))
}

/// Returns whether a text has the length and the check digit (Luhn) of a bank card.
fn is_bank_card(text: &str) -> bool {
    if !(16..=19).contains(&text.len()) || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return false;
    }
    let digit = |(place, byte): (usize, u8)| {
        let digit = u32::from(byte.saturating_sub(b'0'));
        match digit * 2 {
            _ if place % 2 == 0 => digit,
            doubled if doubled > 9 => doubled - 9,
            doubled => doubled,
        }
    };
    text.bytes().rev().enumerate().map(digit).sum::<u32>() % 10 == 0
}
