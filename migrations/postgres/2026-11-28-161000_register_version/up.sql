-- The version of the registers, people, seats and delegations: one row, replaced by every transaction that changes them.
CREATE TABLE register_version (
    id BIGINT NOT NULL PRIMARY KEY,
    version TEXT COLLATE "C" NOT NULL
);
