-- Spreads the tables that grow with the messages over partitions, by the hash of their chat.
--
-- With the nodes stopped, once, by the owner of the tables:
--
--   PGOPTIONS='-c chinwag.partitions=64' \
--     psql --single-transaction --set ON_ERROR_STOP=1 --file partition.sql URL
--
-- What there is already is copied, so there has to be as much room again. No query and no later
-- upgrade has to know of it. A unique index over partitions has to hold what these go by. Two have
-- to hold for all chats: the client ids of a sender, and the pair of a one-to-one chat. They move to
-- tables of their own, which are partitioned by themselves and written by triggers, one statement a
-- commit.

DO $$
DECLARE
  parts CONSTANT int := coalesce(nullif(current_setting('chinwag.partitions', true), ''), '16');
  hot record;
  made text[];
  options text;
BEGIN
  FOR hot IN SELECT * FROM (VALUES
    ('chats', 'id'), ('members', 'chat'), ('events', 'chat'), ('receipts', 'chat'),
    ('failures', 'chat'), ('alerts_due', 'chat')) AS t (name, key)
  LOOP
    SELECT array_agg(CASE WHEN i.indisprimary
        THEN format('ALTER TABLE %I ADD %s', hot.name, pg_get_constraintdef(c.oid))
        ELSE replace(pg_get_indexdef(i.indexrelid), 'CREATE UNIQUE INDEX', 'CREATE INDEX') END)
      INTO made
      FROM pg_index i LEFT JOIN pg_constraint c ON c.conindid = i.indexrelid AND c.contype = 'p'
      WHERE i.indrelid = hot.name::regclass;
    SELECT coalesce('WITH (' || array_to_string(reloptions, ', ') || ')', '')
      INTO options FROM pg_class WHERE oid = hot.name::regclass;
    EXECUTE format('ALTER TABLE %I RENAME TO %I', hot.name, hot.name || '_whole');
    EXECUTE format('CREATE TABLE %I (LIKE %I INCLUDING DEFAULTS) PARTITION BY HASH (%I)',
      hot.name, hot.name || '_whole', hot.key);
    FOR part IN 0 .. parts - 1 LOOP
      EXECUTE format(
        'CREATE TABLE %I PARTITION OF %I FOR VALUES WITH (MODULUS %s, REMAINDER %s) %s',
        hot.name || '_' || part, hot.name, parts, part, options);
    END LOOP;
    EXECUTE format('INSERT INTO %I SELECT * FROM %I', hot.name, hot.name || '_whole');
    EXECUTE format('DROP TABLE %I', hot.name || '_whole');
    FOR n IN 1 .. array_length(made, 1) LOOP
      EXECUTE made[n];
    END LOOP;
  END LOOP;

  CREATE TABLE client_ids (client_id text COLLATE "C" NOT NULL, sender text COLLATE "C" NOT NULL)
    PARTITION BY HASH (client_id);
  CREATE TABLE pairs (pair text COLLATE "C" NOT NULL) PARTITION BY HASH (pair);
  FOR part IN 0 .. parts - 1 LOOP
    EXECUTE format('CREATE TABLE %I PARTITION OF client_ids'
      ' FOR VALUES WITH (MODULUS %s, REMAINDER %s)', 'client_ids_' || part, parts, part);
    EXECUTE format('CREATE TABLE %I PARTITION OF pairs'
      ' FOR VALUES WITH (MODULUS %s, REMAINDER %s)', 'pairs_' || part, parts, part);
  END LOOP;
END
$$;

INSERT INTO client_ids SELECT client_id, sender FROM events WHERE client_id IS NOT NULL;
INSERT INTO pairs SELECT pair FROM chats WHERE pair IS NOT NULL;
CREATE UNIQUE INDEX client_ids_once ON client_ids (client_id, sender);
CREATE UNIQUE INDEX pairs_once ON pairs (pair);

CREATE FUNCTION note_client_ids() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO client_ids SELECT client_id, sender FROM fresh WHERE client_id IS NOT NULL;
  RETURN NULL;
END
$$;
CREATE TRIGGER note_client_ids AFTER INSERT ON events
  REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION note_client_ids();

CREATE FUNCTION note_pairs() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO pairs SELECT pair FROM fresh WHERE pair IS NOT NULL;
  RETURN NULL;
END
$$;
CREATE TRIGGER note_pairs AFTER INSERT ON chats
  REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION note_pairs();
