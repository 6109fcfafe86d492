import type { Migration } from '../../mechanism/store';

/**
 * Every page that a transaction touches is encrypted and authenticated anew. What a query writes lies together now:
 * tables that are clustered by the key they are read with, and the words of a message in one row.
 */
export const fewerPagesAQuery: Migration = {
  version: 2,
  name: 'fewer pages a query',
  statements: [
    `CREATE TABLE message_words (
       conversation_id TEXT NOT NULL REFERENCES conversations (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
       message_id TEXT NOT NULL,
       tokens TEXT NOT NULL,
       PRIMARY KEY (conversation_id, message_id)
     ) STRICT, WITHOUT ROWID`,
    `INSERT INTO message_words
     SELECT conversation_id, 'earlier', group_concat(token, '') FROM conversation_words GROUP BY conversation_id`,
    'DROP TABLE conversation_words',

    `CREATE TABLE clustered_messages (
       id TEXT NOT NULL,
       conversation_id TEXT NOT NULL REFERENCES conversations (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
       role TEXT NOT NULL,
       at INTEGER NOT NULL,
       replies_to TEXT,
       outcome TEXT,
       problem TEXT,
       sealed_text TEXT NOT NULL,
       sealed_sources TEXT,
       receipt TEXT,
       PRIMARY KEY (conversation_id, at, id)
     ) STRICT, WITHOUT ROWID`,
    `INSERT INTO clustered_messages (id, conversation_id, role, at, replies_to, outcome, problem, sealed_text, sealed_sources, receipt)
     SELECT id, conversation_id, role, at, replies_to, outcome, problem, sealed_text, sealed_sources, receipt FROM messages`,
    'DROP TABLE messages',
    'ALTER TABLE clustered_messages RENAME TO messages',
    `CREATE TRIGGER message_added AFTER INSERT ON messages BEGIN
       UPDATE conversations SET messages = messages + 1, updated_at = max(updated_at, new.at)
       WHERE id = new.conversation_id;
     END`,

    `CREATE TABLE clustered_open_queries (
       answer_id TEXT PRIMARY KEY,
       question_id TEXT NOT NULL,
       conversation_id TEXT NOT NULL,
       person_id TEXT NOT NULL,
       model TEXT NOT NULL,
       started_at INTEGER NOT NULL
     ) STRICT, WITHOUT ROWID`,
    `INSERT INTO clustered_open_queries (answer_id, question_id, conversation_id, person_id, model, started_at)
     SELECT answer_id, question_id, conversation_id, person_id, model, started_at FROM open_queries`,
    'DROP TABLE open_queries',
    'ALTER TABLE clustered_open_queries RENAME TO open_queries',
  ],
};
