DROP TABLE ledger_imports;
