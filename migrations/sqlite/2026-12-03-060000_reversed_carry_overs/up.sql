-- Appropriation that funds the contract of a payment of an earlier year on the day on which that payment is reversed.
ALTER TABLE payments ADD COLUMN reversed_in BIGINT REFERENCES appropriations(id);
CREATE INDEX payments_reversed_in_idx ON payments (reversed_in) WHERE reversed_in IS NOT NULL;
