import { SESSIONS_SCHEMA } from '../../mechanism/sessions';
import { type Migration, STORE_SCHEMA } from '../../mechanism/store';

/** A tenant's database as it begins. Columns named `sealed_…` are under the field cipher. */
export const foundation: Migration = {
  version: 1,
  name: 'foundation',
  statements: [
    ...STORE_SCHEMA,
    ...SESSIONS_SCHEMA,
    "CREATE INDEX audit_of_answers ON audit_events (target) WHERE event = 'query.finished'",
    `CREATE TABLE field_keys (
       version INTEGER PRIMARY KEY,
       wrapped TEXT NOT NULL,
       created_at INTEGER NOT NULL
     ) STRICT`,
    `CREATE TABLE secrets (name TEXT PRIMARY KEY, sealed_value TEXT NOT NULL) STRICT`,
    `CREATE TABLE configuration (
       version INTEGER PRIMARY KEY,
       model TEXT NOT NULL,
       fallbacks TEXT NOT NULL,
       parameters TEXT NOT NULL,
       sealed_instructions TEXT NOT NULL,
       changed_at INTEGER NOT NULL
     ) STRICT`,
    `CREATE TABLE users (
       id TEXT PRIMARY KEY,
       name TEXT NOT NULL,
       email TEXT NOT NULL UNIQUE,
       role TEXT NOT NULL,
       state TEXT NOT NULL,
       password TEXT NOT NULL,
       created_at INTEGER NOT NULL,
       last_seen_at INTEGER
     ) STRICT`,
    `CREATE TABLE conversations (
       id TEXT PRIMARY KEY,
       owner_id TEXT NOT NULL,
       sealed_title TEXT NOT NULL,
       created_at INTEGER NOT NULL,
       updated_at INTEGER NOT NULL,
       messages INTEGER NOT NULL DEFAULT 0
     ) STRICT`,
    'CREATE INDEX conversations_of_owner ON conversations (owner_id, updated_at DESC, id)',
    `CREATE TABLE conversation_words (
       conversation_id TEXT NOT NULL REFERENCES conversations (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
       token TEXT NOT NULL,
       PRIMARY KEY (token, conversation_id) ON CONFLICT IGNORE
     ) STRICT, WITHOUT ROWID`,
    'CREATE INDEX words_of_conversation ON conversation_words (conversation_id)',
    `CREATE TABLE messages (
       id TEXT PRIMARY KEY,
       conversation_id TEXT NOT NULL REFERENCES conversations (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
       role TEXT NOT NULL,
       at INTEGER NOT NULL,
       replies_to TEXT,
       outcome TEXT,
       problem TEXT,
       sealed_text TEXT NOT NULL,
       sealed_sources TEXT,
       receipt TEXT
     ) STRICT`,
    'CREATE INDEX messages_of_conversation ON messages (conversation_id, at, id)',
    `CREATE TRIGGER message_added AFTER INSERT ON messages BEGIN
       UPDATE conversations SET messages = messages + 1, updated_at = max(updated_at, new.at)
       WHERE id = new.conversation_id;
     END`,
    `CREATE TABLE open_queries (
       answer_id TEXT PRIMARY KEY,
       question_id TEXT NOT NULL,
       conversation_id TEXT NOT NULL,
       person_id TEXT NOT NULL,
       model TEXT NOT NULL,
       started_at INTEGER NOT NULL
     ) STRICT`,
    `CREATE TABLE usage_events (
       id TEXT PRIMARY KEY,
       at INTEGER NOT NULL,
       person_id TEXT NOT NULL,
       model TEXT NOT NULL,
       route TEXT NOT NULL,
       place TEXT NOT NULL,
       region TEXT,
       input_tokens INTEGER NOT NULL,
       output_tokens INTEGER NOT NULL,
       tokens_reported INTEGER NOT NULL,
       first_token_ms REAL,
       total_ms REAL NOT NULL,
       latency_class INTEGER NOT NULL,
       first_token_class INTEGER,
       cost_micros INTEGER NOT NULL,
       currency TEXT NOT NULL,
       outcome TEXT NOT NULL,
       problem TEXT
     ) STRICT`,
    'CREATE INDEX usage_by_time ON usage_events (at DESC, id)',
    `CREATE TABLE usage_hours (
       hour INTEGER NOT NULL,
       model TEXT NOT NULL,
       place TEXT NOT NULL,
       region TEXT NOT NULL,
       queries INTEGER NOT NULL,
       failed INTEGER NOT NULL,
       input_tokens INTEGER NOT NULL,
       output_tokens INTEGER NOT NULL,
       cost_micros INTEGER NOT NULL,
       refused INTEGER NOT NULL,
       PRIMARY KEY (hour, model, place, region)
     ) STRICT, WITHOUT ROWID`,
    `CREATE TABLE usage_latencies (
       hour INTEGER NOT NULL,
       kind TEXT NOT NULL,
       class INTEGER NOT NULL,
       queries INTEGER NOT NULL,
       PRIMARY KEY (hour, kind, class)
     ) STRICT, WITHOUT ROWID`,
    `CREATE TABLE usage_people (
       hour INTEGER NOT NULL,
       person_id TEXT NOT NULL,
       PRIMARY KEY (hour, person_id) ON CONFLICT IGNORE
     ) STRICT, WITHOUT ROWID`,
    `CREATE TRIGGER usage_counted AFTER INSERT ON usage_events BEGIN
       INSERT INTO usage_hours VALUES (new.at / 3600000, new.model, new.place, ifnull(new.region, ''), 1,
         new.outcome IN ('failed', 'refused', 'interrupted'), new.input_tokens, new.output_tokens, new.cost_micros,
         new.outcome = 'refused')
       ON CONFLICT DO UPDATE SET queries = queries + 1, failed = failed + excluded.failed,
         refused = refused + excluded.refused,
         input_tokens = input_tokens + excluded.input_tokens,
         output_tokens = output_tokens + excluded.output_tokens,
         cost_micros = cost_micros + excluded.cost_micros;
       INSERT INTO usage_people VALUES (new.at / 3600000, new.person_id);
     END`,
    `CREATE TRIGGER usage_timed AFTER INSERT ON usage_events WHEN new.outcome IN ('answered', 'stopped') BEGIN
       INSERT INTO usage_latencies VALUES (new.at / 3600000, 'total', new.latency_class, 1)
       ON CONFLICT DO UPDATE SET queries = queries + 1;
     END`,
    `CREATE TRIGGER usage_first_token_timed AFTER INSERT ON usage_events WHEN new.first_token_class IS NOT NULL BEGIN
       INSERT INTO usage_latencies VALUES (new.at / 3600000, 'first-token', new.first_token_class, 1)
       ON CONFLICT DO UPDATE SET queries = queries + 1;
     END`,
    `CREATE TABLE documents (
       id TEXT PRIMARY KEY,
       name TEXT NOT NULL,
       kind TEXT NOT NULL,
       size_bytes INTEGER NOT NULL,
       sha256 TEXT NOT NULL,
       file TEXT NOT NULL,
       pages INTEGER,
       state TEXT NOT NULL,
       problem TEXT,
       added_at INTEGER NOT NULL,
       added_by TEXT NOT NULL
     ) STRICT`,
    'CREATE INDEX documents_by_time ON documents (added_at DESC, id)',
    `CREATE TABLE passages (
       id INTEGER PRIMARY KEY,
       document_id TEXT NOT NULL REFERENCES documents (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
       number INTEGER NOT NULL,
       place TEXT NOT NULL,
       text TEXT NOT NULL,
       vector TEXT
     ) STRICT`,
    'CREATE INDEX passages_of_document ON passages (document_id, number)',
    `CREATE VIRTUAL TABLE passage_words USING fts5 (
       text, content = 'passages', content_rowid = 'id', tokenize = 'porter unicode61 remove_diacritics 2'
     )`,
    `CREATE TRIGGER passage_added AFTER INSERT ON passages BEGIN
       INSERT INTO passage_words (rowid, text) VALUES (new.id, new.text);
     END`,
    `CREATE TRIGGER passage_removed AFTER DELETE ON passages BEGIN
       INSERT INTO passage_words (passage_words, rowid, text) VALUES ('delete', old.id, old.text);
     END`,
    `CREATE TABLE egress_attempts (
       id TEXT PRIMARY KEY,
       at INTEGER NOT NULL,
       host TEXT NOT NULL,
       port INTEGER NOT NULL,
       purpose TEXT NOT NULL,
       decision TEXT NOT NULL,
       rule TEXT NOT NULL
     ) STRICT`,
    'CREATE INDEX egress_by_time ON egress_attempts (at DESC, id)',
  ],
};
