import { expect, test } from 'vitest';
import { GENESIS, link, syslogFrame } from '../../../src/engine/mechanism/chain';

test('a frame of RFC 5425 holds one message of RFC 5424, escaped', () => {
  const record = link(GENESIS.hash, 1, {
    at: 0,
    event: 'a-name-of-an-event-that-is-too-long.for-an-id',
    actor: 'user:"]\\',
    target: null,
    outcome: 'refused',
    detail: { word: 'é' },
  });
  const frame = syslogFrame('tenant:ü', record);
  const [length = '', ...rest] = frame.split(' ');
  const message = rest.join(' ');
  expect(Number(length)).toBe(Buffer.byteLength(message));
  expect(message).toBe(
    `<108>1 1970-01-01T00:00:00.000Z tenant:? riscura-console - a-name-of-an-event-that-is-too-l [riscura@32473 seq="1" hash="${record.hash}" actor="user:\\"\\]\\\\" target="" outcome="refused"] \ufeffa-name-of-an-event-that-is-too-long.for-an-id {"word":"é"}`,
  );
});
