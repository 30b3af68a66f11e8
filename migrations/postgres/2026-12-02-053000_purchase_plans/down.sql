ALTER TABLE appropriations DROP COLUMN reserved_fen;
DROP TABLE purchase_plans;
