-- The numbers of bank vouchers: a payer has each once a year. Of earlier payments with the same number the first holds it.
CREATE TABLE vouchers (
    payer_id BIGINT NOT NULL REFERENCES organisations(id),
    year INTEGER NOT NULL,
    voucher_key TEXT NOT NULL,
    payment_id BIGINT NOT NULL REFERENCES payments(id),
    PRIMARY KEY (payer_id, year, voucher_key)
);
CREATE UNIQUE INDEX vouchers_payment_id_key ON vouchers (payment_id);
INSERT INTO vouchers (payer_id, year, voucher_key, payment_id)
SELECT c.funder_id, EXTRACT(YEAR FROM p.paid_on)::integer, upper(translate(p.voucher, '０１２３４５６７８９ 　', '0123456789')), p.id
FROM payments p JOIN contracts c ON c.id = p.contract_id
WHERE p.state = 'paid' AND p.paid_on IS NOT NULL AND upper(translate(p.voucher, '０１２３４５６７８９ 　', '0123456789')) <> ''
ORDER BY p.id
ON CONFLICT DO NOTHING;
