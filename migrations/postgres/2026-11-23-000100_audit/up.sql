-- What was recorded is read newest first, of everybody or of one person, also where somebody acted in their place.
CREATE INDEX events_at_idx ON events (at, stream, seq);
CREATE INDEX events_actor_id_at_idx ON events (actor_id, at, stream, seq);
CREATE INDEX events_for_id_at_idx ON events (for_id, at, stream, seq) WHERE for_id IS NOT NULL;
CREATE INDEX facts_recorded_at_idx ON facts (recorded_at, contract_id, seq);
CREATE INDEX facts_actor_id_recorded_at_idx ON facts (actor_id, recorded_at, contract_id, seq);
CREATE INDEX facts_for_id_recorded_at_idx ON facts (for_id, recorded_at, contract_id, seq) WHERE for_id IS NOT NULL;
