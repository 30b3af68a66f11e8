-- Signed scans: annexes that are the signed and stamped copy of a printed document, bound to its code and its digest.
CREATE TABLE signed_scans (
    annex_id BIGINT PRIMARY KEY NOT NULL REFERENCES annexes(id),
    contract_id BIGINT NOT NULL REFERENCES contracts(id),
    document TEXT COLLATE "C" NOT NULL,
    code TEXT COLLATE "C" NOT NULL,
    fingerprint TEXT COLLATE "C" NOT NULL,
    as_of DATE NOT NULL
);
CREATE INDEX signed_scans_contract_id_annex_id_idx ON signed_scans (contract_id, annex_id);
CREATE INDEX signed_scans_code_annex_id_idx ON signed_scans (code, annex_id);
