-- A guarantee whose number is held from an issuer with another name is asked about, so numbers are looked up alone.
CREATE INDEX guarantees_number_key_id_idx ON guarantees (number_key, id);
