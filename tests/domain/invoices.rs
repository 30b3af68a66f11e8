//! Numbers of invoices, and red invoices against blue ones.

use chrono::NaiveDate;
use luyue::domain::invoices::{BlueInvoice, RedFault, check_red, has_known_shape};

#[test]
fn e_invoices_have_twenty_digits_or_a_code_and_a_number() {
    for number in ["24952000000012345678", "034002200111123456", "02400220011112345678"] {
        assert!(has_known_shape(number), "{number}");
    }
    for number in
        ["", "12345678", "2495200000001234567", "2495200000001234567A", "２４952000000012345678", "0340022001112345"]
    {
        assert!(!has_known_shape(number), "{number}");
    }
}

#[test]
fn a_red_invoice_stays_within_its_blue_one() {
    let day = |day| NaiveDate::from_ymd_opt(2026, 6, day).unwrap();
    let blue = BlueInvoice { amount_fen: 140_000, cancelled_fen: 0, on: day(10) };
    assert_eq!(check_red(&blue, 140_000, day(10)), Ok(()));
    assert_eq!(check_red(&blue, 150_000, day(11)), Err(RedFault::TooLarge { left_fen: 140_000 }));
    assert_eq!(check_red(&blue, 1, day(9)), Err(RedFault::TooEarly { blue_on: day(10) }));
    let partly = BlueInvoice { cancelled_fen: 100_000, ..blue };
    assert_eq!(check_red(&partly, 40_000, day(10)), Ok(()));
    assert_eq!(check_red(&partly, 40_001, day(10)), Err(RedFault::TooLarge { left_fen: 40_000 }));
    let over = BlueInvoice { cancelled_fen: 150_000, ..blue };
    assert_eq!(check_red(&over, 1, day(10)), Err(RedFault::TooLarge { left_fen: 0 }));
}
