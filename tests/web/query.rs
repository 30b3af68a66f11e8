//! Query strings.

use luyue::error::Error;
use luyue::web::query::read_query;

#[derive(Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Filters {
    q: Option<String>,
    year: Option<i32>,
}

#[test]
fn texts_are_cleaned_and_the_faulty_parameter_is_named() {
    let q = |text: &str| Some(text.to_owned());
    let typed = read_query("q=%E2%BC%AF%E4%BD%9C%C2%A0&year=%EF%BC%92026", false);
    assert_eq!(typed.ok(), Some(Filters { q: q("工作"), year: Some(2026) }));
    for (query, named) in [("q=a&year=last", "year"), ("year=%EF%BC%92026", "year"), ("q=a&w=1", "w"), ("q=a&q=b", "q")]
    {
        let error = read_query::<Filters>(query, true).expect_err(query);
        let Error::Malformed(fields) = error else { panic!("{query}") };
        assert_eq!(fields.iter().map(|field| field.path.as_str()).collect::<Vec<_>>(), [named], "{query}");
    }
}
