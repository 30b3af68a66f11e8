DROP TABLE guarantee_claims;
DROP TABLE guarantees;
