//! Filters that name a row of a register: by the code, the name or a part of either.

use crate::support::app::{CONTRACTOR, TestApp};
use crate::support::programme;
use crate::support::visitor::Visitor;

crate::on_both_engines! {
    a_part_of_a_name_that_only_one_has_is_taken
    several_with_a_part_of_a_name_are_choices
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
    // The whole name or code needs no words beside the field.
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
