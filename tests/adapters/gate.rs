//! Gates: no more work at once than slots.

use std::sync::Arc;

use luyue::adapters::gate::Gate;

#[tokio::test]
async fn the_gate_lets_no_more_in_than_it_has_slots() {
    let gate = Arc::new(Gate::new(2));
    let work = (0..8).map(|_| {
        let gate = Arc::clone(&gate);
        tokio::spawn(async move {
            for _ in 0..50 {
                let _turn = gate.enter().await.expect("the gate is open");
                tokio::task::yield_now().await;
            }
        })
    });
    for task in work.collect::<Vec<_>>() {
        task.await.expect("nobody panicked");
    }
    assert_eq!(gate.peak(), 2);
    let _slots = [gate.try_enter().expect("every slot is free again"), gate.try_enter().expect("the other one too")];
    assert!(gate.try_enter().is_none());
}

#[test]
fn a_full_gate_is_not_entered_without_waiting() {
    let gate = Gate::new(0);
    let turn = gate.try_enter().expect("one slot at least");
    assert!(gate.try_enter().is_none());
    drop(turn);
    assert!(gate.try_enter().is_some());
}
