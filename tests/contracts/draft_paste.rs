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
    ] {
        let mut fields = Fields::default();
        assert_eq!(paste(&mut fields, &pasted("items", text, ""), Language::Zh).expect(text), 1, "{text}");
        assert_eq!(taken(&fields, "items"), ["VISIT|上门走访||次|1200|150.00|标准"], "{text}");
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
fn only_so_many_rows_and_problems() {
    let mut fields = Fields::default();
    let wrong = "x\ty\tz\n".repeat(60);
    let refused = paste(&mut fields, &pasted("milestones", &wrong, ""), Language::En).expect_err("it is refused");
    assert_eq!(problems(refused).len(), 21, "twenty problems and the number of the others");
    let many: String = (0..LIST_BOUND + 5).map(|row| format!("C{row}\tn\t1\n")).collect();
    assert!(paste(&mut fields, &pasted("milestones", &many, ""), Language::En).is_err());
}
