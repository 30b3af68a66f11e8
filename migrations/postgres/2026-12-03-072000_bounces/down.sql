DROP TABLE bounced_addresses;
