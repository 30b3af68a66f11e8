//! Ranges pasted from spreadsheets into a draft.

use luyue::domain::codes::Language;
use luyue::domain::shape::LIST_BOUND;
use luyue::error::Error;
use luyue::services::contracts::drafts::fields::Fields;
use luyue::services::contracts::drafts::paste::{Pasted, paste};

fn pasted(list: &str, text: &str, at: &str) -> Pasted {
    Pasted { list: list.to_owned(), text: text.to_owned(), at: at.to_owned() }
}

fn taken(fields: &Fields, list: &str) -> Vec<String> {
    let columns: &[&str] = match list {
        "items" => &["code", "name", "service", "unit", "quantity", "unit_price", "standard"],
        _ => &["code", "name", "item", "quantity", "due_on", "place", "evidence"],
    };
    let row = |row: usize| {
        let cells = columns.iter().map(|column| fields.of(list, row, column));
        cells.collect::<Vec<_>>().join("|")
    };
    (0..fields.rows(list)).map(row).collect()
}

fn problems(error: Error) -> Vec<(String, String)> {
    let Error::Refused { errors, .. } = error else { panic!("{error}") };
    errors.into_iter().map(|error| (error.path, error.message.text(Language::En))).collect()
}

#[test]
fn ranges_as_spreadsheets_copy_them_are_taken() {
    for text in [
        "VISIT\t上门走访\t\t次\t1200\t150.00\t标准\n",
        "VISIT\t上门走访\t\t次\t1200\t150\t标准\r\n\r\n",
        "代码\t名称\t计量单位\t数量\t单价（元）\t服务标准\nVISIT\t上门走访\t次\t1200\t150\t标准\n",
        "code\tName\tQuality standard\tQuantity\tUnit price (yuan)\tUnit\nVISIT\t上门走访\t标准\t1200\t150\t次",
        "服务清单\t\t\t\t\n序号\t名称\t数量\t单价\t代码\t单位\t服务标准\n1\t上门走访\t1200\t150\tVISIT\t次\t标准\n",
        "VISIT\t\"上门走访\"\t\t次\t1200\t150.00\t\"标准\"\n\t\t\t\t\t\t\n",
        "序号\t代码\t服务内容\t单位\t数量\t单价（元）\t金额（元）\t服务标准\n1\tVISIT\t上门走访\t次\t1200\t150元/次\t180,000.00\t标准\n",
    ] {
        let mut fields = Fields::default();
        assert_eq!(paste(&mut fields, &pasted("items", text, ""), Language::Zh).expect(text), 1, "{text}");
        assert_eq!(taken(&fields, "items"), ["VISIT|上门走访||次|1200|150.00|标准"], "{text}");
    }
}

#[test]
fn a_heading_that_names_a_column_comes_before_one_that_resembles_it() {
    for text in [
        "项目名称\t代码\t名称\t计量单位\t数量\t单价\n旧称\tVISIT\t上门走访\t次\t1200\t150\n",
        "代码\t名称\t项目名称\t计量单位\t数量\t单价\nVISIT\t上门走访\t旧称\t次\t1200\t150\n",
        "代码\t名称\t名称\t计量单位\t数量\t单价\nVISIT\t上门走访\t旧称\t次\t1200\t150\n",
        "项目名称\tcode\tname\tunit\tquantity\t单价\n旧称\tVISIT\t上门走访\t次\t1200\t150\n",
        "服务内容\t代码\t名称\t计量单位\t数量\t单价\n旧称\tVISIT\t上门走访\t次\t1200\t150\n",
    ] {
        let mut fields = Fields::default();
        assert_eq!(paste(&mut fields, &pasted("items", text, ""), Language::Zh).expect(text), 1, "{text}");
        assert_eq!(taken(&fields, "items"), ["VISIT|上门走访||次|1200|150.00|"], "{text}");
    }
}

#[test]
fn cells_with_line_breaks_tabs_and_quotes_are_one_cell() {
    let mut fields = Fields::default();
    let text = "A\t\"走访\n（每月）\"\t\t次\t1\t1\t\"5\"\" 屏\"\nB\t名\"称\t\t\t2\t2\n";
    assert_eq!(paste(&mut fields, &pasted("items", text, ""), Language::Zh).expect("it is taken"), 2);
    assert_eq!(taken(&fields, "items"), ["A|走访 （每月）||次|1|1.00|5\" 屏", "B|名\"称|||2|2.00|"]);
}

#[test]
fn a_range_is_laid_over_the_rows_from_its_cell() {
    let mut fields = Fields::default();
    let first = "A\t甲\t\t次\t1\t1\nB\t乙\t\t次\t2\t2";
    paste(&mut fields, &pasted("items", first, ""), Language::Zh).expect("it is taken");
    let over = pasted("items", "20\t3.5\n30\t4.5\n", "items.1.quantity");
    assert_eq!(paste(&mut fields, &over, Language::Zh).expect("it is taken"), 2);
    assert_eq!(taken(&fields, "items"), ["A|甲||次|1|1.00|", "B|乙||次|20|3.50|", "S3||||30|4.50|"]);
}

#[test]
fn services_are_found_by_name_and_rows_without_codes_get_one() {
    let mut fields = Fields::default();
    fields.set("items.0.code", "VISIT");
    fields.set("items.0.name", "上门走访");
    let text = "名称\t服务项目\t数量\t提交期限\n一月\t上门走访\t100\t2026-01-31\n二月\tVISIT\t100\t2026-02-28\n";
    assert_eq!(paste(&mut fields, &pasted("deliverables", text, ""), Language::Zh).expect("it is taken"), 2);
    assert_eq!(taken(&fields, "deliverables"), ["D1|一月|VISIT|100|2026-01-31||", "D2|二月|VISIT|100|2026-02-28||"]);
}

#[test]
fn problems_name_row_and_column_and_nothing_is_taken() {
    let mut fields = Fields::default();
    fields.set("milestones.0.code", "A");
    let before = fields.clone();
    let text = "代码\t名称\t金额\t最早付款日\nA\t首付\t100\t2026-01-31\nB\t尾款\t许多\t2026-02-30\nB\t又一\t1\t\n";
    let refused = paste(&mut fields, &pasted("milestones", text, ""), Language::En).expect_err("it is refused");
    let problems = problems(refused);
    assert_eq!(fields, before);
    assert!(problems.iter().all(|(path, _)| path == "paste.milestones"), "{problems:?}");
    let wanted = [["2", "A"], ["3", "许多"], ["3", "2026-02-30"], ["4", "B"]];
    assert_eq!(problems.len(), wanted.len(), "{problems:?}");
    for ((_, words), wanted) in problems.iter().zip(wanted) {
        assert!(wanted.iter().all(|part| words.contains(part)), "{words}: {wanted:?}");
    }
    for (text, part) in [("", "no rows"), ("\t\t\n", "no rows"), ("A\tx\t1\t\t1\t\t\t8", "columns")] {
        let refused = paste(&mut fields, &pasted("milestones", text, ""), Language::En).expect_err("it is refused");
        let said = self::problems(refused);
        assert!(said.iter().any(|(_, words)| words.contains(part)), "{text:?}: {said:?}");
    }
}

#[test]
fn a_column_that_the_list_does_not_have_is_named() {
    let mut fields = Fields::default();
    for heading in ["备注栏", "Remarks", ""] {
        let text = format!("代码\t名称\t{heading}\t数量\nD1\t一月\t内部\t1\n");
        let refused = paste(&mut fields, &pasted("items", &text, ""), Language::En).expect_err(heading);
        let told = problems(refused);
        assert!(told.len() == 1 && told[0].1.contains("Column 3") && told[0].1.contains(heading), "{told:?}");
    }
    assert_eq!(fields, Fields::default());
    // Nothing is lost with a column without cells, a running number, or a sum.
    let text = "序号\t代码\t名称\t单位\t备注栏\t数量\t单价\t小计\n1\tD1\t一月\t次\t\t1\t5.00\t5.00\n";
    assert_eq!(paste(&mut fields, &pasted("items", text, ""), Language::Zh).expect("it is taken"), 1);
}

#[test]
fn only_so_many_rows_and_problems() {
    let mut fields = Fields::default();
    let wrong = "x\ty\tz\n".repeat(60);
    let refused = paste(&mut fields, &pasted("milestones", &wrong, ""), Language::En).expect_err("it is refused");
    assert_eq!(problems(refused).len(), 21, "twenty problems and the number of the others");
    let many: String = (0..LIST_BOUND + 5).map(|row| format!("C{row}\tn\t1\n")).collect();
    assert!(paste(&mut fields, &pasted("milestones", &many, ""), Language::En).is_err());
}

/// Characters that come along when a range is copied from a mail, a web page or the properties of a file.
const UNSEEN: [char; 9] =
    ['\u{200B}', '\u{200E}', '\u{202A}', '\u{202C}', '\u{202E}', '\u{2060}', '\u{2066}', '\u{AD}', '\u{FEFF}'];

#[test]
fn identifiers_and_numbers_of_cells_lose_what_nobody_sees() {
    for unseen in UNSEEN {
        let range = |text: &str| text.replace('~', &unseen.to_string());
        let mut fields = Fields::default();
        let items =
            range("代~码\t名称\t服务~事项\t单位\t数量\t单价（元）\nVI~SIT\t上门走访\tSQJZ\t次\t1~200\t~15~0.00~\n");
        assert_eq!(paste(&mut fields, &pasted("items", &items, ""), Language::Zh).expect(&items), 1);
        let row = ["code", "name", "unit", "quantity", "unit_price"].map(|field| fields.of("items", 0, field));
        assert_eq!(row, ["VISIT", "上门走访", "次", "1200", "150.00"], "{unseen:?}");
        let deliverables = range("D~1\t一月\tVI~SIT\t10~0\t2026-~01-31\nD2\t二月\t上门~走访\t~1,1~00\t~2026/2/28\n");
        paste(&mut fields, &pasted("deliverables", &deliverables, ""), Language::Zh).expect(&deliverables);
        let wanted = ["D1|一月|VISIT|100|2026-01-31||", "D2|二月|VISIT|1100|2026-02-28||"];
        assert_eq!(taken(&fields, "deliverables"), wanted, "{unseen:?}");
        let milestones = range("P~1\t首付\t9~0000\t2026~-01-31\t3~0\n");
        paste(&mut fields, &pasted("milestones", &milestones, ""), Language::Zh).expect(&milestones);
        let row = ["code", "amount", "not_before", "payment_days"].map(|field| fields.of("milestones", 0, field));
        assert_eq!(row, ["P1", "90000.00", "2026-01-31", "30"], "{unseen:?}");
    }
}

#[test]
fn texts_of_cells_follow_the_rule_of_their_fields() {
    for unseen in UNSEEN {
        // A title names what has to be deleted.
        let mut fields = Fields::default();
        let text = format!("A\t上门{unseen}走访\t\t次\t1\t1\t");
        let refused = paste(&mut fields, &pasted("items", &text, ""), Language::En).expect_err("it is refused");
        let said = problems(refused);
        let name = format!("U+{:04X}", u32::from(unseen));
        assert!(said.len() == 1 && said[0].1.contains("Row 1") && said[0].1.contains(&name), "{said:?}");
        assert_eq!(fields, Fields::default());
        // A text of sentences loses it, unless it turns the text around.
        let text = format!("A\t上门走访\t\t次\t1\t1\t每月{unseen}一次");
        let turns = matches!(unseen, '\u{200E}' | '\u{202A}'..='\u{202E}' | '\u{2066}');
        match paste(&mut fields, &pasted("items", &text, ""), Language::En) {
            Ok(_) => assert_eq!((turns, fields.of("items", 0, "standard")), (false, "每月一次"), "{unseen:?}"),
            Err(error) => assert!(turns && problems(error)[0].1.contains(&name), "{unseen:?}"),
        }
    }
}

#[test]
fn a_service_is_found_in_another_spelling_where_only_one_has_it() {
    let mut fields = Fields::default();
    let items = "VISIT\t上门走访（每月）\t\t次\t1\t1\nEDU-1\t讲座\t\t场\t1\t1\nEDU–1\t其他讲座\t\t场\t1\t1\n";
    paste(&mut fields, &pasted("items", items, ""), Language::Zh).expect("it is taken");
    for (cell, code) in [("上门走访(每月)", "VISIT"), ("visit", "VISIT"), ("ＶＩＳＩＴ", "VISIT"), ("EDU-1", "EDU-1")]
    {
        let text = format!("D\t一月\t{cell}\t1\t2026-01-31");
        let mut draft = fields.clone();
        paste(&mut draft, &pasted("deliverables", &text, ""), Language::Zh).expect(cell);
        assert_eq!(draft.of("deliverables", 0, "item"), code, "{cell}");
    }
    for cell in ["EDU—1", "走访", "\u{202E}"] {
        let text = format!("D\t一月\t{cell}\t1\t2026-01-31");
        assert!(paste(&mut fields.clone(), &pasted("deliverables", &text, ""), Language::Zh).is_err(), "{cell:?}");
    }
}

#[test]
fn a_unit_in_a_heading_counts_for_its_column() {
    let items = |head: &str, price: &str| format!("名称\t计量单位\t数量\t{head}\n走访\t次\t10\t{price}\n");
    for (head, price, read) in [
        ("单价（万元）", "０．０３", "300.00"),
        ("单价(万元)", "0.03", "300.00"),
        ("单价［万元］", "0.03", "300.00"),
        ("单价 万元", "0.03", "300.00"),
        ("单价（单位：万元）", "0.03", "300.00"),
        ("单价（万）", "0.03", "300.00"),
        ("单价（千元）", "1.5", "1500.00"),
        ("单价（元）", "150", "150.00"),
        ("单价（元/次）", "150", "150.00"),
        ("单价", "150", "150.00"),
        // A cell with a unit of its own keeps it.
        ("单价（万元）", "300元", "300.00"),
        ("单价（万元）", "0.15万元", "1500.00"),
        ("单价（元）", "0.15万元", "1500.00"),
    ] {
        let mut fields = Fields::default();
        let text = items(head, price);
        paste(&mut fields, &pasted("items", &text, ""), Language::Zh).expect(&text);
        assert_eq!(fields.of("items", 0, "unit_price"), read, "{text}");
    }
    for (list, text, field, read) in [
        ("milestones", "名称\t付款金额（万元）\n首期\t３．０６\n", "amount", "30600.00"),
        ("items", "名称\t数量（万次）\t单价\n走访\t1.2\t5\n", "quantity", "12000"),
        // A line above the headings is about all amounts, and about nothing else.
        ("items", "服务清单\t\t\n单位：万元\t\t\n名称\t数量\t单价\n走访\t3\t0.03\n", "unit_price", "300.00"),
        ("items", "服务清单\t\t\n单位：万元\t\t\n名称\t数量\t单价\n走访\t3\t0.03\n", "quantity", "3"),
    ] {
        let mut fields = Fields::default();
        paste(&mut fields, &pasted(list, text, ""), Language::Zh).expect(text);
        assert_eq!(fields.of(list, 0, field), read, "{text}");
    }
    for (list, text, unit) in [
        ("items", items("单价（美元）", "3"), "美元"),
        ("items", items("单价（分）", "3"), "分"),
        ("items", items("单价（百万元）", "3"), "百万元"),
        ("items", items("Unit price (thousand yuan)", "3"), "thousand"),
        ("milestones", "名称\t付款金额\t付款期限（月）\n首期\t1\t3\n".to_owned(), "月"),
    ] {
        let mut fields = Fields::default();
        let told = problems(paste(&mut fields, &pasted(list, &text, ""), Language::Zh).expect_err(&text));
        assert!(told.iter().any(|(_, words)| words.contains(&format!("“{unit}”"))), "{text}: {told:?}");
        assert_eq!(fields.rows(list), 0, "{text}: nothing is taken");
    }
}

#[test]
fn a_row_of_totals_is_no_row_of_the_list() {
    for word in ["合计", "合 计", "小计：", "总计", "Total", "SUBTOTAL", "本页合计"] {
        for text in [
            format!("名称\t单位\t数量\t单价\n走访\t次\t10\t150\n{word}\t\t10\t\n"),
            format!("序号\t名称\t单位\t数量\t单价\n1\t走访\t次\t10\t150\n{word}\t\t\t10\t\n"),
        ] {
            let mut fields = Fields::default();
            let told = problems(paste(&mut fields, &pasted("items", &text, ""), Language::Zh).expect_err(&text));
            assert_eq!(told.len(), 1, "{text}: {told:?}");
            assert!(told[0].1.contains("Row 3") && told[0].1.contains(word), "{text}: {told:?}");
            assert_eq!(fields.rows("items"), 0, "{text}");
        }
    }
    let mut fields = Fields::default();
    let text = "名称\t单位\t数量\t单价\n合计核算服务\t次\t10\t150\n";
    assert_eq!(paste(&mut fields, &pasted("items", text, ""), Language::Zh).expect("a service"), 1);
}
