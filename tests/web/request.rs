//! Bodies and headers of requests.

use actix_web::http::header;
use actix_web::test::TestRequest;
use luyue::domain::codes::Language;
use luyue::web::request::{preferred_language, read_json};
use serde_json::Value;

#[test]
fn strings_of_a_document_are_cleaned_and_nothing_else() {
    for (sent, read) in [
        (r#"{"a":"b"}"#, r#"{"a":"b"}"#),
        (r#"{"title":"\u200B","n":1.50}"#, r#"{"title":"","n":1.50}"#),
        (r#"{"a\"b":"⼯作\\","c":["Ａ"]}"#, r#"{"a\"b":"工作\\","c":["A"]}"#),
        (r#"{"password":"Ａ　b","x":"Ａ"}"#, r#"{"password":"Ａ　b","x":"A"}"#),
        (r#"{"reason":"\u200B甲\u200B乙","title":"甲\u200B乙"}"#, r#"{"reason":"甲乙","title":"甲\u200B乙"}"#),
        (r#"{"details":{"notes":"甲\uFEFF乙"},"note":"\u202E"}"#, r#"{"details":{"notes":"甲乙"},"note":"\u202E"}"#),
        (r#"{"on":"２０２６-10-09"}"#, r#"{"on":"２０２６-10-09"}"#),
    ] {
        let read: Value = serde_json::from_str(read).expect(read);
        assert_eq!(read_json::<Value>(sent.as_bytes()).ok(), Some(read), "{sent}");
    }
    assert!(read_json::<Value>("{\"a\":\"é".as_bytes()).is_err());
}

#[test]
fn the_preferred_supported_language_is_chosen() {
    for (accepted, expected) in [
        ("", None),
        ("fr, de;q=0.5", None),
        ("*", None),
        ("en", Some(Language::En)),
        ("zh-CN,zh;q=0.9,en;q=0.8", Some(Language::Zh)),
        ("EN-us", Some(Language::En)),
        ("zh;q=0.5, en;q=0.6", Some(Language::En)),
        ("zh;q=0.5, en;q=0.5", Some(Language::Zh)),
        ("fr-CH, fr;q=0.9, en;q=0.8, *;q=0.5", Some(Language::En)),
        ("zh;q=0, en;q=0.1", Some(Language::En)),
        ("zh;q=many, en;q=0.1", Some(Language::En)),
    ] {
        let request = TestRequest::default().insert_header((header::ACCEPT_LANGUAGE, accepted)).to_http_request();
        assert_eq!(preferred_language(&request), expected, "{accepted}");
    }
    assert_eq!(preferred_language(&TestRequest::default().to_http_request()), None);
}
