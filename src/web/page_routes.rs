//! The table of pages. The router and the tests of rights are generated from it.

use actix_web::web;

use crate::domain::policy::Action;
use crate::web::groups::Groups;
use crate::web::pages;

/// Right that a page needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PageNeeds {
    /// None: the page is public.
    Public,
    /// One right.
    Allowed(Action),
    /// The right of the action in the path (`pages::actions`).
    Acting,
    /// The right of the register in the path (`pages::registers`).
    Register,
}

macro_rules! kept_form {
    ($groups:ident post $path:literal $($handler:ident)::+) => {
        let names_kept_form = actix_web::guard::fn_guard(pages::request::names_kept_form);
        $groups.add($path, |group| group.route($path, web::get().guard(names_kept_form).to($($handler)::+)));
    };
    ($groups:ident $method:ident $path:literal $($handler:ident)::+) => {};
}

/// Adds the route by which the address that takes a form leads to the page of the form. A form that was refused leaves
/// its address in the address bar; where a page is read at that address, the page was added before.
macro_rules! form_address {
    ($groups:ident post $path:literal) => {
        $groups.add($path, |group| group.route($path, web::get().to(pages::request::lead_to_form)));
    };
    ($groups:ident get $path:literal) => {};
}

macro_rules! pages {
    ($($method:ident $path:literal $($handler:ident)::+ => $needs:expr;)+) => {
        /// Adds every page to the groups of an application. The handler of a form also shows a kept form, at the form's
        /// address. Any page is read in another language by a query that names the language.
        pub fn add_pages(groups: &mut Groups) {
            $(
                let chooses_language = actix_web::guard::fn_guard(pages::request::chooses_language);
                let show_in = web::get().guard(chooses_language).to(pages::identity::session::show_in);
                groups.add($path, |group| group.route($path, show_in));
            )+
            $(kept_form!(groups $method $path pages::$($handler)::+);)+
            $(
                groups.add($path, |group| group.route($path, web::$method().to(pages::$($handler)::+)));
                form_address!(groups $method $path);
            )+
        }

        /// Every page by method and path, with its right.
        pub const PAGES: &[(&str, &str, PageNeeds)] = &[$((stringify!($method), $path, $needs)),+];
    };
}

use PageNeeds::{Acting, Allowed, Public, Register};
pages! {
    get "/" identity::session::home => Public;
    get "/api/docs" api_docs::docs => Public;
    get "/assets/{version}/{name}" assets::show => Public;
    get "/language/{code}" identity::session::choose_language => Public;
    get "/sign-in" identity::session::sign_in => Public;
    post "/sign-in" identity::session::open_session => Public;
    get "/sign-in/provider" identity::provider::leave => Public;
    get "/sign-in/provider/return" identity::provider::come_back => Public;
    get "/sign-in/provider/code" identity::provider::ask_code => Public;
    post "/sign-in/provider/code" identity::provider::submit_code => Public;
    get "/sign-out/provider" identity::provider::sign_out => Public;
    post "/sign-out" identity::session::close_session => Allowed(Action::OwnSession);
    get "/sessions" identity::session::list_sessions => Allowed(Action::OwnSession);
    post "/sessions/{id}/end" identity::session::end_session => Allowed(Action::OwnSession);
    post "/sessions/end-others" identity::session::end_other_sessions => Allowed(Action::OwnSession);
    post "/calendar-feed" notifications::calendar_feed::renew => Allowed(Action::OwnSession);
    post "/calendar-feed/end" notifications::calendar_feed::end => Allowed(Action::OwnSession);
    get "/calendar-feed/{token}/tasks.ics" notifications::calendar_feed::show => Public;
    get "/notices" notifications::notices::list => Allowed(Action::OwnSession);
    post "/notices/read" notifications::notices::mark_all_read => Allowed(Action::OwnSession);
    post "/notices/{id}/read" notifications::notices::mark_one_read => Allowed(Action::OwnSession);
    get "/notices/choices" notifications::notices::choices => Allowed(Action::OwnSession);
    post "/notices/choices" notifications::notices::choose => Allowed(Action::OwnSession);
    get "/one-time-codes" identity::totp::show => Allowed(Action::SetUpSecondFactor);
    post "/one-time-codes/begin" identity::totp::begin => Allowed(Action::SetUpSecondFactor);
    post "/one-time-codes/confirm" identity::totp::confirm => Allowed(Action::SetUpSecondFactor);
    post "/one-time-codes/recovery" identity::totp::renew_recovery_codes => Allowed(Action::OwnSession);
    post "/one-time-codes/remove" identity::totp::remove => Allowed(Action::OwnSession);
    get "/forgotten-password" identity::passwords::forgotten => Public;
    post "/forgotten-password" identity::passwords::send_forgotten => Public;
    get "/change-password" identity::passwords::change => Allowed(Action::OwnSession);
    post "/change-password" identity::passwords::submit_change => Allowed(Action::OwnSession);
    post "/kept-forms/{id}/discard" identity::kept_forms::discard => Allowed(Action::OwnSession);
    get "/saved-views/{list}" identity::saved_views::list => Allowed(Action::OwnSession);
    post "/saved-views/{list}" identity::saved_views::save => Allowed(Action::OwnSession);
    get "/saved-views/{list}/{id}" identity::saved_views::edit => Allowed(Action::OwnSession);
    post "/saved-views/{list}/{id}" identity::saved_views::rename => Allowed(Action::OwnSession);
    post "/saved-views/{list}/{id}/delete" identity::saved_views::delete => Allowed(Action::OwnSession);
    get "/work" notifications::tasks::list => Allowed(Action::ListTasks);
    get "/search" search::show => Allowed(Action::OwnSession);
    get "/payments" payments::list => Allowed(Action::ReadContract);
    get "/payments/check" payments::batch::check => Allowed(Action::ReadContract);
    post "/payments/decide" payments::batch::decide => Allowed(Action::ReadContract);
    get "/payments/vouchers" payments::vouchers::form => Allowed(Action::PayPayment);
    post "/payments/vouchers" payments::vouchers::check => Allowed(Action::PayPayment);
    get "/boards" boards::home => Allowed(Action::ReadBoards);
    get "/boards/justice" boards::show_justice => Allowed(Action::ReadBoards);
    get "/boards/finance" boards::show_finance => Allowed(Action::ReadReports);
    get "/boards/counties" boards::show_counties => Allowed(Action::ReadReports);
    get "/reports" reports::home => Allowed(Action::ReadReports);
    get "/reports/annual.pdf" documents::annual => Allowed(Action::ReadBoards);
    get "/reports/annual.docx" documents::annual_word => Allowed(Action::ReadBoards);
    get "/reports/arrears.pdf" documents::arrears => Allowed(Action::ReadReports);
    get "/reports/{name}" reports::show => Allowed(Action::ReadReports);
    get "/contracts" contracts::list::list => Allowed(Action::ReadContract);
    get "/contracts/{id}" contracts::show::show => Allowed(Action::ReadContract);
    get "/contracts/{id}/receipt" deliverables::receipt::show => Allowed(Action::ReadContract);
    get "/contracts/{id}/decisions" deliverables::decisions::show => Allowed(Action::DecideDeliverable);
    post "/contracts/{id}/decisions" deliverables::decisions::decide => Allowed(Action::DecideDeliverable);
    get "/contracts/{id}/ledger" ledger::of_contract => Allowed(Action::ReadContractLedger);
    get "/contracts/{id}/terms" contracts::versions::show => Allowed(Action::ReadContract);
    get "/contracts/{id}/settlement" contracts::settlement::show => Allowed(Action::ReadContract);
    get "/contracts/{id}/notices" notifications::notices::of_contract => Allowed(Action::ReadUndelivered);
    get "/contracts/{id}/messages" contracts::messages::show => Allowed(Action::ReadMessages);
    get "/contracts/{id}/dossier.zip" documents::dossier => Allowed(Action::ReadDossier);
    get "/contracts/{id}/opinions" opinions::show => Allowed(Action::ReadOpinions);
    get "/contracts/{id}/files.zip" documents::files => Allowed(Action::ReadContract);
    post "/contracts/{id}/opinions" opinions::issue => Allowed(Action::IssueOpinionCodes);
    get "/contracts/{id}/annexes" contracts::annexes::show => Allowed(Action::ReadContract);
    get "/contracts/{id}/amendments/{amendment}" contracts::amendment::show => Allowed(Action::ReadContract);
    post "/contracts/{id}/amend" contracts::drafts::amend => Allowed(Action::ProposeAmendment);
    get "/contracts/{id}/act/{name}" actions::show => Acting;
    post "/contracts/{id}/act/{name}" actions::submit => Acting;
    post "/contracts/{id}/act/{name}/files" actions::uploads::submit => Acting;
    get "/contracts/{id}/records" records::list => Allowed(Action::ReadContract);
    post "/contracts/{id}/records" records::step => Allowed(Action::ReadContract);
    get "/contracts/{id}/records/import" records::import_form => Allowed(Action::RecordService);
    post "/contracts/{id}/records/import" records::import => Allowed(Action::RecordService);
    get "/contracts/{id}/records/template.xlsx" records::template => Allowed(Action::RecordService);
    get "/contracts/{id}/summary.pdf" documents::summary => Allowed(Action::ReadContract);
    get "/contracts/{id}/documents/{kind}.pdf" documents::form => Allowed(Action::ReadContract);
    get "/verify" documents::ask_code => Public;
    get "/verify/{code}" documents::verify => Public;
    get "/contractors/{credit_code}/record" evaluations::record => Allowed(Action::ReadContractorRecord);
    get "/opinion" opinions::form => Public;
    post "/opinion" opinions::give => Public;
    get "/public" publications::list => Public;
    get "/public/{id}" publications::show => Public;
    get "/registers" registers::home => Allowed(Action::OwnSession);
    get "/registers/{name}" registers::list => Register;
    post "/registers/{name}" registers::add => Register;
    post "/registers/{name}/{id}/{action}" registers::act_on_row => Register;
    get "/ledger" ledger::list => Allowed(Action::ReadLedger);
    get "/import-ledger" imports::show => Allowed(Action::ProposeLedgerImport);
    post "/import-ledger" imports::propose => Allowed(Action::ProposeLedgerImport);
    post "/import-ledger/files" imports::check => Allowed(Action::ProposeLedgerImport);
    get "/import-ledger/template.xlsx" imports::template => Allowed(Action::ProposeLedgerImport);
    get "/ledger-imports/{id}/workbook.xlsx" imports::workbook => Allowed(Action::ListLedgerImports);
    get "/calendar" registers::calendar::show => Allowed(Action::ReadRules);
    post "/calendar" registers::calendar::propose => Allowed(Action::ManageCalendar);
    post "/calendar/files" registers::calendar::check => Allowed(Action::ManageCalendar);
    get "/mail-templates" notifications::mail_templates::list => Allowed(Action::ManageMailTemplates);
    get "/mail-templates/{kind}" notifications::mail_templates::edit => Allowed(Action::ManageMailTemplates);
    post "/mail-templates/{kind}" notifications::mail_templates::submit => Allowed(Action::ManageMailTemplates);
    get "/events" audit::list => Allowed(Action::ReadEvents);
    get "/events/chain" audit::chain => Allowed(Action::ReadEvents);
    get "/events/{id}" audit::show => Allowed(Action::ReadEvents);
    get "/understood/{kind}" forms::understood::show => Allowed(Action::OwnSession);
    get "/statutes" registers::statutes::show => Allowed(Action::ReadRules);
    get "/password/{token}" identity::session::password => Public;
    post "/password/{token}" identity::session::set_password => Public;
    get "/drafts" contracts::drafts::list => Allowed(Action::CreateContract);
    post "/drafts" contracts::drafts::create => Allowed(Action::CreateContract);
    post "/contracts/{id}/draft" contracts::drafts::edit => Allowed(Action::EditContract);
    get "/drafts/copy" contracts::drafts::copying::show => Allowed(Action::CreateContract);
    post "/drafts/copy" contracts::drafts::copying::submit => Allowed(Action::CreateContract);
    get "/templates" contracts::templates::list => Allowed(Action::ListContractTemplates);
    post "/templates" contracts::templates::save => Allowed(Action::SaveContractTemplate);
    get "/templates/new" contracts::templates::new => Allowed(Action::SaveContractTemplate);
    get "/templates/{id}" contracts::templates::show => Allowed(Action::ListContractTemplates);
    post "/templates/{id}" contracts::templates::change => Allowed(Action::ManageContractTemplates);
    post "/templates/{id}/draft" contracts::templates::begin => Allowed(Action::CreateContract);
    get "/drafts/{id}" contracts::drafts::tasks => Allowed(Action::CreateContract);
    post "/drafts/{id}/discard" contracts::drafts::discard => Allowed(Action::CreateContract);
    get "/drafts/{id}/check" contracts::drafts::check => Allowed(Action::CreateContract);
    post "/drafts/{id}/check" contracts::drafts::register => Allowed(Action::CreateContract);
    get "/drafts/{id}/try" contracts::drafts::trial::show => Allowed(Action::CreateContract);
    post "/drafts/{id}/try" contracts::drafts::trial::submit => Allowed(Action::CreateContract);
    get "/drafts/{id}/{step}" contracts::drafts::step::show => Allowed(Action::CreateContract);
    post "/drafts/{id}/{step}" contracts::drafts::step::save => Allowed(Action::CreateContract);
    get "/files/{id}" documents::file => Allowed(Action::ReadContract);
    get "/files/{id}/original" documents::original_file => Allowed(Action::ReadOriginalFile);
}

/// Returns whether a page is read at an address pattern.
pub fn is_read_at(pattern: &str) -> bool {
    PAGES.iter().any(|(method, path, _)| *method == "get" && *path == pattern)
}
