//! Steps of amendments, and the room for supplements.

use luyue::domain::amendments::{SupplementRoom, is_open, next_consent};
use luyue::domain::codes::AmendmentState;

#[test]
fn consents_lead_from_the_proposal_to_the_agreement() {
    for (growing, steps) in [(false, vec!["consent", "approve"]), (true, vec!["consent", "approve", "fund"])] {
        let mut state = AmendmentState::Proposed;
        let mut taken = Vec::new();
        while let Some(step) = next_consent(state) {
            assert!(is_open(state));
            taken.push(step.kind.as_str());
            state = step.leads_to(growing);
        }
        assert_eq!((taken, state), (steps, AmendmentState::Agreed));
    }
    let ended = [AmendmentState::Agreed, AmendmentState::Withdrawn, AmendmentState::Refused];
    assert!(ended.into_iter().all(|state| !is_open(state)));
}

#[test]
fn the_room_is_exact_in_fen() {
    let room = |limit_fen, used_fen| SupplementRoom { limit_fen, used_fen };
    assert_eq!(room(6_000_000, 5_999_999).left_fen(), 1);
    assert_eq!(room(6_000_000, 6_000_001).left_fen(), 0);
}
