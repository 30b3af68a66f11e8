-- Texts of emails that administrators wrote in place of the program's own.
CREATE TABLE mail_templates (
    kind TEXT COLLATE "C" NOT NULL,
    language TEXT COLLATE "C" NOT NULL,
    subject TEXT COLLATE "C" NOT NULL,
    body TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (kind, language)
);
