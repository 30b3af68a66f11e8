DROP TABLE loan_rates;
