import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

/** What the types let through, because browsers have it, and the Node that ships with Electron has not. */
const MISSING = /\bURL\.parse\(/;

describe('what runs under Electron’s Node', () => {
  it('uses nothing that came to Node later', () => {
    const files = readdirSync('src', { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts') && !file.startsWith('renderer'))
      .map((file) => join('src', file));
    expect(files.length).toBeGreaterThan(300);
    expect(files.filter((file) => MISSING.test(readFileSync(file, 'utf8')))).toEqual([]);
  });
});
