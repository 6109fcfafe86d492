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

let nextId = 1;

/** Sends files one after the other and keeps what is still on its way. */
export function useUploads(onAdded: (name: string) => void) {
  const { client } = useTenantApi();
  const [uploads, setUploads] = useState<readonly Upload[]>([]);
  const queue = useRef<Upload[]>([]);
  const busy = useRef(false);

  const change = useCallback((id: number, part: Partial<Upload>) => {
    setUploads((all) => all.map((each) => (each.id === id ? { ...each, ...part } : each)));
  }, []);
  const dismiss = useCallback((id: number) => {
    setUploads((all) => all.filter((each) => each.id !== id));
  }, []);

  const work = useCallback(async () => {
    if (busy.current) return;
    busy.current = true;
    for (let next = queue.current.shift(); next; next = queue.current.shift()) {
      const { id, file } = next;
      change(id, { state: 'sending' });
      try {
        await client.knowledge.add({ file }, { context: { timeoutMs: UPLOAD_TIMEOUT_MS } });
        dismiss(id);
        onAdded(file.name);
      } catch (error) {
        const { title, detail } = problemOf(error);
        change(id, {
          state: 'failed',
          problem: [title, detail.reason, detail.next].filter(Boolean).join(' '),
          again: true,
        });
      }
    }
    busy.current = false;
  }, [client, change, dismiss, onAdded]);

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

  return { uploads, add, retry, dismiss };
}
