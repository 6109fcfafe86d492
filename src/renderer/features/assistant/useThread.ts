import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useMemo, useRef, useState, useSyncExternalStore } from 'react';
import { useSearchParams } from 'react-router';
import type { Ask, Conversation, Message } from '../../../contract';
import type { TenantApi } from '../../app/api';
import { useTenantApi } from '../../app/tenant';
import type { Question } from './askAgain';
import { type Live, LiveAnswer } from './liveAnswer';

const PARAMETER = 'conversation';

interface Reading {
  conversation: Conversation;
  messages: Message[];
  running: string | null;
}

/** The conversation that the address names; `null` for a new one. */
export function useSelection(): [string | null, (id: string | null) => void] {
  const [search, setSearch] = useSearchParams();
  const select = (id: string | null) => setSearch(id ? { [PARAMETER]: id } : {});
  return [search.get(PARAMETER), select];
}

/** The question of a live answer as the message that the engine keeps. */
function questionOf(live: Live): Message | null {
  if (!live.accepted || !live.asked) return null;
  return {
    id: live.accepted.questionId,
    role: 'question',
    text: live.asked.content,
    at: live.askedAt,
    outcome: null,
    problem: null,
    sources: [],
    support: [],
    receipt: null,
  };
}

/** What was read of a conversation, with the question and the answer that were heard since. */
function withAnswer(before: Reading | undefined, answer: Message, live: Live): Reading | undefined {
  const { accepted, askedAt } = live;
  if (!accepted) return before;
  const base: Reading = before ?? {
    conversation: {
      id: accepted.conversationId,
      title: accepted.title,
      createdAt: askedAt,
      updatedAt: answer.at,
      messages: 2,
    },
    messages: [],
    running: null,
  };
  const heard = [questionOf(live), answer].filter((message) => message !== null);
  const known = base.messages.filter((message) => !heard.some((each) => each.id === message.id));
  return { ...base, messages: [...known, ...heard], running: null };
}

function useLiveAnswer(api: TenantApi, select: (id: string) => void) {
  const cache = useQueryClient();
  const onAccepted = useRef(select);
  onAccepted.current = select;
  const [finished, setFinished] = useState<Message | null>(null);
  const asks = useRef(new Map<string, Ask>());
  const answer = useMemo(() => {
    const { assistant } = api.query;
    const readKey = (id: string) => assistant.read.queryKey({ input: { id } });
    return new LiveAnswer(api.client.assistant, {
      accepted: ({ conversationId, questionId }, live) => {
        setFinished(null);
        if (live.asked) asks.current.set(questionId, live.asked);
        if (live.asked && !live.asked.conversationId) onAccepted.current(conversationId);
        void cache.invalidateQueries({ queryKey: assistant.conversations.key() });
      },
      finished: (message, live) => {
        const id = live.accepted?.conversationId;
        if (!id) return;
        setFinished(message);
        cache.setQueryData(readKey(id), (before: Reading | undefined) => withAnswer(before, message, live));
        void cache.invalidateQueries({ queryKey: assistant.conversations.key() });
      },
      failed: ({ accepted }) => {
        if (accepted) void cache.invalidateQueries({ queryKey: readKey(accepted.conversationId) });
      },
    });
  }, [api, cache]);
  useEffect(() => answer.leave, [answer]);
  return { answer, finished, asks };
}

/**
 * The conversation on screen and the answer that is being made in it. After a reload or a restart of
 * the engine it joins the answer that still runs.
 */
export function useThread() {
  const api = useTenantApi();
  const [selected, select] = useSelection();
  const { answer, finished, asks } = useLiveAnswer(api, select);
  const live = useSyncExternalStore(answer.subscribe, answer.snapshot);

  // Another conversation was chosen: listen no longer to the answer of the one before.
  useEffect(() => {
    const current = answer.current;
    if (!current) return;
    const belongs = current.accepted?.conversationId ?? current.asked?.conversationId ?? null;
    if (belongs !== selected) answer.leave();
  }, [answer, selected]);

  const isNew = live?.asked !== null && live?.asked !== undefined && !live.asked.conversationId;
  const reading = useQuery(
    api.query.assistant.read.queryOptions({
      input: { id: selected ?? '' },
      // What runs in a conversation is known only to the engine: ask it each time one comes back.
      staleTime: 0,
      enabled: selected !== null && (!isNew || live?.phase === 'failed'),
    }),
  );

  const running = reading.data?.running ?? null;
  useEffect(() => {
    if (!running || !reading.isSuccess || reading.isFetching) return;
    const current = answer.current;
    if (current && current.phase !== 'failed') return;
    void answer.follow(running);
  }, [answer, running, reading.isSuccess, reading.isFetching]);

  return {
    selected,
    select,
    live,
    reading,
    finished,
    /** How a question was asked, when it was in this window. */
    askedAs: (questionId: string) => asks.current.get(questionId),
    ask: (asked: Question) => void answer.ask({ ...asked, conversationId: selected ?? undefined }),
    stop: () => answer.stop(),
    dismiss: answer.leave,
  };
}

export type Thread = ReturnType<typeof useThread>;
