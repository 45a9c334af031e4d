CREATE TABLE smartcar_webhook.keys (
  key bytea PRIMARY KEY,
  stored_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX keys_age ON smartcar_webhook.keys (stored_at);

CREATE TABLE smartcar_webhook.dead_letters (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  "row" text NOT NULL,
  error text NOT NULL,
  attempts integer NOT NULL,
  buried_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX dead_letters_age ON smartcar_webhook.dead_letters (buried_at);

DO $$ BEGIN
  IF NOT EXISTS (
    SELECT FROM pg_attribute
    WHERE attrelid = 'pgmq.message_record'::regclass AND attname = 'last_read_at'
  ) THEN
    RAISE EXCEPTION 'pgmq of this database is older than 1.10';
  END IF;
END $$;
SELECT pgmq.create('smartcar_webhook');
-- What is handed out, for there may be many more that wait.
CREATE INDEX q_smartcar_webhook_leased ON pgmq.q_smartcar_webhook (vt)
  WHERE last_read_at IS NOT NULL;

CREATE FUNCTION smartcar_webhook.complete(message_id bigint, attempt integer)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM pgmq.q_smartcar_webhook WHERE msg_id = message_id AND read_ct = attempt;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'the delivery was handed out to another worker, or is done'
      USING ERRCODE = 'object_not_in_prerequisite_state';
  END IF;
END $$;
