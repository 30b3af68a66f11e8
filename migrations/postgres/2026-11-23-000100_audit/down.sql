DROP INDEX facts_for_id_recorded_at_idx;
DROP INDEX facts_actor_id_recorded_at_idx;
DROP INDEX facts_recorded_at_idx;
DROP INDEX events_for_id_at_idx;
DROP INDEX events_actor_id_at_idx;
DROP INDEX events_at_idx;
