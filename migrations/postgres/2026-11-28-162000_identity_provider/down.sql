DELETE FROM administrator_requests WHERE kind = 'bind-identity';
ALTER TABLE administrator_requests DROP COLUMN subject;
ALTER TABLE sessions DROP COLUMN signed_in_by;
DROP TABLE provider_identities;
