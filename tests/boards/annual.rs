//! The annual report: the boards' figures as PDF and as a Word document, with the parts that the reader may see.

use quick_xml::events::Event;

use crate::adapters::spreadsheet::part;
use crate::on_sqlite;
use crate::reports::figures::two_contracts;
use crate::support::app::TestApp;
use crate::support::pdf::words;
use crate::support::programme;
use crate::support::visitor::Visitor;

on_sqlite! { the_report_of_a_year_is_printed_and_edited }

/// Returns the texts of a part in XML, which must be well-formed.
fn texts(xml: &str) -> Vec<String> {
    let mut reader = quick_xml::Reader::from_str(xml);
    let mut texts = Vec::new();
    loop {
        match reader.read_event().expect("well-formed XML") {
            Event::Eof => return texts,
            Event::Text(text) => texts.push(text.decode().expect("UTF-8").into_owned()),
            _ => {}
        }
    }
}

fn the_report_of_a_year_is_printed_and_edited(test: &TestApp) {
    two_contracts(test);
    // A draft has not begun.
    programme::registered(test, "XCSF-2026-003");
    let get = |who: &str, path: &str| {
        let reply = test.by(who).get(&format!("reports/annual.{path}"));
        assert_eq!(reply.status, 200, "{path}: {}", reply.json);
        reply
    };
    let printed = words(&get("audit", "pdf?year=2026").bytes).join("\n");
    let edited = get("audit", "docx?year=2026");
    assert!(edited.header("content-disposition").contains("annual-2026.docx"));
    assert!(edited.header("content-type").ends_with("wordprocessingml.document"));
    assert_eq!(edited.bytes, get("audit", "docx?year=2026").bytes, "equal documents give equal bytes");
    for name in
        ["[Content_Types].xml", "_rels/.rels", "word/_rels/document.xml.rels", "word/styles.xml", "docProps/core.xml"]
    {
        texts(&part(&edited.bytes, name));
    }
    let written = texts(&part(&edited.bytes, "word/document.xml")).join("\n");
    // Two contracts of 468,000.00 began in 2026; 97,200.00 were paid in two payments, and 90,000.00 are overdue.
    for text in [
        "2026 年起始的合同 2 份，合同金额 936,000.00 元",
        "年度内支付 2 笔，共 97,200.00 元",
        "付款期限已过、尚未支付的金额 90,000.00 元",
        "五、预算执行情况（元）",
        "各行之和可能大于合计",
    ] {
        assert!(written.contains(text), "{text} is not in {written}");
        assert!(printed.replace('\n', "").contains(text), "{text} is not in {printed}");
    }
    assert!(!written.contains("document-") && !written.contains("board-"), "a message is missing: {written}");
    // The justice bureau sees no money that its lists do not show; a neighbour sees nothing.
    let of_justice =
        texts(&part(&get("justice-leader", "docx?year=2026&lang=en").bytes, "word/document.xml")).join("\n");
    assert!(of_justice.contains("2 contracts worth 936,000.00 yuan began in 2026"), "{of_justice}");
    assert!(!of_justice.contains("Budget execution"), "{of_justice}");
    let elsewhere = texts(&part(&get("other-justice", "docx?lang=both").bytes, "word/document.xml")).join("\n");
    assert!(elsewhere.contains("2026 年起始的合同 0 份"), "{elsewhere}");
    for who in ["contractor", "station", "admin"] {
        assert_eq!(test.by(who).get("reports/annual.pdf").status, 403, "{who}");
    }
    assert_eq!(test.by("audit").get("reports/annual.docx?year=1899").status, 400);
    let leader = Visitor::signed_in(test, "justice-leader");
    let links = leader.get("/boards?year=2026").expect_status(200).attrs("main p a", "href");
    let annual: Vec<&String> = links.iter().filter(|link| link.starts_with("/reports/annual.")).collect();
    assert_eq!(annual.len(), 6, "each format in each choice of languages: {links:?}");
    for link in annual {
        assert_eq!(leader.get(link).status, 200, "{link}");
    }
}
