//! Pages as a browser without JavaScript sees them: signing in, work lists, and a contract from its draft to a payment.

mod answers;
mod choosers;
mod codes;
mod confirmation;
mod contract;
mod documents;
mod draft_references;
mod draft_rows;
pub(crate) mod drafts;
mod faults;
mod funding;
mod kept;
mod kept_answers;
mod language;
mod limits;
mod lists;
mod pending;
mod queries;
mod readable;
mod registers;
mod requests;
mod rounds;
mod sending;
mod session;
mod spellings;
mod story;
mod work;
