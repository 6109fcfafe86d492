import type { Row } from '../support/bench';
import { count, megabytes } from '../support/figures';

const SESSIONS = 10_000;
const MOST = 100 * 1_048_576;

export const sessionsRow: Row = {
  name: 'sessions',
  title: 'Memory of open sessions',
  async run(bench) {
    const engine = await bench.tenants();
    await engine.call('openSessions', 100);
    const before = await engine.call('heldBytes');
    await engine.call('openSessions', SESSIONS);
    const after = await engine.call('heldBytes');
    const held = after - before;
    return {
      lines: [
        {
          what: `${count(SESSIONS)} open sessions of one tenant`,
          target: '≤ 100 MB',
          measured: megabytes(held),
          reference: `the same process before ${megabytes(before)}`,
          compared: `${(held / SESSIONS / 1024).toFixed(1)} KB a session`,
          met: held <= MOST,
        },
      ],
      notes: [
        'Signed in one after the other through the contract, each with its tokens, and called once. The heap and what lies beside it for Node, after a collection of garbage; the hash of the password costs next to nothing here, because not it is measured.',
      ],
    };
  },
};
