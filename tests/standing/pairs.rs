//! Every committed pair of a case and its standing.

use luyue::domain::standing::Trails;

use crate::standing::support::{comparable, error, evaluate, examples};

#[test]
fn each_example_yields_its_standing() {
    for trails in [Trails::Off, Trails::On] {
        for (name, case, expected) in examples() {
            let found = match evaluate(&case, trails) {
                Ok(standing) => serde_json::to_value(standing).unwrap(),
                Err(invalid) => error(&invalid.path),
            };
            assert_eq!(comparable(found), comparable(expected), "{name}");
        }
    }
}
