DROP INDEX emails_person_id_state_next_try_at_id_idx;
DROP TABLE undelivered;
