//! File name sanitising: names are safe to display, to store and to put into a header (ASVS 5.3.2, 5.4.1, 5.4.2).

use luyue::adapters::files::{MAX_NAME_BYTES, content_disposition, display_name, distinct_names};

#[test]
fn names_are_made_harmless() {
    let long = format!("{}.pdf", "长".repeat(300));
    let long_shown = format!("{}.pdf", "长".repeat(83));
    let longer = format!("{}.tar.gz", "a".repeat(300));
    let longer_shown = format!("{}.gz", "a".repeat(252));
    let cases = [
        ("验收报告（第一期）.pdf", "验收报告（第一期）.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\张三\\合同.docx", "合同.docx"),
        ("a\0b.pdf", "ab.pdf"),
        ("a\r\nSet-Cookie: x.pdf", "aSet-Cookie_ x.pdf"),
        ("invoice\u{202e}fdp.exe", "invoicefdp.exe"),
        ("a\u{200b}\u{2066}b\u{2069}.pdf", "ab.pdf"),
        ("  two   words .pdf ", "two words .pdf"),
        ("a<b>c:d\"e|f?g*.pdf", "a_b_c_d_e_f_g_.pdf"),
        ("CON", "_CON"),
        ("con.pdf", "_con.pdf"),
        ("Lpt1.docx", "_Lpt1.docx"),
        ("com¹.pdf", "_com¹.pdf"),
        ("console.pdf", "console.pdf"),
        ("...", "file"),
        ("", "file"),
        ("/", "file"),
        (".pdf", "file.pdf"),
        ("name.pdf. ", "name.pdf"),
        (&long, &long_shown),
        (&longer, &longer_shown),
    ];
    for (sent, shown) in cases {
        assert_eq!(display_name(sent), shown, "{sent:?}");
        assert_eq!(display_name(shown), shown, "{shown:?} stays");
    }
}

#[test]
fn a_header_has_the_name_twice_and_nothing_else() {
    let cases = [
        ("report.pdf", "attachment; filename=\"report.pdf\"; filename*=UTF-8''report.pdf"),
        ("履约 1.pdf", "attachment; filename=\"__ 1.pdf\"; filename*=UTF-8''%E5%B1%A5%E7%BA%A6%201.pdf"),
        ("a\"; x=y%41'.pdf", "attachment; filename=\"a__ x=y_41'.pdf\"; filename*=UTF-8''a_%3B%20x%3Dy%2541%27.pdf"),
        ("a\r\nX-Evil: 1.pdf", "attachment; filename=\"aX-Evil_ 1.pdf\"; filename*=UTF-8''aX-Evil_%201.pdf"),
    ];
    for (name, header) in cases {
        assert_eq!(content_disposition(name), header, "{name:?}");
        assert!(content_disposition(name).bytes().all(|b| (0x20..0x7f).contains(&b)));
    }
}

#[test]
fn names_fit_into_a_file_system_and_keep_their_ending() {
    for unit in ["a", "é", "长", "👨", "e\u{301}"] {
        for count in [1, 60, 80, 85, 126, 127, 250, 251, 252, 300, 3_000] {
            for ending in [".pdf", ".jpeg", ".docx", ""] {
                let shown = display_name(&format!("{}{ending}", unit.repeat(count)));
                assert!(shown.len() <= MAX_NAME_BYTES && shown.ends_with(ending), "{count} of {unit}: {shown}");
                assert_eq!(display_name(&shown), shown);
            }
        }
    }
    // What is too long for an ending is part of the name.
    let shown = display_name(&format!("a.{}", "b".repeat(300)));
    assert_eq!(shown.len(), MAX_NAME_BYTES);
}

#[test]
fn names_of_one_list_differ() {
    let distinct = |names: &[&str]| distinct_names(names.iter().copied());
    assert_eq!(distinct(&["a.pdf", "b.pdf"]), ["a.pdf", "b.pdf"]);
    assert_eq!(distinct(&["a.pdf", "a.pdf", "A.PDF", "a.pdf"]), ["a.pdf", "a (2).pdf", "A (3).PDF", "a (4).pdf"]);
    assert_eq!(distinct(&["a.pdf", "a (2).pdf", "a.pdf"]), ["a.pdf", "a (2).pdf", "a (3).pdf"]);
    assert_eq!(distinct(&["报告", "报告", ".x", ".x"]), ["报告", "报告 (2)", ".x", ".x (2)"]);
    let long = format!("{}.pdf", "长".repeat(83));
    let names = distinct(&[&long, &long, &long]);
    assert!(names.iter().all(|name| name.len() <= MAX_NAME_BYTES && name.ends_with(".pdf")), "{names:?}");
    assert_eq!(names.iter().collect::<std::collections::BTreeSet<_>>().len(), 3);
}
