import { expect, test } from 'vitest';
import { forgetDevelopmentVariables } from '../../../src/main/developmentVariables';

const ENV = {
  RISCURA_BETTER_SQLITE3_BINDING: '/tmp/theirs.node',
  RISCURA_SAMPLE: '1',
  RISCURA_DATA: '/data',
};

test('a packaged console forgets what names a library and what makes sample data', () => {
  const env = { ...ENV };
  forgetDevelopmentVariables({ isPackaged: true }, env);
  expect(env).toEqual({ RISCURA_DATA: '/data' });
});

test('one under development keeps them', () => {
  const env = { ...ENV };
  forgetDevelopmentVariables({ isPackaged: false }, env);
  expect(env).toEqual(ENV);
});
