//! The one rule for typed text.

use luyue::domain::text_input::{
    clean, clean_field, clean_field_strictly, clean_strictly, code_point, hidden, identifier, key,
};

#[test]
fn spellings_that_nobody_can_tell_apart_become_one() {
    for (typed, stored) in [
        ("  ", ""),
        ("\u{200B}", ""),
        ("\u{3164}", ""),
        ("\u{2800}\u{3000}", ""),
        ("\u{AD}\u{FEFF}", ""),
        ("社区⼯作⽇", "社区工作日"),
        ("⺟⻳⻋", "母龟车"),
        ("\u{F9DC}", "\u{9686}"),
        ("２０２６年Ａ区（试行）", "2026年A区（试行）"),
        ("a\r\nb\rc\u{2028}d", "a\nb\nc\nd"),
        ("心理\u{3000}矫治\u{A0}", "心理 矫治"),
        ("e\u{301}", "é"),
        ("☑ ⇒ 𠮷 ㈱ \u{E863} 👨", "☑ ⇒ 𠮷 ㈱ \u{E863} 👨"),
        ("\u{202E}title", "\u{202E}title"),
    ] {
        assert_eq!(clean(typed), stored, "{typed:?}");
        assert_eq!(clean(&clean(typed)), stored, "{typed:?} twice");
    }
}

#[test]
fn figures_of_programs_stay_as_they_are() {
    for strict in ["１２.００", " 12.00", "２０２６-10-09", "2026-10-09\u{A0}"] {
        assert_eq!(clean_strictly(strict), strict);
    }
    assert_eq!(clean_strictly("2026-10-09"), "2026-10-09");
    assert_eq!(clean_strictly("２０２６年"), "2026年");
    assert_eq!(clean_strictly("\u{200B}"), "");
    // Words are words even where they have digits only.
    for name in ["title", "details.items.A.name", "reason", "note"] {
        assert_eq!(clean_field_strictly(name, "２０２６"), "2026", "{name}");
    }
    for name in ["on", "amount", "quantity"] {
        assert_eq!(clean_field_strictly(name, "２０２６"), "２０２６", "{name}");
    }
}

#[test]
fn identifiers_are_the_same_however_they_are_typed() {
    for typed in [
        "XCSF-2026-901",
        "ＸＣＳＦ－２０２６－９０１",
        "XCSF–2026—901",
        "XCSF\u{200B}-2026-901",
        " XCSF - 2026\u{2212}901\u{202C} ",
    ] {
        assert_eq!(identifier(typed), "XCSF-2026-901", "{typed:?}");
        assert_eq!(key(typed), "xcsf-2026-901", "{typed:?}");
    }
    assert_eq!(identifier("2495 2000 0000 1234 5678"), "24952000000012345678");
}

#[test]
fn keys_ignore_what_people_do_not_see_as_a_difference() {
    for (one, other) in [
        ("社区矫正（2026）", "社区矫正(2026)"),
        ("宣财指〔2026〕12号", "宣财指[2026] 12 号"),
        ("阿·买提", "阿•买提"),
        ("“安宁”计划", "\"安宁\"计划"),
        ("xcsf–901", "XCSF-901"),
        ("社区⼯作", "社区工作"),
    ] {
        assert_eq!(key(one), key(other));
        assert_eq!(key(&key(one)), key(one));
    }
    assert_ne!(key("XCSF-901"), key("XCSF-902"));
    for (kind, marks) in [
        ("(", "（[［{｛〈《【〔〖〘"),
        (")", "）]］}｝〉》】〕〗〙"),
        ("\u{B7}", "\u{387}\u{2022}\u{2027}\u{2219}\u{22C5}\u{30FB}"),
        ("'", "‘’『』"),
        ("\"", "“”「」"),
        ("-", "\u{2010}\u{2011}\u{2012}–—―\u{2043}−\u{2E3A}\u{2E3B}\u{FE58}\u{FE63}－"),
    ] {
        for mark in marks.chars() {
            assert_eq!(key(&format!("阿{mark}1")), key(&format!("阿{kind}1")), "{mark}");
        }
    }
}

#[test]
fn hidden_characters_are_found_with_their_place() {
    assert_eq!(hidden("title\u{202E}x"), Some(('\u{202E}', 6)));
    assert_eq!(hidden("a\u{200B}b"), Some(('\u{200B}', 2)));
    assert_eq!(hidden("a\u{7}"), Some(('\u{7}', 2)));
    assert_eq!(hidden("a\u{200D}b"), Some(('\u{200D}', 2)));
    assert_eq!(hidden("\u{E0041}"), Some(('\u{E0041}', 1)));
    for unseen in [
        "\u{34F}\u{115F}\u{1160}\u{17B4}\u{17B5}\u{180B}\u{180F}\u{200C}\u{200E}\u{200F}\u{202A}\u{2060}\u{206F}",
        "\u{2800}\u{3164}\u{FEFF}\u{FFA0}\u{FFF9}\u{1BCA0}\u{1D173}\u{E0001}\u{E01F0}\u{0}\u{1B}\u{7F}\u{9F}",
    ] {
        for character in unseen.chars() {
            assert_eq!(hidden(&format!("a{character}b")), Some((character, 2)), "{}", code_point(character));
        }
    }
    for shown in ["👨\u{200D}👩\u{200D}👧", "☑\u{FE0F}", "葛\u{E0100}", "two\nlines\tand tabs"] {
        assert_eq!(hidden(shown), None, "{shown}");
    }
    assert_eq!(code_point('\u{AD}'), "U+00AD");
}

#[test]
fn free_texts_lose_what_nobody_sees_and_lines_keep_it_to_be_refused() {
    for invisible in ["\u{200B}", "\u{200C}", "\u{200D}", "\u{2060}", "\u{FEFF}", "\u{AD}", "\u{3164}", "\u{E0041}"] {
        let typed = format!("材料{invisible}不全\n请补{invisible}");
        for name in
            ["reason", "note", "notes", "review", "clauses.0.text", "items.1.standard", "deliverables.0.evidence"]
        {
            assert_eq!(clean_field(name, &typed), "材料不全\n请补", "{name} {invisible:?}");
            assert_eq!(clean_field_strictly(name, &typed), "材料不全\n请补", "{name} {invisible:?}");
        }
        for name in ["title", "name", "items.0.name", "reasons", "notes.0.title"] {
            assert!(hidden(&clean_field(name, &typed)).is_some(), "{name} {invisible:?}");
        }
    }
    for turned in [
        "\u{61C}", "\u{200E}", "\u{200F}", "\u{202A}", "\u{202B}", "\u{202C}", "\u{202D}", "\u{202E}", "\u{2066}",
        "\u{2067}", "\u{2068}", "\u{2069}",
    ] {
        let typed = format!("材料{turned}不全");
        assert_eq!(clean_field("reason", &typed), typed, "{turned:?} is refused by name");
    }
    assert_eq!(clean_field("note", "👨\u{200D}👩\u{200D}👧"), "👨\u{200D}👩\u{200D}👧");
    assert_eq!(clean_field("note", " \u{200B}\u{FEFF} "), "");
}

#[test]
fn identifiers_in_forms_lose_what_nobody_sees() {
    for unseen in ["\u{200B}", "\u{FEFF}", "\u{202E}", "\u{2066}", "\u{200E}", "\u{AD}", "\u{3164}"] {
        for name in ["code", "items.0.code", "clauses.3.code", "number", "plan_no"] {
            assert_eq!(clean_field(name, &format!("{unseen}XC{unseen}-1 {unseen}")), "XC-1", "{name} {unseen:?}");
        }
        assert!(hidden(&clean_field("title", &format!("XC{unseen}-1"))).is_some(), "{unseen:?}");
        assert_eq!(clean_field("code", unseen), "", "{unseen:?}");
    }
    assert_eq!(clean_field("code", "A 1"), "A 1", "codes of older contracts have blanks");
    for (name, typed, shown) in [
        ("number", "XCSF－2026－９11", "XCSF-2026-911"),
        ("number", "苏财〔2026〕－\u{200B}1", "苏财〔2026〕-1"),
        ("items.0.quantity", "1，200．5", "1,200.5"),
        ("measured.SAT", "０．０３", "0.03"),
        ("on", "2026－09－30", "2026-09-30"),
        ("note", "0．03", "0．03"),
        ("title", "1－2", "1－2"),
        ("issuer", "甲，乙", "甲，乙"),
    ] {
        assert_eq!(clean_field(name, typed), shown, "{name}");
    }
}
