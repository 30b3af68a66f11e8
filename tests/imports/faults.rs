//! Faults of a ledger: each is told at its sheet and cell, and nothing is imported while there is one.

use crate::imports::setup::{Sheet, imported, ledger, numbers, workbook};
use crate::support::app::{TestApp, unsealed_differences};
use crate::support::programme;

/// Replaces a cell, given by sheet, row and column counted from 0.
fn with(sheet: &str, (row, column): (usize, usize), text: &str) -> Vec<Sheet> {
    let mut sheets = ledger();
    let (_, rows) = sheets.iter_mut().find(|(title, _)| *title == sheet).expect("the sheet");
    text.clone_into(&mut rows[row][column]);
    sheets
}

/// Sheet, row and column of a cell that is changed, the new text, and the fault: its cell and a part of its message.
const FAULTS: &[(&str, usize, &str, &str, &str)] = &[
    ("合同", 2, "XX", "C2", "没有此购买主体"),
    ("合同", 3, "XC-JUSTICE", "D2", "财政部门"),
    ("合同", 4, "52341800MJA000018B", "E2", "没有此承接主体"),
    ("合同", 5, "招标法", "F2", "政府采购、限额标准以下"),
    ("合同", 7, "", "", "签订"),
    ("合同", 8, "宣财指〔2020〕1号", "I2", "宣财指〔2020〕1号"),
    ("合同", 9, "一万五", "J2", ""),
    ("合同", 9, "16000", "J2", "价款之和"),
    ("服务", 4, "", "E2", "请填写"),
    ("成果", 3, "NONE", "D2", "NONE"),
    ("成果", 5, "9月29日", "F2", "缺少年份"),
    ("付款节点", 4, "D9", "E2", "D9"),
    ("违约条款", 3, "罚款", "D2", "逾期提交、未提交"),
    ("违约条款", 4, "0.05", "E2", "百分号"),
    ("违约条款", 5, "", "F2", "请填写"),
    ("提交与验收", 4, "2026-06-19", "E2", "早于提交日期"),
    ("提交与验收", 6, "101", "G2", ""),
    ("支付", 0, "乙-9", "A2", "乙-9"),
    ("支付", 2, "15000.01", "C2", "累计支付"),
    ("支付", 3, "2026-07-18", "D2", "不能晚于今天"),
    ("支付", 4, "", "E2", "请填写"),
];

#[test]
fn a_fault_is_told_at_its_cell_and_nothing_is_imported() {
    let test = TestApp::sqlite();
    programme::appropriation(&test, "15000.00");
    test.at("2026-07-17", 9);
    for (sheet, column, text, cell, part) in FAULTS {
        let report = imported(&test, &workbook(&with(sheet, (1, *column), text)), false);
        let found = report.faults.iter().find(|fault| {
            fault.sheet == *sheet && (fault.cell == *cell || cell.is_empty()) && fault.message.contains(part)
        });
        assert!(found.is_some_and(|fault| fault.row == 2), "{sheet} {text}: {:?}", report.faults);
    }
    assert_eq!(numbers(&test), [] as [String; 0]);
    whole_sheets_are_checked(&test);
    assert_eq!(imported(&test, &workbook(&ledger()), false).faults, []);
    assert_eq!(numbers(&test), ["甲-1"]);
    budgets_are_spent_once(&test);
    assert_eq!(unsealed_differences(&test), []);
}

/// Faults that concern no single cell of a column: repeated numbers, sheets and headings.
fn whole_sheets_are_checked(test: &TestApp) {
    let told = |sheets: &[Sheet]| {
        let report = imported(test, &workbook(sheets), true);
        report.faults.iter().map(|fault| fault.line(luyue::domain::codes::Language::Zh)).collect::<Vec<_>>().join("\n")
    };
    let mut twice = ledger();
    let mut copy = twice[0].1[1].clone();
    "甲－1".clone_into(&mut copy[0]);
    twice[0].1.push(copy);
    let lines = told(&twice);
    assert!(lines.contains("工作表“合同”第 3 行“合同编号”列（A3）：与第 2 行重复"), "{lines}");
    let mut vouchers = ledger();
    let copy = vouchers[6].1[1].clone();
    vouchers[6].1.push(copy);
    let lines = told(&vouchers);
    assert!(lines.contains("工作表“支付”第 3 行“支付凭证号”列（E3）：与第 2 行重复"), "{lines}");
    let mut unknown = ledger();
    unknown[1].0 = "服务项目表";
    "备考".clone_into(&mut unknown[2].1[0][2]);
    let lines = told(&unknown);
    assert!(lines.contains("工作表“服务项目表”：无法识别该工作表"), "{lines}");
    assert!(lines.contains("无法识别“备考”列") && lines.contains("缺少“名称”列"), "{lines}");
    assert!(told(&ledger()[1..]).contains("没有合同"), "a ledger without contracts");
}

/// A second contract from the same appropriation, of which nothing is left.
fn budgets_are_spent_once(test: &TestApp) {
    let mut second = ledger();
    for (_, rows) in &mut second {
        "甲-2".clone_into(&mut rows[1][0]);
    }
    "ZF-2".clone_into(&mut second[6].1[1][4]);
    let report = imported(test, &workbook(&second), false);
    let cells: Vec<&str> = report.faults.iter().map(|fault| fault.cell.as_str()).collect();
    assert_eq!(cells, ["I2"], "{:?}", report.faults);
    // A contract that is not funded yet needs no budget, and has no history.
    second.truncate(5);
    second[0].1[0].push("状态".to_owned());
    second[0].1[1].push("草稿".to_owned());
    assert_eq!(imported(test, &workbook(&second), false).faults, []);
    let draft = test.by("justice").get("contracts?state=draft").expect_status(200);
    assert_eq!(draft["items"][0]["number"], "甲-2");
}

#[test]
fn a_ledger_is_read_in_any_spelling() {
    let test = TestApp::sqlite();
    programme::appropriation(&test, "15000.00");
    test.at("2026-07-17", 9);
    let mut sheets = ledger();
    for (sheet, column, text) in [
        (0, 0, "\u{FEFF}甲－1\u{200B}"),
        (0, 1, "⼯作\u{3000}走访（２０２６）"),
        (0, 7, "２０２６年１月５日"),
        (0, 8, "宣财指[2026] 12 号"),
        (0, 9, "￥１５，０００．００元"),
        (0, 11, "46387"),
        (1, 0, "甲–1"),
        (1, 1, "ＶＩＳＩＴ\u{200B}"),
        (1, 4, "１００次"),
        (2, 3, "VI\u{AD}SIT"),
        (2, 5, "2026/6/30 0:00"),
        (3, 4, "\u{2060}Ｄ1"),
        (4, 4, "0.05％"),
        (5, 0, " 甲 - 1 "),
        (6, 2, "1.5万元"),
        (6, 4, "ＺＦ－1\u{200B}"),
    ] {
        text.clone_into(&mut sheets[sheet].1[1][column]);
    }
    assert_eq!(imported(&test, &workbook(&sheets), false).faults, []);
    assert_eq!(numbers(&test), ["甲-1"]);
    let list = test.by("audit").get("contracts").expect_status(200);
    let id = list["items"][0]["id"].as_str().expect("an id");
    let contract = test.by("justice").get(&format!("contracts/{id}")).expect_status(200);
    let terms = &test.by("justice").get(&format!("contracts/{id}/terms?on=2026-07-01")).expect_status(200)["terms"];
    assert_eq!((&contract["title"], &terms["amount"]), (&"工作 走访（2026）".into(), &"15000.00".into()));
    assert_eq!(terms["ends_on"], "2026-12-31");
    assert!(
        test.by("audit").get("contracts?q=ZF-1").expect_status(200).to_string().contains(id),
        "the voucher is folded"
    );
    // A title is never read without what would turn it around.
    let turned = with("合同", (1, 1), "上门\u{202E}走访");
    let report = imported(&test, &workbook(&turned), true);
    assert!(
        report.faults.iter().any(|fault| fault.cell == "B2" && fault.message.contains("U+202E")),
        "{:?}",
        report.faults
    );
}
