import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { TokensCommands } from '../processes/tokens';
import type { Tokens, TokensDirectCommands } from '../processes/tokensDirect';
import type { Row } from '../support/bench';
import { checkout } from '../support/bundles';
import { median, ms, ratio } from '../support/figures';
import { start } from '../support/remote';

const ROUNDS = 5;
const TOKENS = 48;

const rate = (answers: readonly Tokens[]): number =>
  median(answers.map(({ tokens, totalMs }) => (tokens * 1_000) / totalMs));
const first = (answers: readonly Tokens[]): number => median(answers.map(({ firstMs }) => firstMs));

export const tokensRow: Row = {
  name: 'tokens',
  title: 'Tokens a second with the starter model',
  async run(bench) {
    const manifest = JSON.parse(readFileSync(join(checkout, 'resources/models/starter.json'), 'utf8')) as {
      file: string;
      sha256: string;
    };
    const file = join(process.env.RISCURA_MODELS ?? '', manifest.file);
    if (!process.env.RISCURA_MODELS || !existsSync(file)) return { skipped: 'the starter model is not here' };
    const console = await start<TokensCommands>(bench.bundles, 'tokens');
    const direct = await start<TokensDirectCommands>(bench.bundles, 'tokensDirect');
    try {
      await console.call('prepare', file, manifest.sha256, statSync(file).size);
      await direct.call('prepare', file);
      const own: Tokens[] = [];
      const reference: Tokens[] = [];
      for (let round = 0; round <= ROUNDS; round += 1) {
        const through = await console.call('ask', TOKENS);
        const without = await direct.call('ask', TOKENS);
        // The first round warms both up: it reads the weights.
        if (round === 0) continue;
        own.push(through);
        reference.push(without);
      }
      return {
        lines: [
          {
            what: `${TOKENS} tokens at most, question to stored answer`,
            target: '',
            measured: `${rate(own).toFixed(1)} tokens/s`,
            reference: `node-llama-cpp directly ${rate(reference).toFixed(1)} tokens/s`,
            compared: ratio(rate(own), rate(reference)),
            met: null,
          },
          {
            what: 'first token',
            target: '',
            measured: ms(first(own)),
            reference: `node-llama-cpp directly ${ms(first(reference))}`,
            compared: `+ ${ms(first(own) - first(reference))}`,
            met: null,
          },
        ],
        notes: [
          `SmolLM2-135M-Instruct (Q4_1), temperature 0, the same prompt and template, ${ROUNDS} rounds in turns. The console runs the model in the model host, a process of its own without keys (here without bubblewrap), and both choose their threads by what the machine has free; the reference runs in one process. Every figure goes from the call to the last token; the console’s also to the answer on the disk.`,
        ],
      };
    } finally {
      await Promise.all([console.stop(), direct.stop()]);
    }
  },
};
