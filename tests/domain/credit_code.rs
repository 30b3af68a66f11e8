//! Unified social credit codes (GB 32100).

use luyue::domain::credit_code::{CreditCode, CreditCodeError};

#[test]
fn known_codes_pass_and_their_neighbours_do_not() {
    // Published codes: Huawei Technologies; China Mobile Communications Group.
    for known in ["914403001922038216", "911100007109250324"] {
        assert!(CreditCode::parse(known).is_ok(), "{known}");
        for place in 0..18 {
            for other in b"0123456789ABCDEFGHJKLMNPQRTUWXY" {
                let mut wrong = known.as_bytes().to_vec();
                if wrong[place] == *other {
                    continue;
                }
                wrong[place] = *other;
                let text = String::from_utf8(wrong).unwrap();
                assert_eq!(CreditCode::parse(&text), Err(CreditCodeError::Check), "{text}");
            }
        }
    }
}

#[test]
fn a_code_is_read_as_it_is_typed() {
    for typed in ["９１４４０３００１９２２０３８２１６", " 9144 0300 1922 0382 16\u{200B}", "91110000710925032４"]
    {
        assert!(CreditCode::parse(typed).is_ok_and(|code| code.as_str().len() == 18), "{typed}");
    }
}

#[test]
fn other_shapes_are_refused() {
    for text in ["", "91440300192203821", "9144030019220382166", "91440300192203821O", "91440300I922038216"] {
        assert_eq!(CreditCode::parse(text), Err(CreditCodeError::Shape), "{text}");
    }
}
