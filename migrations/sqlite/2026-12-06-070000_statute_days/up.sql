-- Days that a setting gives for the task of a statute; none for those of the law.
ALTER TABLE statute_settings ADD COLUMN days BIGINT;
