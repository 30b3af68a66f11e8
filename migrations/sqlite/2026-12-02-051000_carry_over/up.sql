-- Appropriation of an earlier year that bore a payment, where the contract was carried over to the next year since.
ALTER TABLE payments ADD COLUMN borne_by BIGINT REFERENCES appropriations(id);
CREATE INDEX payments_borne_by_idx ON payments (borne_by) WHERE borne_by IS NOT NULL;
