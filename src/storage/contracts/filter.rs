//! Filters of a list of contracts, and their conditions on columns that access rows do not repeat.

use chrono::NaiveDate;

use crate::domain::codes::ContractState;
use crate::storage::ids::OrganisationId;

/// Filters of a list of contracts; absent filters do not narrow the list.
#[derive(Debug, Default, Clone)]
pub struct Filter {
    /// Only contracts in this state.
    pub state: Option<ContractState>,
    /// Only contracts that have all these search words (`search`).
    pub pairs: Vec<String>,
    /// Only contracts that also have all these, in JSON; set by `list_sources` alone.
    pub further_pairs: Option<String>,
    /// Only these contracts; their order is not kept.
    pub only: Option<Vec<i64>>,
    /// No contract of these.
    pub without: Vec<i64>,
    /// Only contracts of this contractor.
    pub contractor: Option<OrganisationId>,
    /// Only contracts of this purchaser.
    pub purchaser: Option<OrganisationId>,
    /// Only contracts of purchasers in these regions.
    pub regions: Option<Vec<i64>>,
    /// Only contracts with this catalogue service.
    pub service: Option<String>,
    /// Only contracts that have one of these.
    pub having: Option<HavingBetween>,
    /// Only contracts with a task of either side due before this day, most urgent first.
    pub due_before: Option<NaiveDate>,
    /// Only contracts that start in this year.
    pub year: Option<i32>,
}

/// A thing that the contracts of a list have, between two days, both included.
#[derive(Debug, Clone, Copy)]
pub enum HavingBetween {
    /// A deliverable to submit by such a day.
    Deliverable(NaiveDate, NaiveDate),
    /// An amount to pay by such a day.
    Payment(NaiveDate, NaiveDate),
    /// A breach since such a day that was not waived.
    Breach(NaiveDate, NaiveDate),
    /// A final evaluation of a period that ends on such a day.
    Evaluation(NaiveDate, NaiveDate),
}

impl Filter {
    /// Returns whether the filter needs columns that access rows do not repeat.
    pub(super) fn reads_contracts(&self) -> bool {
        let is_of_party = self.contractor.is_some() || self.purchaser.is_some();
        let is_of_place = self.regions.is_some() || self.service.is_some() || self.having.is_some();
        is_of_party || is_of_place || !self.without.is_empty() || !self.pairs.is_empty()
    }
}

/// Returns a pattern for a service in the text that lists them.
pub(super) fn service_pattern(service: &str) -> String {
    let mut pattern = String::from("%\n");
    for character in service.chars() {
        if matches!(character, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(character);
    }
    pattern + "\n%"
}

/// Adds the filters whose columns access rows do not repeat.
macro_rules! narrowed {
    ($query:expr, $filter:expr) => {{
        let mut query = $query;
        if !$filter.without.is_empty() {
            query = query.filter(contracts::id.ne_all($filter.without.clone()));
        }
        if let Some(contractor) = $filter.contractor {
            query = query.filter(contracts::contractor_id.eq(contractor.0));
        }
        if let Some(purchaser) = $filter.purchaser {
            query = query.filter(contracts::purchaser_id.eq(purchaser.0));
        }
        if let Some(regions) = &$filter.regions {
            query = query.filter(contracts::region_id.eq_any(regions.clone()));
        }
        if let Some(service) = &$filter.service {
            query = query.filter(contracts::services.like(service_pattern(service)).escape('\\'));
        }
        match $filter.having {
            None => {}
            Some(HavingBetween::Deliverable(first, last)) => {
                query = query.filter(exists(deliverables!(first, last).filter(tasks::contract_id.eq(contracts::id))));
            }
            Some(HavingBetween::Payment(first, last)) => {
                query = query.filter(exists(unpaid!(first, last).filter(milestones::contract_id.eq(contracts::id))));
            }
            Some(HavingBetween::Breach(first, last)) => {
                query = query.filter(exists(breached!(first, last).filter(breaches::contract_id.eq(contracts::id))));
            }
            Some(HavingBetween::Evaluation(first, last)) => {
                query =
                    query.filter(exists(evaluated!(first, last).filter(evaluations::contract_id.eq(contracts::id))));
            }
        }
        for pair in &$filter.pairs {
            let having = diesel::alias!(contract_pairs as having);
            let has = having
                .filter(having.field(contract_pairs::pair).eq(pair.clone()))
                .filter(having.field(contract_pairs::contract_id).eq(contracts::id));
            query = query.filter(exists(has));
        }
        if let Some(words) = &$filter.further_pairs {
            let wanted =
                sql::<Bool>("NOT EXISTS (SELECT FROM json_array_elements_text(").bind::<Text, _>(words.clone());
            query = query.filter(wanted.sql(
                "::json) AS wanted (pair) WHERE NOT EXISTS (SELECT FROM contract_pairs AS had \
                 WHERE had.pair = wanted.pair AND had.contract_id = contracts.id))",
            ));
        }
        query
    }};
}
pub(super) use narrowed;

/// The deliverables to submit between two days.
macro_rules! deliverables {
    ($first:expr, $last:expr) => {
        tasks::table
            .filter(tasks::kind.eq($crate::domain::tasks::TaskKind::Deliver.as_str()))
            .filter(tasks::due_on.ge($first))
            .filter(tasks::due_on.le($last))
    };
}
pub(in crate::storage) use deliverables;

/// The milestones with an amount to pay between two days.
macro_rules! unpaid {
    ($first:expr, $last:expr) => {
        milestones::table
            .filter(milestones::expected_on.ge($first))
            .filter(milestones::expected_on.le($last))
            .filter(milestones::expected_on.eq(milestones::due_on.nullable()))
    };
}
pub(in crate::storage) use unpaid;

/// The breaches since a day between two days that were not waived.
macro_rules! breached {
    ($first:expr, $last:expr) => {
        breaches::table
            .filter(breaches::since.ge($first))
            .filter(breaches::since.le($last))
            .filter(breaches::waived.eq(false))
    };
}
pub(in crate::storage) use breached;

/// The final evaluations with a score of periods that end between two days.
macro_rules! evaluated {
    ($first:expr, $last:expr) => {
        evaluations::table
            .filter(evaluations::state.eq($crate::domain::evaluations::EvaluationState::Final.as_str()))
            .filter(evaluations::to_on.ge($first))
            .filter(evaluations::to_on.le($last))
            .filter(evaluations::score.is_not_null())
    };
}
pub(in crate::storage) use evaluated;
