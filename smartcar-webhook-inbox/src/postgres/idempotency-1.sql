CREATE TABLE smartcar_webhook.claims (
  key bytea PRIMARY KEY,
  claim bigint NOT NULL,
  fingerprint bigint NOT NULL,
  -- Of what is done.
  outcome text,
  until timestamptz NOT NULL
);
CREATE INDEX claims_age ON smartcar_webhook.claims (until);
