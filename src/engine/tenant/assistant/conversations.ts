import {
  ConsoleError,
  type Conversation,
  type Message,
  type Receipt,
  type tenantContract,
} from '../../../contract';
import { actorOf, type Handlers } from '../../door';
import type { SqlRow } from '../../ports';
import type { RuntimeContext } from '../context';
import type { Turn } from './prompt';
import type { RunningAnswer } from './runningAnswers';
import { sealedPlaces } from './sealed';

/** The conversations of a person: only ever the caller's own. */
export interface Conversations {
  readonly handlers: Pick<
    Handlers<(typeof tenantContract)['assistant']>,
    'conversations' | 'rename' | 'remove'
  >;
  /** @throws ConsoleError NOT_FOUND also when it is somebody else's */
  require(id: string, ownerId: string): Promise<Conversation>;
  messages(id: string): Promise<Message[]>;
  /** An answer and the question that it is to; `null` when it is not there (yet). */
  answer(id: string): Promise<{ questionId: string; message: Message } | null>;
  readonly everybody: EveryConversation;
  turns(id: string): Promise<Turn[]>;
}

/** The conversations of everybody. Only a break-glass grant leads here. */
export interface EveryConversation {
  page(
    limit: number,
    cursor: string | undefined,
  ): Promise<{ conversations: { conversation: Conversation; ownerId: string }[]; next: string | null }>;
  /** @throws ConsoleError NOT_FOUND */
  read(id: string): Promise<{ conversation: Conversation; messages: Message[] }>;
}

const MOST_MESSAGES = 1_000;

/** Messages with the place in the audit chain that receipts name. */
const WITH_PLACE = `SELECT messages.*, audit_events.sequence AS audit_sequence, audit_events.hash AS audit_hash
  FROM messages LEFT JOIN audit_events ON audit_events.target = messages.id AND audit_events.event = 'query.finished'`;

export function createConversations(
  context: RuntimeContext,
  running: ReadonlyMap<string, RunningAnswer>,
): Conversations {
  const { store, cipher } = context;

  function conversationFrom(row: SqlRow): Conversation {
    const id = String(row.id);
    return {
      id,
      title: cipher.open(sealedPlaces.title(id), String(row.sealed_title)),
      createdAt: Number(row.created_at),
      updatedAt: Number(row.updated_at),
      messages: Number(row.messages),
    };
  }

  function messageFrom(row: SqlRow): Message {
    const id = String(row.id);
    const material = row.sealed_sources
      ? (JSON.parse(cipher.open(sealedPlaces.sources(id), String(row.sealed_sources))) as Pick<
          Message,
          'sources' | 'support'
        >)
      : { sources: [], support: [] };
    return {
      id,
      role: row.role === 'answer' ? 'answer' : 'question',
      text: cipher.open(sealedPlaces.text(id), String(row.sealed_text)),
      at: Number(row.at),
      outcome: row.outcome as Message['outcome'],
      problem: row.problem === null ? null : String(row.problem),
      ...material,
      receipt: row.receipt === null ? null : receiptFrom(row),
    };
  }

  async function require(id: string, ownerId: string): Promise<Conversation> {
    const [row] = await store.read('SELECT * FROM conversations WHERE id = ? AND owner_id = ?', [
      id,
      ownerId,
    ]);
    if (!row) throw new ConsoleError('NOT_FOUND');
    return conversationFrom(row);
  }

  /** Conversations that hold every word of the search, by keyed tokens; the text itself stays sealed. */
  function searchClause(search: string): { sql: string; params: string[] } {
    const tokens = cipher.searchTokens(search);
    return {
      sql: tokens
        .map(
          () =>
            'AND EXISTS (SELECT 1 FROM message_words WHERE conversation_id = conversations.id AND instr(tokens, ?))',
        )
        .join(' '),
      params: tokens,
    };
  }

  async function messages(id: string): Promise<Message[]> {
    const rows = await store.read(
      `${WITH_PLACE} WHERE conversation_id = ? ORDER BY messages.at, messages.id LIMIT ?`,
      [id, MOST_MESSAGES],
    );
    return rows.map(messageFrom);
  }

  async function answer(id: string): Promise<{ questionId: string; message: Message } | null> {
    const [row] = await store.read(`${WITH_PLACE} WHERE messages.id = ? AND role = 'answer'`, [id]);
    return row ? { questionId: String(row.replies_to), message: messageFrom(row) } : null;
  }

  const everybody: EveryConversation = {
    async page(limit, cursor) {
      const [beforeAt, beforeId] = (cursor ?? '').split(' ');
      const rows = await store.read(
        `SELECT * FROM conversations WHERE ? = '' OR (updated_at, id) < (CAST(? AS INTEGER), ?)
         ORDER BY updated_at DESC, id DESC LIMIT ?`,
        [beforeAt ?? '', beforeAt ?? '', beforeId ?? '', limit + 1],
      );
      const shown = rows.slice(0, limit);
      const last = shown.at(-1);
      return {
        conversations: shown.map((row) => ({
          conversation: conversationFrom(row),
          ownerId: String(row.owner_id),
        })),
        next: rows.length > limit && last ? `${last.updated_at} ${last.id}` : null,
      };
    },

    async read(id) {
      const [row] = await store.read('SELECT * FROM conversations WHERE id = ?', [id]);
      if (!row) throw new ConsoleError('NOT_FOUND');
      return { conversation: conversationFrom(row), messages: await messages(id) };
    },
  };

  return {
    require,
    messages,
    answer,
    everybody,

    async turns(id) {
      const rows = await store.read(
        'SELECT id, role, sealed_text FROM messages WHERE conversation_id = ? ORDER BY at DESC, id DESC LIMIT 8',
        [id],
      );
      return rows.reverse().map((row) => ({
        role: row.role === 'answer' ? 'answer' : 'question',
        text: cipher.open(sealedPlaces.text(String(row.id)), String(row.sealed_text)),
      }));
    },

    handlers: {
      async conversations({ search, limit, cursor }, call) {
        const clause = searchClause(search);
        const [beforeAt, beforeId] = (cursor ?? '').split(' ');
        const rows = await store.read(
          `SELECT * FROM conversations WHERE owner_id = ? AND (? = '' OR (updated_at, id) < (CAST(? AS INTEGER), ?))
           ${clause.sql} ORDER BY updated_at DESC, id DESC LIMIT ?`,
          [actorOf(call).id, beforeAt ?? '', beforeAt ?? '', beforeId ?? '', ...clause.params, limit + 1],
        );
        const conversations = rows.slice(0, limit).map(conversationFrom);
        const last = conversations.at(-1);
        return { conversations, next: rows.length > limit && last ? `${last.updatedAt} ${last.id}` : null };
      },

      async rename({ id, title }, call) {
        await require(id, actorOf(call).id);
        await store.write({
          statements: [
            {
              sql: 'UPDATE conversations SET sealed_title = ? WHERE id = ?',
              params: [cipher.seal(sealedPlaces.title(id), title), id],
              expect: 1,
            },
          ],
          events: [call.event({ target: id })],
        });
        return require(id, actorOf(call).id);
      },

      async remove({ id }, call) {
        await require(id, actorOf(call).id);
        if ([...running.values()].some((answer) => answer.conversationId === id)) {
          throw new ConsoleError('CONFLICT', { reason: 'An answer is being made in it. Stop that first.' });
        }
        await store.write({
          statements: [{ sql: 'DELETE FROM conversations WHERE id = ?', params: [id], expect: 1 }],
          events: [call.event({ target: id })],
        });
        return {};
      },
    },
  };
}

function receiptFrom(row: SqlRow): Receipt {
  return {
    ...(JSON.parse(String(row.receipt)) as Omit<Receipt, 'audit'>),
    audit: { sequence: Number(row.audit_sequence ?? 0), hash: String(row.audit_hash ?? '') },
  };
}
