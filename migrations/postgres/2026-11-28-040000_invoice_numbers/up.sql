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
);
CREATE INDEX invoice_numbers_contract_id_milestone_no_idx ON invoice_numbers (contract_id, milestone, no);
-- The same file under another number is found by its digest.
CREATE INDEX files_sha256_idx ON files (sha256);
INSERT INTO invoice_numbers (number_key, colour, seller_id, contract_id, milestone, no)
SELECT upper(translate(number, '０１２３４５６７８９ -　 －', '0123456789')), CASE WHEN amount LIKE '-%' THEN 'red' ELSE 'blue' END, seller_id, contract_id, milestone, no
FROM (
    SELECT w ->> 'number' AS number, w ->> 'amount' AS amount, seller_id, contract_id, w ->> 'milestone' AS milestone,
        (w ->> 'no')::integer AS no, at
    FROM (
        SELECT CASE WHEN f.kind = 'invoice' THEN f.words::jsonb END AS w, c.contractor_id AS seller_id,
            c.id AS contract_id, f.recorded_at AS at
        FROM facts f JOIN contracts c ON c.id = f.contract_id
        WHERE f.kind = 'invoice' AND NOT EXISTS (
            SELECT 1 FROM facts r WHERE r.contract_id = f.contract_id AND r.kind = 'reversal'
            AND CASE WHEN r.kind = 'reversal' THEN (r.body::jsonb ->> 'seq')::bigint END = f.seq)
        UNION ALL
        SELECT CASE WHEN e.action = 'invoices.document' THEN e.body::jsonb END, c.contractor_id, c.id, e.at
        FROM events e JOIN contracts c ON e.stream = 'contract:' || c.public_id
        WHERE e.action = 'invoices.document'
    ) AS recorded
) AS earlier
WHERE number IS NOT NULL AND milestone IS NOT NULL AND no IS NOT NULL AND upper(translate(number, '０１２３４５６７８９ -　 －', '0123456789')) <> ''
ORDER BY at
ON CONFLICT DO NOTHING;
