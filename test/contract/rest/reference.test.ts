import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { ROUTES } from '../../../src/server/rest/routes';
import { startRest } from '../../support/rest';

const sha256 = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

describe('the reference page', () => {
  it('has every operation, and nothing from elsewhere', async () => {
    const { origin } = await startRest();
    const answer = await fetch(`${origin}/api/v1/reference`);
    expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8');
    const page = await answer.text();
    for (const { id, path } of ROUTES) {
      expect(page).toContain(`id="${id}"`);
      expect(page).toContain(`<span class="path">/api/v1${path}</span>`);
    }
    expect(page.match(/(?:src|href)="(?!#|\/api\/v1\/openapi\.json")[^"]*"/g)).toBeNull();
  });

  it('may run its own script and show its own style alone', async () => {
    const { origin } = await startRest();
    const answer = await fetch(`${origin}/api/v1/reference`);
    const page = await answer.text();
    const policy = answer.headers.get('content-security-policy') ?? '';
    const [, style = ''] = /<style>([\s\S]*?)<\/style>/.exec(page) ?? [];
    const scripts = [...page.matchAll(/<script>([\s\S]*?)<\/script>/g)];
    expect(scripts).toHaveLength(1);
    expect(policy).toBe(
      [
        "default-src 'none'",
        `style-src ${sha256(style)}`,
        `script-src ${sha256(scripts[0]?.[1] ?? '')}`,
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
      ].join('; '),
    );
    expect(page).not.toMatch(/ (?:style|on\w+)="/);
  });

  it('is not sent again to who has it', async () => {
    const { origin } = await startRest();
    for (const path of ['/api/v1/reference', '/api/v1/openapi.json']) {
      const tag = (await fetch(`${origin}${path}`)).headers.get('etag') ?? '';
      const again = await fetch(`${origin}${path}`, { headers: { 'if-none-match': tag } });
      expect([again.status, await again.text()]).toEqual([304, '']);
    }
  });
});
