-- Texts of emails that administrators wrote in place of the program's own.
CREATE TABLE mail_templates (
    kind TEXT NOT NULL,
    language TEXT NOT NULL,
    subject TEXT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (kind, language)
);
