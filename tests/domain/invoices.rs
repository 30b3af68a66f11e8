//! Numbers of invoices, and red invoices against blue ones.

use chrono::NaiveDate;
use luyue::domain::invoices::{BlueInvoice, RedFault, check_red, has_known_shape, holds_known_shape};

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
fn a_number_with_more_around_it_is_no_other_number() {
    let number = "26342955182101291698";
    assert!(!holds_known_shape(number));
    for more in [".", "号", "_", "·", "0"] {
        assert!(holds_known_shape(&format!("{number}{more}")), "{more}");
        assert!(holds_known_shape(&format!("{more}{number}")), "{more}");
    }
    for more in
        ["No.26342955182101291698", "发票号码：034002200111123456", "2634/2955/1821/0129/1698", "034002200111-123456"]
    {
        assert!(holds_known_shape(more), "{more}");
    }
    for another in ["A-17", "INV-2026-0001", "12345678", "2495200000001234567"] {
        assert!(!holds_known_shape(another), "{another}");
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
