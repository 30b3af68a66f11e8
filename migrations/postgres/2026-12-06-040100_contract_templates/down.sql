DROP TABLE contract_templates;
