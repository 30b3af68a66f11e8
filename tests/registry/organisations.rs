//! Regions, bureaus and the catalogue; access of a new bureau to existing contracts; and pagination of lists.

use diesel::prelude::*;
use luyue::schema::contract_access;
use luyue::services::registry::catalogue;
use luyue::storage::contracts::access;
use luyue::storage::registry::organisations;
use serde_json::json;

use crate::registry::{column, text};
use crate::support::app::TestApp;
use crate::support::programme;
use crate::support::visitor::Visitor;
use crate::{on_both_engines, on_sqlite_first};

on_both_engines! {
    a_new_bureau_sees_the_contracts_of_its_region
    a_list_is_read_page_by_page
    adding_has_its_effect_once
}

on_sqlite_first! {
    bureaus_are_added_to_their_region
    the_catalogue_has_what_the_notice_names
    a_name_in_another_spelling_is_known
}

fn bureaus_are_added_to_their_region(test: &TestApp) {
    let admin = || test.by("admin");
    admin().post("regions", &json!({"code": "341802", "name": "宣州区", "parent": "341800"})).expect_status(201);
    let bureau = json!({"code": "XZ-JUSTICE", "name": "宣州区司法局", "function": "justice", "region": "341802"});
    assert_eq!(admin().post("organisations", &bureau).expect_status(201), bureau);
    let list = test.by("contractor").get("organisations?function=justice&region=341802").expect_status(200);
    assert_eq!(list["items"], json!([bureau]));
    let regions = test.by("station").get("regions").expect_status(200);
    assert_eq!(column(&regions, "code"), ["341800", "341800-1", "341802", "341824"]);
    assert_eq!(regions["items"][2]["parent"], "341800");
    let service = json!({"code": "Visit.9", "name": "走访", "unit": "次"});
    admin().post("services", &service).expect_status(201);
    for code in ["xz-justice", "XZ–JUSTICE", "ＸＺ－ＪＵＳＴＩＣＥ", "Xz-Justice\u{200b}"] {
        let twin = json!({"code": code, "name": "另一司法局", "function": "justice", "region": "341802"});
        let refused = admin().post("organisations", &twin).expect_status(422);
        assert_eq!(refused["errors"][0]["path"], "code", "{code}");
    }
    for code in ["visit.9", "VISIT.9", "ｖｉｓｉｔ．９"] {
        let refused =
            admin().post("services", &json!({"code": code, "name": "走访二", "unit": "次"})).expect_status(422);
        assert_eq!(refused["errors"][0]["path"], "code", "{code}");
    }
    admin().post("services", &json!({"code": "Visit.90", "name": "走访三", "unit": "次"})).expect_status(201);
    for (path, body, at) in [
        ("regions", json!({"code": "341802", "name": "又一个"}), "code"),
        ("regions", json!({"code": "3418/02", "name": "x"}), "code"),
        ("regions", json!({"code": "341825", "name": "旌德县", "parent": "999999"}), "parent"),
        ("organisations", bureau.clone(), "code"),
        ("organisations", json!({"code": "A", "name": "x", "function": "finance", "region": "999999"}), "region"),
        ("organisations", json!({"code": "A", "name": "x", "function": "finance"}), "region"),
        ("organisations", json!({"code": "A/B", "name": "x", "function": "other"}), "code"),
        ("organisations", json!({"code": "A", "name": "\u{7}", "function": "other"}), "name"),
        ("organisations", json!({"code": "A", "name": "x", "function": "contractor"}), "function"),
    ] {
        let refused = admin().post(path, &body).expect_status(422);
        assert_eq!(refused["errors"][0]["path"], at, "{body}");
    }
    let unknown =
        admin().post("organisations", &json!({"code": "A", "name": "x", "function": "magic"})).expect_status(400);
    assert_eq!(unknown["errors"][0]["path"], "function");
    assert_eq!(test.by("justice").get("organisations?function=magic").status, 400);
}

fn a_new_bureau_sees_the_contracts_of_its_region(test: &TestApp) {
    programme::registered(test, "XCSF-2026-001");
    let admin = || test.by("admin");
    admin().post("regions", &json!({"code": "341800002", "name": "济川街道", "parent": "341800"})).expect_status(201);
    for (code, function, region) in [
        ("XC-POLITICAL", "political_legal", "341800"),
        ("JX-POLITICAL", "political_legal", "341824"),
        ("XC-STATION-2", "justice_station", "341800002"),
        ("XC-JUSTICE-2", "justice", "341800"),
        ("XC-CIVIL", "civil_affairs", "341800"),
    ] {
        let bureau = json!({"code": code, "name": code, "function": function, "region": region});
        admin().post("organisations", &bureau).expect_status(201);
    }
    let mut connection = test.app.pool.get().expect("a connection");
    let contract =
        luyue::storage::contracts::by_number(&mut connection, "XCSF-2026-001").expect("read").expect("it is there");
    let seeing = |connection: &mut luyue::storage::AnyConnection| -> Vec<i64> {
        contract_access::table
            .filter(contract_access::contract_id.eq(contract.id.0))
            .order(contract_access::organisation_id)
            .select(contract_access::organisation_id)
            .load(connection)
            .expect("the rows")
    };
    // The access rows written bureau by bureau equal those computed from the contract.
    let written = seeing(&mut connection);
    let viewers: Vec<i64> =
        access::viewers(&mut connection, &contract).expect("viewers").into_iter().map(|id| id.0).collect();
    assert_eq!(written, viewers);
    for (code, sees) in [
        ("XC-POLITICAL", true),
        ("JX-POLITICAL", false),
        ("XC-STATION-2", true),
        ("XC-JUSTICE-2", false),
        ("XC-CIVIL", false),
    ] {
        let bureau = organisations::by_code(&mut connection, code).expect("read").expect("it is there");
        assert_eq!(written.contains(&bureau.id.0), sees, "{code}");
        // Writing them again changes nothing, nor does it for a party to the contract.
        access::replace_for_organisation(&mut connection, bureau.id).expect("written again");
    }
    access::replace_for_organisation(&mut connection, contract.purchaser_id).expect("written again");
    access::replace_for_organisation(&mut connection, contract.contractor_id).expect("written again");
    assert_eq!(seeing(&mut connection), written);
}

fn a_list_is_read_page_by_page(test: &TestApp) {
    let all = column(&test.by("justice").get("organisations").expect_status(200), "code");
    assert!(all.len() > 4, "{all:?}");
    for path in ["organisations", "regions"] {
        let whole = column(&test.by("justice").get(path).expect_status(200), "code");
        let (mut read, mut cursor) = (Vec::new(), String::new());
        loop {
            let page = test.by("justice").get(&format!("{path}?limit=2{cursor}")).expect_status(200);
            read.extend(column(&page, "code"));
            if page["next"].is_null() {
                break;
            }
            assert_eq!(page["items"].as_array().map(Vec::len), Some(2));
            cursor = format!("&cursor={}", text(&page["next"]));
        }
        assert_eq!(read, whole, "{path}");
    }
    for wrong in ["limit=0", "limit=201", "limit=x", "cursor=%21%21", "cursor=bm9ib2R5", "colour=red"] {
        assert_eq!(test.by("justice").get(&format!("organisations?{wrong}")).status, 400, "{wrong}");
    }
    let page = test.by("justice").get("organisations?limit=1").expect_status(200);
    let cursor = text(&page["next"]);
    assert!(!all.iter().any(|code| cursor.contains(code.as_str())), "a cursor says nothing");
}

fn the_catalogue_has_what_the_notice_names(test: &TestApp) {
    let written = catalogue::install(&test.app).expect("it is written");
    assert_eq!(catalogue::install(&test.app).expect("it is there"), 0);
    let list = test.by("contractor").get("services?limit=200").expect_status(200);
    let names = column(&list, "name");
    assert_eq!(names.len(), written);
    for named in ["教育学习", "社区服务", "上门走访", "心理矫治", "日常帮教", "社会帮扶", "职业技能培训"]
    {
        assert!(names.iter().any(|name| name == named), "{named}");
    }
    let items = list["items"].as_array().expect("a list");
    let barred: Vec<_> = items.iter().filter(|item| !item["barred"].is_null()).collect();
    assert_eq!(barred.len(), 1);
    assert_eq!(barred[0]["name"], "社区矫正协管员");
    assert_eq!(barred[0]["barred"]["since"], "2020-03-01");
    assert_eq!(barred[0]["barred"]["rule"], "negative-list");
    let chinese = test.by("contractor").with("Accept-Language", "zh-CN").get("services?limit=200").expect_status(200);
    let shown = chinese["items"].as_array().expect("a list").iter().find(|item| item["code"] == "ASSISTANT");
    let message = text(&shown.expect("it is listed")["barred"]["message"]);
    assert!(message.contains("不得购买") && message.contains("102号"), "{message}");
    let own = json!({"code": "LEGAL-AID", "name": "法律援助", "unit": "件"});
    test.by("admin").post("services", &own).expect_status(201);
    assert_eq!(test.by("admin").post("services", &own).expect_status(422)["errors"][0]["path"], "code");
}

fn adding_has_its_effect_once(test: &TestApp) {
    let bureau = json!({"code": "XC-CIVIL", "name": "宣城市民政局", "function": "civil_affairs", "region": "341800"});
    let ask = |body| test.by("admin").with("Idempotency-Key", "once").post("organisations", body);
    assert_eq!(ask(&bureau).expect_status(201), ask(&bureau).expect_status(201));
    let other = json!({"code": "XC-HR", "name": "x", "function": "human_resources", "region": "341800"});
    assert_eq!(ask(&other).expect_status(422)["rule"], "idempotency-key");
    let racing: Vec<u16> = std::thread::scope(|scope| {
        let other = &other;
        let race = |key: Option<&'static str>| {
            scope.spawn(move || {
                let admin = test.by("admin");
                let admin = if let Some(key) = key { admin.with("Idempotency-Key", key) } else { admin };
                admin.post("organisations", other).status
            })
        };
        let racers = [Some("r"), Some("r"), Some("r"), None].map(race);
        racers.into_iter().map(|racer| racer.join().expect("a racer ends")).collect()
    });
    // Whichever request came first, the three with the same key get the same answer.
    assert_eq!((racing[0], racing[1]), (racing[1], racing[2]), "{racing:?}");
    assert_eq!(racing[0] + racing[3], 201 + 422, "{racing:?}");
}

fn a_name_in_another_spelling_is_known(test: &TestApp) {
    let bureau = |code: &str, name: &str| json!({"code": code, "name": name, "function": "other"});
    let contractor =
        |code: &str, name: &str| json!({"credit_code": code, "name": name, "kind": "company", "sme": true});
    test.by("admin").post("organisations", &bureau("OFFICE-1", "服务中心（城东）")).expect_status(201);
    let first = "914403001922038216";
    test.by("admin").post("contractors", &contractor(first, "Hope（城东）社工—服务")).expect_status(201);
    let admin = Visitor::signed_in(test, "admin");
    let page = |register: &str, typed: &[(&str, &str)]| {
        let path = format!("/registers/{register}");
        let mut forms = admin.get(&path).expect_status(200).forms().into_iter();
        forms.find(|form| form.action == path).expect("a form").with(typed).send(&admin, "")
    };
    for name in ["服务中心（城东）", "服务中心(城东)", " 服务中心（城东）"] {
        let refused = test.by("admin").post("organisations", &bureau("OFFICE-2", name)).expect_status(409);
        assert_eq!(refused["type"], "/problems/register-name-known", "{name}");
    }
    let second = "91341800MA2TK0001N";
    for name in ["hope(城东)社工-服务", "ＨＯＰＥ（城东）社工–服务"] {
        let reply = test.by("admin").post("contractors", &contractor(second, name)).expect_status(409);
        let address = format!("/registers/contractors?at={first}#row-{first}");
        assert_eq!((&reply["conflict"]["address"], &reply["conflict"]["repeatable"]), (&json!(address), &json!(false)));
        let shown = page("contractors", &[("credit_code", second), ("name", name)]).expect_status(409);
        assert!(shown.links_in(".govuk-error-summary").iter().any(|(to, _)| *to == address), "{}", shown.text);
        assert!(admin.get(&address).expect_status(200).has(&format!("[id='row-{first}']")), "the link leads to it");
    }
    let typed = [("code", "OFFICE-3"), ("name", "服务中心(城东)"), ("function", "other")];
    let shown = page("organisations", &typed).expect_status(409);
    let found = shown.links_in(".govuk-error-summary").into_iter().find(|(to, _)| to.contains("?at="));
    let (address, _) = found.expect("a link to the first");
    assert!(admin.get(&address).expect_status(200).has("[id='row-OFFICE-1']"), "{address}");
    // A name that tells them apart is taken.
    test.by("admin").post("contractors", &contractor(second, "Hope（城西）社工服务")).expect_status(201);
}
