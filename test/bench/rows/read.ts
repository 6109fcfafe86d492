import type { Row } from '../support/bench';
import { median, ms, quantile, ratio } from '../support/figures';

const READS = 2_000;
const MOST_MS = 2;

export const readRow: Row = {
  name: 'read',
  title: 'Indexed read in a tenant database',
  async run(bench) {
    const engine = await bench.tenants();
    const { encrypted, plain } = await engine.call('indexedReads', READS);
    const tenant = await engine.call('anyTenant');
    const conversation = await engine.call('readConversation', tenant, READS / 4);
    const p95 = quantile(encrypted, 0.95);
    const through = quantile(conversation, 0.95);
    const reference = `better-sqlite3, unencrypted: p50 ${ms(median(plain))}, p95 ${ms(quantile(plain, 0.95))}`;
    return {
      lines: [
        {
          what: 'one row of 100,000 by its key',
          target: `≤ ${MOST_MS} ms`,
          measured: `p50 ${ms(median(encrypted))}, p95 ${ms(p95)}`,
          reference,
          compared: ratio(median(encrypted), median(plain)),
          met: p95 <= MOST_MS,
        },
        {
          what: 'a conversation with its messages, through the contract, opened from under both layers',
          target: '',
          measured: `p50 ${ms(median(conversation))}, p95 ${ms(through)}`,
          reference: `one row as above ${ms(median(encrypted))}`,
          compared: ratio(median(conversation), median(encrypted)),
          met: null,
        },
      ],
      notes: [
        'The same table and statement in both, five rounds in turns after a warm-up. better-sqlite3 reads in the thread that asks; the encrypted driver reads in a thread of its own, and the way there and back is most of what it takes. In return a slow read holds nobody else up.',
      ],
    };
  },
};
