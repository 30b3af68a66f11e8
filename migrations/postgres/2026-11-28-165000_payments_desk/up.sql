-- Payments of a month, and requests of a month.
CREATE INDEX payments_paid_on_id_idx ON payments (paid_on, id);
CREATE INDEX payments_requested_at_id_idx ON payments (requested_at, id);
