//! Texts of emails.

use luyue::domain::codes::{AlertKind, Language};
use luyue::text::mail::{Link, compose_email, render_email};

#[test]
fn what_people_typed_cannot_add_markup_or_paragraphs() {
    let values = [
        ("number", "N-1".to_owned()),
        ("title", "<b>\"A\" & 'B'</b>".to_owned()),
        ("name", "张三".to_owned()),
        ("subject", "D".to_owned()),
        ("reason", "one\n\ntwo".to_owned()),
    ];
    let words = compose_email(Language::En, AlertKind::DeliverableReturned, &values);
    assert!(words.html.contains("&lt;b&gt;&quot;A&quot; &amp; &#39;B&#39;&lt;/b&gt;"), "{}", words.html);
    assert!(words.text.contains("one two"), "{}", words.text);
    let link = Link { address: "https://x/\"><script>".to_owned(), key: "mail-open" };
    let (_, html) = render_email(Language::En, &words, Some(&link));
    assert!(!html.contains("<script>") && html.starts_with("<!DOCTYPE html>\n<html lang=\"en\">"));
}
