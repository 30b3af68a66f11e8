DROP TABLE evaluation_steps;
DROP TABLE evaluations;
