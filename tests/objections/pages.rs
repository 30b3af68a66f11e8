//! An objection through pages without JavaScript: raised from the breach, answered from the task, and shown with its
//! answer and the act that corrects it.

use crate::objections::setup::{THINGS, listed, raised};
use crate::on_sqlite_first;
use crate::payments::setup::midyear;
use crate::support::app::TestApp;
use crate::support::visitor::Visitor;

on_sqlite_first! {
    an_objection_goes_from_the_breach_to_its_correction
    each_thing_has_its_link_for_the_contractor_alone
    a_refused_form_keeps_what_was_typed
}

const TEXT: &str = "资料于七月一日已送达，逾期并非我方原因";

fn an_objection_goes_from_the_breach_to_its_correction(test: &TestApp) {
    let id = midyear(test);
    let contract = format!("/contracts/{id}");
    let contractor = Visitor::signed_in(test, "contractor");
    let link = contractor.get(&contract).dom_link(&format!("{contract}/act/objection?subject=breach%2FLATE"));
    let page = contractor.get(&link).expect_status(200);
    assert!(page.text.contains("逾期提交") || page.text.contains("LATE"), "{}", page.text);
    let form = page.form(&format!("{contract}/act/objection")).with(&[("text", TEXT)]);
    let done = form.send(&contractor, "");
    assert_eq!(done.status, 303, "{}", done.text);
    let page = contractor.get(&done.location).expect_status(200);
    assert!(page.text.contains("异议已提出"), "{}", page.text);
    let objection = listed(test, &id)[0]["id"].as_str().expect("an id").to_owned();
    let own = format!("#objection-{objection}");
    assert!(page.text_of(&own).contains(TEXT));
    assert!(page.attrs("a", "href").contains(&own), "the breach leads to the open objection");
    assert!(!page.has(&format!("{own} a")), "the contractor does not answer");

    let leader = Visitor::signed_in(test, "justice-leader");
    let form = leader.get("/work").expect_status(200).dom_link(&format!("{contract}/act/objection-uphold"));
    let shown = leader.get(&form).expect_status(200);
    assert!(shown.text.contains(TEXT) && shown.text.contains("2026-07-31"), "{}", shown.text);
    assert!(shown.attr("a[data-carries]", "href").contains("/act/objection-reject"), "the other answer");
    let refused = shown.form(&format!("{contract}/act/objection-uphold")).send(&leader, "");
    assert!([400, 422].contains(&refused.status), "without a reason: {}", refused.status);
    let form = shown.form(&format!("{contract}/act/objection-uphold")).with(&[("reason", "签收记录属实")]);
    assert_eq!(form.send(&leader, "").status, 303);

    let officer = Visitor::signed_in(test, "justice");
    let work = officer.get("/work").expect_status(200);
    assert!(work.dom_link(&contract).starts_with(&contract));
    let page = officer.get(&contract).expect_status(200);
    let said = page.text_of(&own);
    assert!(said.contains("异议成立") && said.contains("签收记录属实"), "{said}");
    let links = page.links_in(&own);
    assert_eq!(links.len(), 1, "{links:?}");
    assert_eq!(links[0].0, format!("{contract}/act/waiver?subject=LATE/COUNSEL-H1"));
    assert!(contractor.get(&contract).links_in(&own).is_empty(), "the contractor requests no waiver");
}

fn each_thing_has_its_link_for_the_contractor_alone(test: &TestApp) {
    let id = midyear(test);
    let contract = format!("/contracts/{id}");
    let start = format!("{contract}/act/objection?subject=");
    let objecting = |who: &str, query: &str| {
        let page = Visitor::signed_in(test, who).get(&format!("{contract}{query}")).expect_status(200);
        page.attrs("a", "href")
            .into_iter()
            .filter_map(|at| Some(at.strip_prefix(&start)?.to_owned()))
            .collect::<Vec<_>>()
    };
    let links = objecting("contractor", "");
    for (against, subject) in THINGS {
        let subject = format!("{against}%2F{}", subject.replace('/', "%2F"));
        assert!(links.contains(&subject), "{subject}: {links:?}");
    }
    assert!(!links.contains(&"breach%2FSTAFF%2F2026-03".to_owned()), "waived");
    assert_eq!(objecting("contractor", "?as_of=2026-07-10"), [] as [String; 0], "an earlier day");
    for who in ["justice", "justice-leader", "finance-approve", "audit"] {
        assert_eq!(objecting(who, ""), [] as [String; 0], "{who}");
    }
    raised(test, &id, ("score", "MIDYEAR"));
    assert_eq!(objecting("contractor", "").len(), links.len() - 1);
}

fn a_refused_form_keeps_what_was_typed(test: &TestApp) {
    let id = midyear(test);
    let contractor = Visitor::signed_in(test, "contractor");
    let act = format!("/contracts/{id}/act/objection");
    let page = contractor.get(&format!("{act}?subject=score%2FMIDYEAR")).expect_status(200);
    raised(test, &id, ("score", "MIDYEAR"));
    let refused = page.form(&act).with(&[("text", TEXT)]).send(&contractor, "");
    assert_eq!(refused.status, 409, "{}", refused.text);
    assert!(refused.text.contains(TEXT));
    assert!(refused.attrs("a", "href").iter().any(|at| at.contains("#objection-")), "{}", refused.text);
    for subject in ["", "score", "payment%2FMIDYEAR", "decision%2FCOUNSEL-H1"] {
        assert_eq!(contractor.get(&format!("{act}?subject={subject}")).status, 404, "{subject}");
    }
}
