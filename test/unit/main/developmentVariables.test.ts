import { expect, test } from 'vitest';
import { forgetDevelopmentVariables } from '../../../src/main/developmentVariables';

const ENV = {
  LANG: 'C.UTF-8',
  RISCURA_BETTER_SQLITE3_BINDING: '/tmp/theirs.node',
  RISCURA_DATA: '/data',
  RISCURA_MODELS: '/models',
  RISCURA_SAMPLE: '1',
};

test('a packaged console forgets whatever names a library, models, data or samples', () => {
  const env = { ...ENV };
  forgetDevelopmentVariables({ isPackaged: true }, env);
  expect(env).toEqual({ LANG: 'C.UTF-8' });
});

test('one under development keeps them', () => {
  const env = { ...ENV };
  forgetDevelopmentVariables({ isPackaged: false }, env);
  expect(env).toEqual(ENV);
});
