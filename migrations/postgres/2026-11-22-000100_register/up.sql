-- Contractors are found by two characters of their name; what a deputy proposes says for whom.
CREATE TABLE contractor_pairs (
    pair TEXT COLLATE "C" NOT NULL,
    contractor_id BIGINT NOT NULL REFERENCES organisations(id),
    PRIMARY KEY (pair, contractor_id)
);
CREATE INDEX contractor_pairs_contractor_id_idx ON contractor_pairs (contractor_id);
ALTER TABLE appropriations ADD COLUMN proposed_for BIGINT REFERENCES people(id);
ALTER TABLE account_changes ADD COLUMN proposed_for BIGINT REFERENCES people(id);
