//! Helpers of the import tests: a small ledger as a workbook, and its import.

use luyue::domain::codes::Language;
use luyue::services::imports::{ImportReport, LedgerFile, import};
use rust_xlsxwriter::Workbook;

use crate::support::app::{CONTRACTOR, TestApp};

/// A sheet: its title, and its rows from the headings on.
pub type Sheet = (&'static str, Vec<Vec<String>>);

/// Returns the sheets of a ledger with one contract in every usual spelling of amounts, days and rates: accepted, paid.
pub fn ledger() -> Vec<Sheet> {
    let sheet = |title, rows: &[&[&str]]| -> Sheet {
        (title, rows.iter().map(|row| row.iter().map(|cell| (*cell).to_owned()).collect()).collect())
    };
    vec![
        sheet(
            "合同",
            &[
                &[
                    "合同编号",
                    "合同名称",
                    "购买主体",
                    "财政部门",
                    "承接主体",
                    "适用规定",
                    "采购方式",
                    "合同签订日期",
                    "预算指标",
                    "合同金额（元）",
                    "服务开始日期",
                    "服务结束日期",
                    "验收期限（日）",
                ],
                &[
                    "甲-1",
                    "上门走访服务",
                    "XC-JUSTICE",
                    "XC-FINANCE",
                    CONTRACTOR,
                    "限额标准以下",
                    "直接委托",
                    "2026/1/5",
                    "宣财指〔2026〕12号",
                    "1.5万元",
                    "2026年1月5日",
                    "2026-12-31",
                    "10日",
                ],
            ],
        ),
        sheet(
            "服务",
            &[
                &["合同编号", "代码", "名称", "服务标准", "数量", "单价（元）"],
                &["甲-1", "VISIT", "上门走访", "按规范走访", "100", "150"],
            ],
        ),
        sheet(
            "成果",
            &[
                &["合同编号", "代码", "名称", "服务项目", "数量", "提交期限"],
                &["甲-1", "D1", "全年走访", "VISIT", "100", "2026-06-30"],
            ],
        ),
        sheet(
            "付款节点",
            &[&["合同编号", "代码", "名称", "付款金额（元）", "须验收通过的成果"], &["甲-1", "M1", "尾款", "", "D1"]],
        ),
        sheet(
            "违约条款",
            &[
                &["合同编号", "代码", "名称", "条款类型", "每日违约金（%）", "计算基数"],
                &["甲-1", "LATE", "逾期提交", "逾期提交", "万分之五", "合同总金额"],
            ],
        ),
        sheet(
            "提交与验收",
            &[
                &["合同编号", "成果", "提交日期", "提交数量", "验收日期", "验收结论", "通过数量"],
                &["甲-1", "D1", "2026-06-20", "100", "2026-06-25", "通过", "100"],
            ],
        ),
        sheet(
            "支付",
            &[
                &["合同编号", "付款节点", "付款金额（元）", "支付日期", "支付凭证号"],
                &["甲-1", "M1", "15,000.00", "2026-07-10", "ZF-1"],
            ],
        ),
    ]
}

/// Returns a ledger whose contract is still a draft and so needs neither a budget nor a day.
pub fn drafted() -> Vec<u8> {
    let mut sheets = ledger();
    sheets.truncate(5);
    let contracts = &mut sheets[0].1;
    contracts[0].push("状态".to_owned());
    contracts[1].push("草稿".to_owned());
    (contracts[1][7], contracts[1][8]) = (String::new(), String::new());
    workbook(&sheets)
}

/// Writes sheets as a workbook of texts.
pub fn workbook(sheets: &[Sheet]) -> Vec<u8> {
    let mut workbook = Workbook::new();
    for (title, rows) in sheets {
        let sheet = workbook.add_worksheet();
        sheet.set_name(*title).expect("a title");
        for (row, cells) in (0..).zip(rows) {
            for (column, cell) in (0..).zip(cells) {
                sheet.write_string(row, column, cell).expect("a cell");
            }
        }
    }
    workbook.save_to_buffer().expect("a workbook")
}

/// Imports a workbook, or tries to.
pub fn imported(test: &TestApp, bytes: &[u8], is_dry_run: bool) -> ImportReport {
    let file = LedgerFile { name: "台账.xlsx", bytes, language: Language::Zh, by: None, is_dry_run };
    import(&test.app, &file, &|_| ()).expect("the file can be read")
}

/// Returns the numbers of all contracts.
pub fn numbers(test: &TestApp) -> Vec<String> {
    let list = test.by("audit").get("contracts").expect_status(200);
    let items = list["items"].as_array().expect("items").iter();
    items.map(|item| item["number"].as_str().expect("a number").to_owned()).collect()
}
