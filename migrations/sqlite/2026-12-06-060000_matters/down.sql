DROP TABLE matter_answers;
DROP TABLE matters;
