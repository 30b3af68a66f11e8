-- Emails that delivery gave up on and whose recipient nobody has told in another way yet, for the officers of the purchaser.
CREATE TABLE undelivered (
    email_id BIGINT NOT NULL REFERENCES emails(id),
    contract_id BIGINT NOT NULL REFERENCES contracts(id),
    organisation_id BIGINT NOT NULL REFERENCES organisations(id),
    PRIMARY KEY (email_id)
);
CREATE INDEX undelivered_organisation_id_email_id_idx ON undelivered (organisation_id, email_id);
INSERT INTO undelivered (email_id, contract_id, organisation_id)
    SELECT emails.id, contracts.id, contracts.purchaser_id
    FROM emails INNER JOIN contracts ON contracts.id = emails.contract_id
    WHERE emails.state = 'dead';
-- Reminders of one person that are due together go out as one message.
CREATE INDEX emails_person_id_state_next_try_at_id_idx ON emails (person_id, state, next_try_at, id);
