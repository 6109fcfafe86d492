import { Client } from 'ldapts';
import { describe, expect, it } from 'vitest';
import { problemOf } from '../../support/engine/calls';
import { converseWith } from '../../support/sso/directory';
import { addPerson, noSlapd, personDn, startSlapd } from '../../support/sso/slapd';

describe.skipIf(noSlapd !== null)(
  `a bind without a password${noSlapd ? ` (skipped: ${noSlapd})` : ''}`,
  () => {
    it('proves nothing, though the directory answers with success', async () => {
      const cleanUp: (() => Promise<void>)[] = [];
      const slapd = await startSlapd((end) => cleanUp.push(end), { anonymousNames: true });
      try {
        await addPerson(slapd.admin, 'lea');
        // What the directory says to whoever asks it without the defence: RFC 4513 5.1.2.
        const naive = new Client({ url: `ldap://127.0.0.1:${slapd.port}` });
        cleanUp.push(() => naive.unbind());
        await naive.bind(personDn('lea'), '');
        expect(naive.isBound).toBe(true);
        const session = await converseWith(slapd.port);
        cleanUp.push(async () => session.close());
        expect(await problemOf(session.bind(personDn('lea'), ''))).toMatchObject({ problem: 'credentials' });
      } finally {
        for (const clean of cleanUp.reverse()) await clean();
      }
    });
  },
);
