//! Organisations that see a contract of a county's bureau.

use luyue::domain::codes::Function;
use luyue::domain::visibility::{Jurisdiction, Reach, may_see, reach};

/// Purchaser, funder and contractor of the contract.
const PARTIES: (u8, u8, u8) = (1, 2, 3);

fn jurisdiction(function: Function, path: &str) -> Jurisdiction<'_> {
    Jurisdiction { function, path: Some(path).filter(|path| !path.is_empty()) }
}

/// Returns whether an organisation sees a contract that a bureau of the county 341802 buys with the county's money.
fn sees(id: u8, function: Function, path: &str, purchaser: Function) -> bool {
    let parties =
        [(1, purchaser, "341800/341802/"), (2, Function::Finance, "341800/341802/"), (3, Function::Contractor, "")];
    let find = |id: u8| {
        let party = parties.iter().find(|(known, ..)| *known == id);
        party.map(|(_, function, path)| jurisdiction(*function, path))
    };
    may_see((id, jurisdiction(function, path)), PARTIES, find)
}

#[test]
fn parties_see_their_contract() {
    for (id, function, path) in [
        (1, Function::Justice, "341800/341802/"),
        (2, Function::Finance, "341800/341802/"),
        (3, Function::Contractor, ""),
    ] {
        assert!(sees(id, function, path, Function::Justice), "{function}");
    }
    assert!(!sees(4, Function::Contractor, "", Function::Justice));
    assert!(!sees(4, Function::Other, "", Function::Other), "an organisation without a region sees only its own");
}

#[test]
fn bureaus_above_see_by_function_and_overseers_in_any_case() {
    for (function, path, purchaser, expected) in [
        (Function::Justice, "341800/", Function::Justice, true),
        (Function::Finance, "341800/", Function::Justice, true),
        (Function::Education, "341800/", Function::Justice, false),
        (Function::Education, "341800/", Function::Education, true),
        (Function::Justice, "341800/341802/", Function::Justice, false),
        (Function::Justice, "341800/341821/", Function::Justice, false),
        (Function::Finance, "341800/341802/", Function::Justice, false),
        (Function::Audit, "341800/", Function::Education, true),
        (Function::Audit, "341800/341802/", Function::Education, true),
        (Function::Audit, "341800/341821/", Function::Education, false),
        (Function::PoliticalLegal, "341800/341802/", Function::Justice, true),
        (Function::PoliticalLegal, "341800/341802/341802001/", Function::Justice, false),
        (Function::JusticeStation, "341800/341802/341802001/", Function::Justice, true),
        (Function::JusticeStation, "341800/341802/341802001/", Function::Education, false),
        (Function::JusticeStation, "341800/341821/341821001/", Function::Justice, false),
        (Function::JusticeStation, "341800/", Function::Justice, false),
    ] {
        assert_eq!(sees(9, function, path, purchaser), expected, "{function} of {path}, {purchaser}");
    }
}

#[test]
fn whoever_sees_a_contract_has_its_region_within_reach() {
    let paths = ["341800/", "341800/341802/", "341800/341802/341802001/", "341800/341821/", ""];
    for (own, path) in Function::ALL.iter().flat_map(|function| paths.iter().map(move |path| (*function, *path))) {
        let is_in_reach = !path.is_empty()
            && match reach(own) {
                Reach::RegionsAbove => path.starts_with("341800/341802/"),
                Reach::RegionsBelow => "341800/341802/".starts_with(path),
            };
        for purchaser in Function::ALL {
            assert!(is_in_reach || !sees(9, own, path, *purchaser), "{own} of {path}, {purchaser}");
        }
    }
}
