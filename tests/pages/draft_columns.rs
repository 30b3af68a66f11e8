//! Columns of a draft's lists filled at once, what stands beside the lists, and the draft on the page that checks it.

use crate::on_sqlite;
use crate::pages::draft_rows::{column, follow, step};
use crate::pages::drafts::{begun, save};
use crate::support::app::{CONTRACTOR, TestApp};
use crate::support::dom::ShownForm;
use crate::support::visitor::{Page, Visitor};

on_sqlite! {
    a_column_is_filled_from_a_row_on_and_put_back
    what_is_chosen_from_the_catalogue_brings_unit_and_standard
    the_check_page_has_a_line_for_each_term_and_folds_the_rest
}

/// Begins a draft with the programme of the notice.
fn begun_from_notice(officer: &Visitor<'_>) -> String {
    let page = "/templates/notice-2017-43";
    let fields = [("starts_on", "2027-01-05"), ("contractor", CONTRACTOR)];
    let done = officer.post_from(page, &format!("{page}/draft"), &fields);
    assert_eq!(done.status, 303, "{}", done.text);
    done.location.split('?').next().expect("an address").to_owned()
}

fn fill(officer: &Visitor<'_>, form: ShownForm, list: &str, fields: &[(&str, &str)]) -> Page {
    let named: Vec<(String, &str)> =
        fields.iter().map(|(name, value)| (format!("fill.{list}.{name}"), *value)).collect();
    let named: Vec<(&str, &str)> = named.iter().map(|(name, value)| (name.as_str(), *value)).collect();
    form.with(&named).send(officer, &format!("fill:{list}"))
}

fn a_column_is_filled_from_a_row_on_and_put_back(test: &TestApp) {
    let officer = Visitor::signed_in(test, "justice");
    let draft = begun_from_notice(&officer);
    let path = format!("{draft}/deliverables");
    let shown = officer.get(&path).expect_status(200);
    assert!(shown.text_of(".draft-totals").contains("468,000.00"), "{}", shown.text);
    let days = column(&shown.form(&path), "deliverables", "due_on");
    let late = [("column", "due_on"), ("value", "2027.12.1"), ("from", "4")];
    let filled = follow(&officer, fill(&officer, shown.form(&path), "deliverables", &late));
    let now = column(&filled.form(&path), "deliverables", "due_on");
    assert_eq!((&now[..3], &now[3..]), (&days[..3], ["2027-12-01"; 3].map(str::to_owned).as_slice()));
    assert!(filled.text.contains("此列已填写并保存") && filled.text.contains("改写了 3 项"), "{}", filled.text);
    let undone = follow(&officer, filled.form(&path).send(&officer, "undo"));
    assert_eq!(column(&undone.form(&path), "deliverables", "due_on"), days);
    // Without a value, that of the first row is taken; rows with one can keep theirs.
    let typed = [("deliverables.1.place", "鳌峰街道"), ("deliverables.3.place", "西林街道")];
    let down = [("column", "place"), ("from", "2"), ("keeps", "yes")];
    let filled = follow(&officer, fill(&officer, undone.form(&path).with(&typed), "deliverables", &down));
    let places = column(&filled.form(&path), "deliverables", "place");
    assert_eq!(places, ["", "鳌峰街道", "鳌峰街道", "西林街道", "鳌峰街道", "鳌峰街道"]);
    for (wrong, told) in [
        ([("column", "quantity"), ("value", "许多"), ("from", "")], "数量"),
        ([("column", "place"), ("value", "x"), ("from", "7")], "1 至 6"),
        ([("column", "evidence"), ("value", ""), ("from", "")], "起始行此列没有内容"),
        ([("column", "code"), ("value", "X"), ("from", "")], "请填写"),
    ] {
        let refused = fill(&officer, step(&officer, &draft, "deliverables"), "deliverables", &wrong);
        assert!(refused.status == 422 && refused.text.contains(told), "{told}: {}", refused.text);
        assert_eq!(refused.form(&path).value("fill.deliverables.value").unwrap_or_default(), wrong[1].1);
    }
    let left = step(&officer, &draft, "deliverables").with(&[("fill.deliverables.value", "x")]).send(&officer, "save");
    assert!(left.status == 422 && left.text.contains("这一列还没有填写"), "{}", left.text);
    let milestones = step(&officer, &draft, "milestones");
    let pays = follow(&officer, fill(&officer, milestones, "pays", &[("value", "FINAL"), ("from", "2")]));
    let pays = column(&pays.form(&format!("{draft}/milestones")), "deliverables", "milestone");
    assert_eq!(pays, ["MIDYEAR", "FINAL", "FINAL", "FINAL", "FINAL", "FINAL"]);
    let undone = follow(&officer, step(&officer, &draft, "milestones").send(&officer, "undo"));
    let pays = column(&undone.form(&format!("{draft}/milestones")), "deliverables", "milestone");
    assert_eq!(pays, ["MIDYEAR", "MIDYEAR", "MIDYEAR", "FINAL", "FINAL", "FINAL"]);
}

fn what_is_chosen_from_the_catalogue_brings_unit_and_standard(test: &TestApp) {
    let service = serde_json::json!({"code": "HF", "name": "回访服务", "unit": "次", "standard": "每月一次"});
    test.by("admin").post("services", &service).expect_status(201);
    let officer = Visitor::signed_in(test, "justice");
    let draft = begun(&officer);
    let typed = [("items.0.code", "A"), ("items.0.service", "回访服务"), ("items.0.unit", "人次")];
    save(&officer, &draft, "items", "leave", &typed);
    let form = step(&officer, &draft, "items");
    let held = |form: &ShownForm| {
        ["name", "unit", "standard"].map(|name| form.value(&format!("items.0.{name}")).map(str::to_owned))
    };
    assert_eq!(held(&form), ["回访服务", "人次", "每月一次"].map(|text| Some(text.to_owned())));
    form.with(&[("items.0.standard", "")]).send(&officer, "leave").expect_status(303);
    let form = step(&officer, &draft, "items");
    assert_eq!(form.value("items.0.standard").unwrap_or_default(), "", "what was emptied stays empty");
}

fn the_check_page_has_a_line_for_each_term_and_folds_the_rest(test: &TestApp) {
    let officer = Visitor::signed_in(test, "justice");
    let draft = begun_from_notice(&officer);
    let parties = [("number", "C-1"), ("method", "公开招标"), ("funder", "XC-FINANCE")];
    step(&officer, &draft, "parties").with(&parties).send(&officer, "leave").expect_status(303);
    let check = officer.get(&format!("{draft}/check")).expect_status(200);
    let lines = check.texts(".five-terms summary");
    assert_eq!(lines.len(), 5, "{lines:?}");
    for (line, told) in lines.iter().zip([
        "3 项服务，6 项成果，合同金额 468,000.00 元",
        "指标 4 项：走访覆盖率、服务对象满意度、到课率、再犯罪率；3 项服务写明标准",
        "2027-01-05 至 2027-12-31，提交期限最早 2027-06-20、最晚 2027-12-15",
        "3 个付款节点（预付款：20%、中期款：40%、尾款：40%）",
        "8 条违约条款，违约金上限为合同金额的 20%",
    ]) {
        assert!(line.contains(told), "{line}");
    }
    assert!(!check.has("main details[open]"), "all is folded");
    let folded = check.texts("main details > summary");
    for list in ["服务清单（3）", "成果（6）", "付款节点（3）", "违约条款（8）"] {
        assert!(folded.iter().any(|text| text.contains(list)), "{list}: {folded:?}");
    }
    let registered = check.form(&format!("{draft}/check")).send(&officer, "");
    assert_eq!(registered.status, 303, "{}", registered.text);
}
