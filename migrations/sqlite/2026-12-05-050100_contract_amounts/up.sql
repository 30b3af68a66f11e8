CREATE INDEX contracts_amount_fen_id_idx ON contracts (amount_fen, id);
