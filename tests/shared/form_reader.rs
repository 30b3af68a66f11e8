//! The form reader collects every problem.

use luyue::error::{Error, FieldError, Message};
use luyue::services::shared::form_reader::{FormReader, TypedFields};
use luyue::services::shared::typed_values::{parse_amount, parse_date};

struct Posted(&'static [(&'static str, &'static str)]);

impl TypedFields for Posted {
    fn value(&self, name: &str) -> &str {
        self.0.iter().find(|(known, _)| *known == name).map_or("", |(_, value)| value)
    }

    fn is_sent(&self, name: &str) -> bool {
        self.0.iter().any(|(known, _)| *known == name)
    }
}

fn keys(error: Error) -> Vec<(String, &'static str)> {
    let Error::Malformed(problems) = error else { panic!("{error}") };
    problems.into_iter().map(|problem| (problem.path, problem.message.key)).collect()
}

#[test]
fn a_prefilled_field_is_not_emptied() {
    let form = Posted(&[("on", ""), ("due_on", "2026-02-03")]);
    let mut reader = FormReader::new(&form);
    assert_eq!(reader.prefilled("on", parse_date), None);
    assert_eq!(reader.prefilled("due_on", parse_date).map(|day| day.to_string()).as_deref(), Some("2026-02-03"));
    assert_eq!(reader.prefilled("elsewhere", parse_date), None);
    let refused = reader.finish(Some(())).expect_err("a problem");
    assert_eq!(keys(refused), [("on".to_owned(), "draft-empty")]);
}

#[test]
fn every_problem_is_collected_at_its_field() {
    let form = Posted(&[("amount", "many"), ("on", "2026-02-30"), ("note", "n")]);
    let mut reader = FormReader::new(&form);
    let reason = reader.required_text("reason");
    let amount = reader.required("amount", parse_amount);
    let on = reader.optional("on", parse_date);
    let error = reader.finish(amount.map(|amount| (reason, amount, on))).expect_err("three problems");
    let wanted = [("reason", "draft-empty"), ("amount", "typed-character"), ("on", "typed-no-such-day")];
    assert_eq!(keys(error), wanted.map(|(name, key)| (name.to_owned(), key)));
}

#[test]
fn a_service_adds_its_problems_at_other_fields() {
    let form = Posted(&[("name", "x")]);
    let mut reader = FormReader::new(&form);
    let input = (reader.text("name"), reader.required_text("code"));
    let check = |_: &(String, String)| {
        let at = |path: &str| FieldError { path: path.to_owned(), message: Message::new("line-length") };
        Err(Error::Refused { rule: "register".to_owned(), errors: vec![at("name"), at("code")] })
    };
    let error = reader.finish_checked(input, check).expect_err("two problems");
    assert_eq!(keys(error), [("code".to_owned(), "draft-empty"), ("name".to_owned(), "line-length")]);
}
