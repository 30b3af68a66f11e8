DROP TABLE unread_messages;
DROP TABLE messages;
ALTER TABLE change_requests DROP COLUMN endorsement;
ALTER TABLE change_requests DROP COLUMN endorsed_at;
ALTER TABLE change_requests DROP COLUMN endorsed_for;
ALTER TABLE change_requests DROP COLUMN endorsed_by;
