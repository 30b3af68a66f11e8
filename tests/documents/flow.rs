//! Layout of texts and tables on pages: nothing is lost, table heads repeat, and the same document gives the same
//! bytes.

use chrono::NaiveDate;
use luyue::adapters::pdf::document::{Block, Cell, Column, Document, Qr, Row, Style, Table, Text, TextLang};
use luyue::adapters::pdf::render;
use proptest::prelude::*;

use crate::support::pdf::{objects, pages, words};

fn zh(text: &str) -> Text {
    Text::new(TextLang::Zh, Style::BODY, text)
}

fn cell(text: &str) -> Cell {
    vec![Text::new(TextLang::Zh, Style::CELL, text)]
}

fn document(blocks: Vec<Block>) -> Document {
    Document {
        title: "试验文件".into(),
        subject: "版式".into(),
        author: "履约".into(),
        lang: TextLang::Zh,
        date: NaiveDate::from_ymd_opt(2026, 9, 30).unwrap(),
        header: (Text::new(TextLang::Zh, Style::NOTE, "页眉左"), Text::new(TextLang::Zh, Style::NOTE, "页眉右")),
        footer: Text::new(TextLang::Zh, Style::NOTE, "页脚"),
        missing: vec![zh("{mark} {code}")],
        page_of: Text::new(TextLang::Zh, Style::NOTE, "第 {n} 页　共 {m} 页"),
        blocks,
        attachment: None,
    }
}

fn long_table(rows: usize) -> Table {
    Table {
        columns: vec![Column::Whole, Column::Words, Column::Figures],
        head: vec![cell("编号"), cell("名称与说明"), cell("金额（元）")],
        rows: (1..=rows)
            .map(|n| Row {
                cells: vec![
                    cell(&format!("XCSF-2026-{n:03}")),
                    cell("心理矫治与教育学习服务"),
                    cell(&format!("{n},153,665.60")),
                ],
                total: false,
            })
            .collect(),
    }
}

#[test]
fn the_same_document_is_the_same_bytes_and_another_is_not() {
    let one = document(vec![Block::Paragraph(zh("应付金额 153,665.60 元。"))]);
    let mut other = one.clone();
    other.blocks = vec![Block::Paragraph(zh("应付金额 153,665.61 元。"))];
    let bytes = render(&one).unwrap();
    assert_eq!(bytes, render(&one).unwrap());
    assert_ne!(
        objects(&bytes).trailer.get(b"ID").unwrap(),
        objects(&render(&other).unwrap()).trailer.get(b"ID").unwrap()
    );
}

#[test]
fn fonts_that_are_kept_change_nothing() {
    let of = |text: &str| render(&document(vec![Block::Paragraph(zh(text))])).unwrap();
    let first = of("应付金额，甲乙丙。");
    // More, fewer and other characters than before, as many of them, and then more fonts than are kept.
    for text in ["应付金额，甲乙丙丁。", "应付金额，甲乙。", "应付金额，甲乙丁。", "应付金额，子丑寅☑⇒㈱。"]
    {
        assert!(words(&of(text)).contains(&text.to_owned()), "{text}");
        assert_eq!(of("应付金额，甲乙丙。"), first, "after {text}");
    }
    let characters: Vec<char> = ('\u{4E00}'..'\u{9FA5}').collect();
    for part in characters.chunks(600) {
        let text: String = part.iter().collect();
        let read: String = words(&of(&text)).concat();
        assert!(read.contains(&text), "{text}");
    }
    assert_eq!(of("应付金额，甲乙丙。"), first);
}

#[test]
fn a_grid_and_the_end_of_a_page_lose_nothing() {
    let grid = long_table(60);
    let blocks = vec![
        Block::PageBreak,
        Block::Paragraph(zh("首页")),
        Block::PageBreak,
        Block::Grid(Table { head: Vec::new(), ..long_table(1) }),
        Block::PageBreak,
        Block::PageBreak,
        Block::Grid(grid),
        Block::PageBreak,
    ];
    let pages = pages(&render(&document(blocks)).unwrap());
    assert!(pages[0].contains("首页") && !pages[0].contains("XCSF"), "{}", pages[0]);
    assert!(pages[1].contains("XCSF-2026-001") && !pages[1].contains("名称与说明"), "{}", pages[1]);
    assert!(pages.len() > 3, "an end of a page leaves no page empty, and a long grid continues on the next one");
    let rest = &pages[2..];
    assert!(rest.iter().all(|page| page.matches("名称与说明").count() == 1), "{rest:?}");
    for n in 1..=60 {
        assert_eq!(rest.concat().matches(&format!("XCSF-2026-{n:03}")).count(), 1, "row {n}");
    }
}

#[test]
fn a_grid_of_names_and_values_stays_on_one_page() {
    for fill in [22, 28, 34] {
        let mut blocks: Vec<Block> = (0..fill).map(|_| Block::Paragraph(zh("上文"))).collect();
        blocks.push(Block::Grid(Table { head: Vec::new(), ..long_table(14) }));
        let pages = pages(&render(&document(blocks)).unwrap());
        let page = pages.iter().find(|page| page.contains("XCSF-2026-001")).unwrap();
        assert!(page.contains("XCSF-2026-014"), "after {fill} lines: {page}");
    }
}

#[test]
fn a_heading_and_its_sentences_stay_with_their_table() {
    for fill in 27..33 {
        let mut blocks: Vec<Block> = (0..fill).map(|_| Block::Paragraph(zh("上文"))).collect();
        blocks.push(Block::Heading { level: 1, lines: vec![zh("未了事项")], bookmark: "未了事项".into() });
        blocks.extend([Block::Paragraph(zh("下列事项尚未办结")), Block::Paragraph(zh("逐项办理"))]);
        blocks.push(Block::Grid(long_table(20)));
        let pages = pages(&render(&document(blocks)).unwrap());
        let page = pages.iter().find(|page| page.contains("未了事项")).unwrap();
        for text in ["下列事项尚未办结", "逐项办理", "XCSF-2026-001", "XCSF-2026-002"] {
            assert!(page.contains(text), "{text} after {fill} lines: {page}");
        }
    }
}

#[test]
fn a_table_repeats_its_head_on_every_page() {
    let bytes = render(&document(vec![Block::Table(long_table(120))])).unwrap();
    let pages = pages(&bytes);
    assert!(pages.len() >= 3, "{} pages", pages.len());
    for page in &pages {
        assert_eq!(page.matches("名称与说明").count(), 1, "{page}");
    }
    let all = pages.concat();
    for n in 1..=120 {
        assert_eq!(all.matches(&format!("XCSF-2026-{n:03}")).count(), 1, "row {n}");
        assert!(all.contains(&format!("{n},153,665.60")), "figure {n}");
    }
    // Assistive technology reads the head once.
    assert_eq!(words(&bytes).iter().filter(|text| *text == "名称与说明").count(), 1);
}

#[test]
fn large_figures_make_the_letters_smaller_and_are_not_broken() {
    let figure = "99,999,999,999.99";
    let mut cells = vec![cell("中期款")];
    cells.extend((0..5).map(|_| cell(figure)));
    cells.push(cell("2026-08-12"));
    let mut columns = vec![Column::Words];
    columns.extend([Column::Figures; 5]);
    columns.push(Column::Whole);
    let row = Row { cells, total: false };
    let bytes = render(&document(vec![Block::Table(Table { columns, head: vec![], rows: vec![row] })])).unwrap();
    let page = pages(&bytes).concat();
    assert_eq!(page.matches(figure).count(), 5, "{page}");
}

#[test]
fn a_row_higher_than_a_page_goes_on_over_the_page() {
    let text = "成果经核验后按合同约定计入实际完成量。".repeat(220);
    let table = Table {
        rows: vec![Row { cells: vec![cell("说明"), cell(&text), cell("1.00")], total: false }],
        ..long_table(0)
    };
    let bytes = render(&document(vec![Block::Table(table)])).unwrap();
    assert!(pages(&bytes).len() >= 2);
    assert!(words(&bytes).contains(&text));
}

#[test]
fn a_contract_number_is_never_broken() {
    for fill in 0..30 {
        let text = format!("{}合同编号 XCSF-2026-001 成果 COUNSEL-H1 之后", "字".repeat(20 + fill));
        let bytes = render(&document(vec![Block::Paragraph(zh(&text))])).unwrap();
        let page = pages(&bytes).concat();
        assert!(page.contains("XCSF-2026-001") && page.contains("COUNSEL-H1"), "{page}");
    }
}

#[test]
fn a_long_header_is_smaller_instead_of_overlapping() {
    let (left, right) = ("逾期未支付中小企业款项情况表".repeat(3), "数据截至年末".repeat(4));
    let mut printed = document(vec![Block::Paragraph(zh("文"))]);
    printed.header = (zh(&left), zh(&right));
    let page = pages(&render(&printed).unwrap()).concat();
    assert!(page.contains(&left) && page.contains(&right), "{page}");
}

#[test]
fn a_code_below_its_qr_code_breaks_at_hyphens() {
    let code = "C982-42CD-2629-2629-0CE8-17B4-5D30-6AF1-88E2-93BC-04D7";
    let qr = Qr {
        content: format!("https://luyue.example.gov.cn/verify/{code}"),
        caption: vec![Text::new(TextLang::En, Style::FIGURE, code)],
        alt: "二维码".into(),
    };
    let block = Block::KeyValues { rows: vec![(cell("编号"), cell("一"))], qr: Some(qr) };
    let bytes = render(&document(vec![block])).unwrap();
    let page = pages(&bytes).concat();
    let is_of_code = |line: &&str| !line.is_empty() && line.chars().all(|c| c.is_ascii_hexdigit() || c == '-');
    let lines: Vec<&str> = page.lines().map(str::trim).filter(is_of_code).collect();
    assert!(lines.len() > 1, "{page}");
    assert_eq!(lines.concat(), code, "{page}");
    assert!(lines.iter().all(|line| line.split('-').all(|group| group.is_empty() || group.len() == 4)), "{page}");
    assert!(words(&bytes).iter().any(|text| text == code));
}

#[test]
fn rare_characters_come_from_the_other_fonts() {
    for text in ["经办人：张堃、李喆、王䶮、赵𬱖", "☑ 已核对 ⇒ 通过 ㈱ ⚠ ✉ ∑ ≠ ☎", "𠅤𣲗"]
    {
        let bytes = render(&document(vec![Block::Paragraph(zh(text))])).unwrap();
        assert!(pages(&bytes).concat().contains(text), "{text}");
    }
}

#[test]
fn a_character_that_no_font_has_is_a_mark_with_a_footnote() {
    let table = Table {
        columns: vec![Column::Words],
        head: vec![cell("表头\u{E863}")],
        rows: vec![Row { cells: vec![cell("甲😀乙")], total: false }],
    };
    let blocks = vec![Block::Paragraph(zh("𪚥甲𰻝乙😀")), Block::Table(table)];
    let printed = pages(&render(&document(blocks)).unwrap()).concat();
    for wanted in [
        "〓[3]甲〓[4]乙〓[2]",
        "表头〓[1]",
        "甲〓[2]乙",
        "〓[1] U+E863",
        "〓[2] U+1F600",
        "〓[3] U+2A6A5",
        "〓[4] U+30EDD",
    ] {
        assert!(printed.contains(wanted), "{wanted} is not in {printed}");
    }
    let plain = pages(&render(&document(vec![Block::Paragraph(zh("甲乙"))])).unwrap()).concat();
    assert!(!plain.contains('〓'), "{plain}");
}

#[test]
fn headings_make_the_outline_and_the_structure() {
    let heading = |level, name: &str| Block::Heading { level, lines: vec![zh(name)], bookmark: name.into() };
    let bytes = render(&document(vec![
        heading(1, "付款"),
        heading(2, "中期款"),
        heading(1, "绩效"),
        Block::Paragraph(zh("文")),
    ]))
    .unwrap();
    let pdf = objects(&bytes);
    let names: Vec<String> =
        pdf.get_toc().unwrap().toc.iter().map(|entry| format!("{} {}", entry.level, entry.title)).collect();
    assert_eq!(names, ["1 付款", "2 中期款", "1 绩效"]);
    let catalog = pdf.catalog().unwrap();
    assert_eq!(catalog.get(b"Lang").unwrap().as_str().unwrap(), b"zh-CN");
    assert!(catalog.has(b"StructTreeRoot"));
}

#[test]
fn what_prints_nothing_is_left_out() {
    assert_eq!(zh("一\u{202E}二\u{200B}三\u{FE0F}\t四\u{7}").plain(), "一二三 四");
}

#[test]
fn odd_blanks_are_spaces_and_radicals_are_their_characters() {
    for blank in
        "\u{a0}\u{1680}\u{2000}\u{2003}\u{2009}\u{200a}\u{202f}\u{205f}\u{2800}\u{3164}\u{115f}\u{ffa0}".chars()
    {
        assert_eq!(zh(&format!("一{blank}二")).plain(), "一 二", "{:04X}", u32::from(blank));
    }
    assert_eq!(zh("社区⼯作⽇ ⻚⻔").plain(), "社区工作日 页门");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn no_word_is_lost_in_wrapping(parts in proptest::collection::vec(
        prop_oneof!["[ -~]{1,30}", "[一-龥]{1,40}", "[，。、；：？！“”（）《》%]{1,4}", "[0-9]{1,3}(,[0-9]{3}){0,3}\\.[0-9]{2}", "[A-Z]{2,4}-20[0-9]{2}-[0-9]{3}", " {1,3}"],
        1..30,
    )) {
        let text = parts.concat();
        let table = Table {
            columns: vec![Column::Words, Column::Words],
            head: vec![],
            rows: vec![Row { cells: vec![cell(&text), cell("右")], total: false }],
        };
        let found = words(&render(&document(vec![Block::Paragraph(zh(&text)), Block::Table(table)])).expect("a document"));
        prop_assert_eq!(found.iter().filter(|found| **found == text).count(), 2, "{:?} in {:?}", text, found);
    }

    #[test]
    fn no_character_stops_a_document(text in "\\PC{0,40}|.{0,40}|[\u{80}-\u{3000}]{0,40}|[\u{e000}-\u{ffff}]{0,20}|[\u{10000}-\u{10ffff}]{0,20}") {
        let table = Table {
            columns: vec![Column::Whole, Column::Words],
            head: vec![cell(&text), cell("右")],
            rows: vec![Row { cells: vec![cell(&text), cell(&text)], total: true }],
        };
        let mut printed = document(vec![
            Block::Title { lines: vec![zh(&text)] },
            Block::Heading { level: 1, lines: vec![zh(&text)], bookmark: text.clone() },
            Block::Table(table),
            Block::Steps(vec![cell(&text)]),
            Block::KeyValues { rows: vec![(cell(&text), cell(&text))], qr: None },
        ]);
        printed.title = text.clone();
        printed.header = (zh(&text), zh(&text));
        render(&printed).expect("a document");
    }
}
