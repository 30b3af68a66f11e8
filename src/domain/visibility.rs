//! Visibility of contracts: which organisations see a contract, decided by region and function.
//!
//! A contract is seen by its parties; by bureaus of a larger region around the purchaser's, with the function of the
//! purchaser or funder; by the political-legal committees and auditors of the purchaser's region and of those around
//! it; and by the justice stations of the purchaser's own townships. What a person may then do is decided by `policy`.

use crate::domain::codes::Function;

/// Function and region of an organisation.
#[derive(Debug, Clone, Copy)]
pub struct Jurisdiction<'a> {
    /// Function of the organisation.
    pub function: Function,
    /// Codes of the enclosing regions and of the organisation's own, each followed by a slash; `None` without a region.
    pub path: Option<&'a str>,
}

/// The regions whose purchasers an organisation can see.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// The organisation's own region and those that contain it.
    RegionsAbove,
    /// The organisation's own region and those within it.
    RegionsBelow,
}

/// Returns the regions whose purchasers an organisation with a function can see.
pub fn reach(function: Function) -> Reach {
    match function {
        Function::JusticeStation => Reach::RegionsAbove,
        Function::Justice
        | Function::Finance
        | Function::CivilAffairs
        | Function::HumanResources
        | Function::Education
        | Function::PoliticalLegal
        | Function::Audit
        | Function::Other
        | Function::Contractor => Reach::RegionsBelow,
    }
}

/// Returns whether an organisation sees a contract between a purchaser, a funder and a contractor, in this order.
/// `jurisdiction_of` finds the function and region of a party.
pub fn may_see<'a, Id: Copy + PartialEq>(
    (id, own): (Id, Jurisdiction<'_>),
    (purchaser, funder, contractor): (Id, Id, Id),
    jurisdiction_of: impl Fn(Id) -> Option<Jurisdiction<'a>>,
) -> bool {
    [purchaser, funder, contractor].contains(&id)
        || jurisdiction_of(purchaser).is_some_and(|purchaser| oversees(own, purchaser, jurisdiction_of(funder)))
}

/// Returns whether an organisation that is not a party sees the contract by its region and function.
fn oversees(own: Jurisdiction<'_>, purchaser: Jurisdiction<'_>, funder: Option<Jurisdiction<'_>>) -> bool {
    let (Some(own_path), Some(bought_in)) = (own.path, purchaser.path) else {
        return false;
    };
    let is_above = bought_in.starts_with(own_path);
    match own.function {
        Function::PoliticalLegal | Function::Audit => is_above,
        Function::JusticeStation => purchaser.function == Function::Justice && own_path.starts_with(bought_in),
        Function::Justice
        | Function::Finance
        | Function::CivilAffairs
        | Function::HumanResources
        | Function::Education
        | Function::Other
        | Function::Contractor => {
            let functions = [Some(purchaser.function), funder.map(|funder| funder.function)];
            is_above && own_path != bought_in && functions.contains(&Some(own.function))
        }
    }
}
