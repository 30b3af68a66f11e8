-- The numbers of invoices: one seller has a number once for each colour, so an invoice cannot be submitted twice. Of
-- earlier invoices with the same number the first holds it; the others stay as they were recorded.
CREATE TABLE invoice_numbers (
    number_key TEXT NOT NULL,
    colour TEXT NOT NULL,
    seller_id BIGINT NOT NULL REFERENCES organisations(id),
    contract_id BIGINT NOT NULL REFERENCES contracts(id),
    milestone TEXT NOT NULL,
    no INTEGER NOT NULL,
    PRIMARY KEY (number_key, colour, seller_id)
) WITHOUT ROWID;
CREATE INDEX invoice_numbers_contract_id_milestone_no_idx ON invoice_numbers (contract_id, milestone, no);
-- The same file under another number is found by its digest.
CREATE INDEX files_sha256_idx ON files (sha256);
INSERT INTO invoice_numbers (number_key, colour, seller_id, contract_id, milestone, no)
SELECT upper(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(number, ' ', ''), '-', ''), '　', ''), ' ', ''), '－', ''), '０', '0'), '１', '1'), '２', '2'), '３', '3'), '４', '4'), '５', '5'), '６', '6'), '７', '7'), '８', '8'), '９', '9')) AS number_key, CASE WHEN amount LIKE '-%' THEN 'red' ELSE 'blue' END, seller_id, contract_id, milestone, no
FROM (
    SELECT json_extract(f.words, '$.number') AS number, json_extract(f.words, '$.amount') AS amount, c.contractor_id AS seller_id,
        c.id AS contract_id, json_extract(f.words, '$.milestone') AS milestone, json_extract(f.words, '$.no') AS no, f.recorded_at AS at
    FROM facts f JOIN contracts c ON c.id = f.contract_id
    WHERE f.kind = 'invoice' AND NOT EXISTS (
        SELECT 1 FROM facts r WHERE r.contract_id = f.contract_id AND r.kind = 'reversal'
        AND CASE WHEN r.kind = 'reversal' THEN json_extract(r.body, '$.seq') END = f.seq)
    UNION ALL
    SELECT json_extract(e.body, '$.number'), json_extract(e.body, '$.amount'), c.contractor_id, c.id, json_extract(e.body, '$.milestone'), json_extract(e.body, '$.no'), e.at
    FROM events e JOIN contracts c ON e.stream = 'contract:' || c.public_id
    WHERE e.action = 'invoices.document'
) AS earlier
WHERE number IS NOT NULL AND milestone IS NOT NULL AND no IS NOT NULL AND upper(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(number, ' ', ''), '-', ''), '　', ''), ' ', ''), '－', ''), '０', '0'), '１', '1'), '２', '2'), '３', '3'), '４', '4'), '５', '5'), '６', '6'), '７', '7'), '８', '8'), '９', '9')) <> ''
ORDER BY at
ON CONFLICT DO NOTHING;
