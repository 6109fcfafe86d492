import { useCallback, useRef, useState } from 'react';
import { useTenantApi } from '../../app/tenant';
import { problemOf } from '../../ui';
import { refusalOf } from './kinds';

const UPLOAD_TIMEOUT_MS = 120_000;

/** A file on its way into the tenant. Once it is taken it is a document and no longer listed here. */
export interface Upload {
  readonly id: number;
  readonly file: File;
  readonly state: 'waiting' | 'sending' | 'failed';
  /** What happened and what to do, when it failed. */
  readonly problem: string | null;
  /** Whether another try makes sense. */
  readonly again: boolean;
}

/** How much of what was chosen is in the tenant. A file goes over as one message, so it counts when it is taken. */
export interface UploadProgress {
  readonly takenBytes: number;
  readonly totalBytes: number;
}

let nextId = 1;

/** Sends files one after the other and keeps what is still on its way. */
export function useUploads(onAdded: (name: string) => void) {
  const { client } = useTenantApi();
  const [uploads, setUploads] = useState<readonly Upload[]>([]);
  const [takenBytes, setTakenBytes] = useState(0);
  const queue = useRef<Upload[]>([]);
  const sending = useRef<{ id: number; abort: AbortController } | null>(null);

  const change = useCallback((id: number, part: Partial<Upload>) => {
    setUploads((all) => all.map((each) => (each.id === id ? { ...each, ...part } : each)));
  }, []);
  const dismiss = useCallback((id: number) => {
    setUploads((all) => all.filter((each) => each.id !== id));
  }, []);

  const send = useCallback(
    async ({ id, file }: Upload, signal: AbortSignal) => {
      change(id, { state: 'sending' });
      try {
        await client.knowledge.add({ file }, { signal, context: { timeoutMs: UPLOAD_TIMEOUT_MS } });
        dismiss(id);
        setTakenBytes((taken) => taken + file.size);
        onAdded(file.name);
      } catch (error) {
        if (signal.aborted) return dismiss(id);
        const { title, detail } = problemOf(error);
        const problem = [title, detail.reason, detail.next].filter(Boolean).join(' ');
        change(id, { state: 'failed', problem, again: true });
      }
    },
    [client, change, dismiss, onAdded],
  );

  const work = useCallback(async () => {
    if (sending.current) return;
    for (let next = queue.current.shift(); next; next = queue.current.shift()) {
      const abort = new AbortController();
      sending.current = { id: next.id, abort };
      await send(next, abort.signal);
    }
    sending.current = null;
    setTakenBytes(0);
  }, [send]);

  const add = useCallback(
    (files: Iterable<File>) => {
      const made = [...files].map((file): Upload => {
        const problem = refusalOf(file);
        const id = nextId++;
        return { id, file, state: problem ? 'failed' : 'waiting', problem, again: false };
      });
      setUploads((all) => [...all, ...made]);
      queue.current.push(...made.filter((each) => each.state === 'waiting'));
      void work();
    },
    [work],
  );

  const retry = useCallback(
    (upload: Upload) => {
      dismiss(upload.id);
      add([upload.file]);
    },
    [dismiss, add],
  );

  /** Takes files back that are not in the tenant yet. */
  const cancel = useCallback(
    (ids: readonly number[]) => {
      queue.current = queue.current.filter(({ id }) => !ids.includes(id));
      for (const id of ids) {
        if (sending.current?.id === id) sending.current.abort.abort();
        else dismiss(id);
      }
    },
    [dismiss],
  );

  const open = uploads.filter(({ state }) => state !== 'failed');
  const openBytes = open.reduce((sum, { file }) => sum + file.size, 0);
  const progress: UploadProgress | null =
    open.length > 0 ? { takenBytes, totalBytes: takenBytes + openBytes } : null;
  return { uploads, progress, add, retry, dismiss, cancel };
}
