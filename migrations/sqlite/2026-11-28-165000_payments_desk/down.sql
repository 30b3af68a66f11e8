DROP INDEX payments_requested_at_id_idx;
DROP INDEX payments_paid_on_id_idx;
