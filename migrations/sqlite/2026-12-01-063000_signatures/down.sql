ALTER TABLE links DROP COLUMN signature;
ALTER TABLE idempotency DROP COLUMN signature;
ALTER TABLE emails DROP COLUMN signature;
