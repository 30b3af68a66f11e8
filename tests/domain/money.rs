//! Amounts of money.

use luyue::domain::money::Money;

#[test]
fn amounts_have_two_places() {
    for (text, fen, written) in
        [("0", 0, "0.00"), ("1.5", 150, "1.50"), ("999999999999.99", 99_999_999_999_999, "999999999999.99")]
    {
        let amount: Money = text.parse().unwrap();
        assert_eq!((amount.fen(), amount.to_string().as_str()), (fen, written));
        assert_eq!(Money::from_fen(fen), Some(amount));
    }
    assert_eq!(Money::ZERO.to_string(), "0.00");
    assert_eq!(Money::from_fen(-1), None);
    assert_eq!(Money::from_fen(100_000_000_000_000), None);
}

#[test]
fn a_difference_is_never_negative() {
    let money = |fen| Money::from_fen(fen).unwrap();
    assert_eq!(money(500).checked_sub(money(120)), Some(money(380)));
    assert_eq!(money(500).checked_sub(money(500)).map(Money::fen), Some(0));
    assert_eq!(money(0).checked_sub(money(1)), None);
    assert_eq!(Money::ZERO.checked_sub(Money::ZERO), Some(Money::ZERO));
}
