-- The numbers of bank vouchers: a payer has each once a year. Of earlier payments with the same number the first holds it.
CREATE TABLE vouchers (
    payer_id BIGINT NOT NULL REFERENCES organisations(id),
    year INTEGER NOT NULL,
    voucher_key TEXT NOT NULL,
    payment_id BIGINT NOT NULL REFERENCES payments(id),
    PRIMARY KEY (payer_id, year, voucher_key)
) WITHOUT ROWID;
CREATE UNIQUE INDEX vouchers_payment_id_key ON vouchers (payment_id);
INSERT INTO vouchers (payer_id, year, voucher_key, payment_id)
SELECT c.funder_id, CAST(strftime('%Y', p.paid_on) AS INTEGER), upper(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(p.voucher, ' ', ''), '　', ''), '０', '0'), '１', '1'), '２', '2'), '３', '3'), '４', '4'), '５', '5'), '６', '6'), '７', '7'), '８', '8'), '９', '9')), p.id
FROM payments p JOIN contracts c ON c.id = p.contract_id
WHERE p.state = 'paid' AND p.paid_on IS NOT NULL AND upper(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(p.voucher, ' ', ''), '　', ''), '０', '0'), '１', '1'), '２', '2'), '３', '3'), '４', '4'), '５', '5'), '６', '6'), '７', '7'), '８', '8'), '９', '9')) <> ''
ORDER BY p.id
ON CONFLICT DO NOTHING;
