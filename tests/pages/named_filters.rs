//! Filters that name a row of a register: by the code, the name or a part of either.

use crate::support::app::{CONTRACTOR, TestApp};
use crate::support::programme;
use crate::support::visitor::Visitor;

crate::on_sqlite! {
    a_part_of_a_name_that_only_one_has_is_taken
    several_with_a_part_of_a_name_are_choices
    the_log_takes_names_of_people_and_parts_of_numbers
}

fn encoded(typed: &str) -> String {
    form_urlencoded::byte_serialize(typed.as_bytes()).collect()
}

fn a_part_of_a_name_that_only_one_has_is_taken(test: &TestApp) {
    let contract = programme::registered(test, "N-1");
    programme::activate(test, &contract);
    let [officer, finance] = ["justice", "finance-review"].map(|who| Visitor::signed_in(test, who));
    let anyone = Visitor::new(test);
    let taken: [(&Visitor<'_>, &str, &str, &str, &str); 8] = [
        (&officer, "/contracts", "region", "宣城", "宣城市"),
        (&officer, "/contracts", "region", " 西 林 ", "西林街道"),
        (&officer, "/contracts", "region", "３４１８２", "绩溪县"),
        (&finance, "/payments", "bureau", "xc－just", "XC-JUSTICE"),
        (&finance, "/payments", "contractor", "阳光", "宣城市阳光社会工作服务中心"),
        (&finance, "/ledger", "bureau", "XC-JUST", "XC-JUSTICE"),
        (&finance, "/reports/execution", "bureau", "XC-JUST", "XC-JUSTICE"),
        (&anyone, "/public", "region", "绩溪", "绩溪县"),
    ];
    for (visitor, list, field, typed, name) in taken {
        let page = visitor.get(&format!("{list}?{field}={}", encoded(typed))).expect_status(200);
        assert_eq!(page.text_of(&format!("[id={field}-error]")), format!("= {name}"), "{list} {field}={typed}");
        assert!(!page.has(&format!("[id={field}][aria-invalid]")), "{list} {field}={typed}");
    }
    let page = officer.get(&format!("/contracts?region={}", encoded("宣城"))).expect_status(200);
    assert!(page.text_of("#found").contains("N-1"), "{}", page.text);
    let file = officer.get(&format!("/contracts?region={}&format=csv", encoded("宣城"))).expect_status(200);
    assert!(file.text.contains("N-1"), "{}", file.text);
    // The whole name or code needs no explanation.
    for whole in ["宣城市", "341800"] {
        let page = officer.get(&format!("/contracts?region={}", encoded(whole))).expect_status(200);
        assert_eq!(page.text_of("#region-error"), "", "{whole}");
    }
}

fn several_with_a_part_of_a_name_are_choices(test: &TestApp) {
    let finance = Visitor::signed_in(test, "finance-review");
    let page = finance.get("/payments?bureau=finance&month=2026-09&cursor=x").expect_status(200);
    assert!(page.text_of("#bureau-error").ends_with("名称或代码含“finance”的有 2 个，请选择其中一个"), "{}", page.text);
    let choices = page.links_in("#found");
    for code in ["XC-FINANCE", "JX-FINANCE"] {
        let address = format!("/payments?month=2026-09&bureau={code}");
        assert!(choices.iter().any(|(to, words)| *to == address && words.contains(code)), "{choices:?}");
        let chosen = finance.get(&address).expect_status(200);
        assert!(!chosen.has("[aria-invalid=true]"), "{}", chosen.text);
    }
    let none = finance.get(&format!("/payments?bureau={}", encoded("无此局"))).expect_status(200);
    assert!(none.text_of("#bureau-error").contains("没有名称或代码含“无此局”的记录"), "{}", none.text);
    assert!(none.links_in("#found").iter().all(|(to, _)| !to.contains("bureau=")), "nothing to choose from");
    // A form takes no part of a name, but says which names are similar.
    let admin = Visitor::signed_in(test, "admin");
    let add = "/registers/people";
    let typed = [("username", "li-xin"), ("name", "李新"), ("email", "li@xc.cn"), ("role", "officer")];
    let refused = admin.post_from(add, add, &[&typed[..], &[("organisation", "finance")]].concat());
    let told = refused.text_of("#organisation-error");
    assert!(told.contains("XC-FINANCE") && told.contains("JX-FINANCE"), "{}", refused.text);
    let refused = admin.post_from(add, add, &[&typed[..], &[("organisation", "无此局")]].concat());
    assert!(refused.text_of("#organisation-error").contains("没有名称或代码含“无此局”的记录"), "{}", refused.text);
    assert!(!refused.text.contains(CONTRACTOR), "{}", refused.text);
}

fn the_log_takes_names_of_people_and_parts_of_numbers(test: &TestApp) {
    let contract = programme::registered(test, "XCSF-2026-009");
    programme::activate(test, &contract);
    let [auditor, admin] = ["audit", "admin"].map(|who| Visitor::signed_in(test, who));
    let add = "/registers/people";
    let named = [("username", "li-xin"), ("name", "李新"), ("email", "li@xc.cn"), ("role", "officer")];
    let seat = [("language", "zh"), ("organisation", "XC-JUSTICE")];
    admin.post_from(add, add, &[&named[..], &seat].concat()).expect_status(303);
    let events = |visitor: &Visitor<'_>, query: &str| visitor.get(&format!("/events?{query}")).expect_status(200);
    for typed in ["2026-009", "ｘｃｓｆ 2026"] {
        let page = events(&auditor, &format!("contract={}", encoded(typed)));
        assert_eq!(page.text_of("#contract-error"), "= 社区矫正社会工作服务（2026 年度）", "{typed}");
        assert!(page.text_of("#found").contains("XCSF-2026-009"), "{typed}: {}", page.text);
    }
    let none = events(&auditor, "contract=NONE");
    assert!(none.text_of("#contract-error").contains("没有名称或代码含“NONE”的记录"), "{}", none.text);
    // A full name stands for its username; only an administrator finds people by a part of it.
    let whole = format!("person={}", encoded("李新"));
    assert!(!events(&auditor, &whole).has("[id=person][aria-invalid]"));
    let part = format!("person={}", encoded("李"));
    assert_eq!(events(&admin, &part).text_of("#person-error"), "= 李新");
    assert!(events(&auditor, &part).has("[id=person][aria-invalid=true]"));
}
