//! Subjects of tasks and emails, and their stored texts.

use luyue::domain::subject::{BreachKey, InvalidBreachKey, Subject, Target};
use luyue::domain::tasks::TaskKind;

#[test]
fn a_breach_key_is_read_back_from_its_text() {
    let key = BreachKey::new("LATE", "EDU-H1");
    assert_eq!(key.to_string(), "LATE/EDU-H1");
    assert_eq!(key.to_string().parse(), Ok(key));
    assert_eq!("LATE".parse::<BreachKey>(), Err(InvalidBreachKey));
}

#[test]
fn the_texts_of_subjects_are_the_stored_keys() {
    let task = Subject::Task { kind: TaskKind::RequestPayment, about: "P01".to_owned() };
    assert_eq!((task.to_string().as_str(), task.target()), ("request_payment/P01", Target::Milestone("P01")));
    let decision = Subject::Decision { deliverable: "D1".to_owned(), no: 2, fact: 17 };
    assert_eq!((decision.to_string().as_str(), decision.target()), ("D1/2/17", Target::Deliverable("D1")));
    assert_eq!(Subject::parse_task(&task.to_string()), Some((TaskKind::RequestPayment, "P01")));
    assert_eq!(Subject::parse_decided(&decision.to_string()), Some("D1"));
    assert_eq!(Subject::Breach(BreachKey::new("LATE", "D1")).target(), Target::Contract);
    assert_eq!(Subject::PaymentRequest("id".to_owned()).to_string(), "id");
}
