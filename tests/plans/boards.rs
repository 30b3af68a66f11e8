//! The cases of boards, of the annual report, and of the lists that their figures lead to.

use crate::plans::cases::{Case, case};

/// The cases.
pub const BOARDS: &[Case] = &[
    case("GET show_justice_board", |t| t.api("audit", "boards/justice.json?year=2025")),
    case("GET show_justice_board by service", |t| t.api("audit", "boards/justice.json?by=service&year=2025")),
    case("GET show_justice_board by contractor", |t| t.api("audit", "boards/justice.json?by=contractor&year=2025")),
    case("GET show_justice_board of a county", |t| {
        t.api("officer-341821-mz", "boards/justice.json?by=contractor&region=341821")
    }),
    case("GET show_justice_board of finance", |t| t.api("reviewer-341800", "boards/justice.json")),
    case("GET print_annual_report", |t| t.api("audit", "reports/annual.pdf?year=2025")),
    case("GET write_annual_report", |t| t.api("officer-341821-mz", "reports/annual.docx?year=2025")),
    case("GET show_finance_board", |t| t.api("audit", "boards/finance.json?year=2025")),
    case("GET show_counties_board", |t| t.api("audit", "boards/counties.json?year=2025")),
    case("GET list_contracts having an overdue payment", |t| {
        t.api("audit", "contracts?having=overdue-payment&purchaser=341821-MZ")
    }),
    case("page /boards", |t| t.page("audit", "/boards")),
    case("page /boards/justice", |t| t.page("audit", "/boards/justice?by=contractor")),
    case("page /boards/finance", |t| t.page("reviewer-341800", "/boards/finance")),
    case("page /boards/counties", |t| t.page("audit", "/boards/counties")),
    case("GET list_contracts having an overdue deliverable", |t| {
        t.api("audit", "contracts?having=overdue-deliverable&region=341821&alone=true")
    }),
    case("GET list_contracts having a deliverable due", |t| t.api("audit", "contracts?having=due-deliverable")),
    case("GET list_contracts having a breach", |t| t.api("audit", "contracts?having=breach&having_year=2025")),
    case("GET list_contracts having an evaluation", |t| t.api("audit", "contracts?having=evaluation&having_year=2025")),
    case("GET list_contracts with a service, of a contractor", |t| {
        t.api("audit", "contracts?contractor={contractor}&service=%E5%BF%83%E7%90%86%E8%BE%85%E5%AF%BC")
    }),
];
