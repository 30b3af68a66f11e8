-- Workers: the reason of a refusal or a leave, and the search by name. Earlier reasons are in the event log alone.
ALTER TABLE workers ADD COLUMN end_reason TEXT;
CREATE INDEX workers_name_id_idx ON workers (name, id);
