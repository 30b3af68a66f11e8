-- Digests of the rows of each contract, person and register entry, in hash chains of their own.
CREATE TABLE row_records (
    stream TEXT COLLATE "C" NOT NULL,
    seq BIGINT NOT NULL,
    at TIMESTAMP NOT NULL,
    body TEXT COLLATE "C" NOT NULL,
    prev_hash TEXT COLLATE "C" NOT NULL,
    hash TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (stream, seq)
);
CREATE TABLE row_heads (
    stream TEXT COLLATE "C" NOT NULL,
    seq BIGINT NOT NULL,
    hash TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (stream)
);
