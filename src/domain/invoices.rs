//! Invoices: the shapes of Chinese invoice numbers, and the rules on red-letter invoices (红字发票), which cancel the whole
//! or a part of an earlier, blue one.
//!
//! A number is validated as `text_input::identifier` stores it. The day on which an invoice counts is decided by
//! `standing`.

use chrono::NaiveDate;

codes! {
    /// The colour of an invoice. Together with seller and number it identifies the invoice.
    pub enum InvoiceColour {
        /// States an amount to be paid.
        Blue = "blue",
        /// Cancels the whole or a part of a blue invoice.
        Red = "red",
    }
}

/// Numbers of digits that a Chinese invoice number can have: 20 for a fully digital e-invoice (数电发票), or a code of 10
/// or 12 digits followed by a number of 8.
const DIGITS: [usize; 2] = [18, 20];

/// Returns whether a number has one of the shapes that the tax administration issues.
pub fn has_known_shape(number: &str) -> bool {
    DIGITS.contains(&number.len()) && number.bytes().all(|byte| byte.is_ascii_digit())
}

/// Returns whether a text holds the digits of such a number and more: a label, a mark or a zero before it. Taken as a number
/// of its own, it would let one invoice be used twice.
pub fn holds_known_shape(text: &str) -> bool {
    let digits = text.chars().filter(char::is_ascii_digit).count();
    digits > DIGITS[1] || digits >= DIGITS[0] && digits < text.chars().count()
}

/// The properties of a blue invoice by which a red one is validated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BlueInvoice {
    /// Amount in fen.
    pub amount_fen: i64,
    /// Amount that earlier red invoices cancelled, in fen.
    pub cancelled_fen: i64,
    /// Day from which the invoice counts.
    pub on: NaiveDate,
}

/// The reason why a red invoice cannot cancel a blue one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RedFault {
    /// The amount exceeds what is left of the blue invoice, in fen.
    TooLarge { left_fen: i64 },
    /// The red invoice is dated before the blue one, which has this day.
    TooEarly { blue_on: NaiveDate },
}

/// Checks a red invoice of `amount_fen` (without its sign), dated `on`, against the blue one that it quotes.
///
/// # Errors
/// The first rule that the red invoice breaks.
pub fn check_red(blue: &BlueInvoice, amount_fen: i64, on: NaiveDate) -> Result<(), RedFault> {
    if on < blue.on {
        return Err(RedFault::TooEarly { blue_on: blue.on });
    }
    let left_fen = blue.amount_fen.saturating_sub(blue.cancelled_fen).max(0);
    if amount_fen > left_fen { Err(RedFault::TooLarge { left_fen }) } else { Ok(()) }
}
