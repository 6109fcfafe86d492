import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { answerTagged } from './etags';
import { openApiDocument } from './openApi';
import { REFERENCE_POLICY } from './reference/assets';
import { type ReferenceDocument, referencePage } from './reference/page';

interface Page {
  readonly type: string;
  readonly body: string;
  readonly policy?: string;
}

/**
 * Answers with what describes the interface: the OpenAPI document and a page for people.
 * @param version of the console
 * @param prefix where the interface is
 * @returns whether it was one of them
 */
export function createDocumentHandler(version: string, prefix: string) {
  const document = openApiDocument(version);
  const pages: Readonly<Record<string, () => Page>> = {
    [`${prefix}/openapi.json`]: () => ({
      type: 'application/json; charset=utf-8',
      body: JSON.stringify(document),
    }),
    [`${prefix}/reference`]: () => ({
      type: 'text/html; charset=utf-8',
      body: referencePage(document as unknown as ReferenceDocument),
      policy: REFERENCE_POLICY,
    }),
  };
  const made = new Map<string, Page & { readonly tag: string }>();

  function pageAt(path: string): (Page & { readonly tag: string }) | null {
    const known = made.get(path);
    if (known) return known;
    const page = Object.hasOwn(pages, path) ? pages[path]?.() : undefined;
    if (!page) return null;
    const tag = `"${createHash('sha256').update(page.body).digest('base64url')}"`;
    made.set(path, { ...page, tag });
    return { ...page, tag };
  }

  return (request: IncomingMessage, response: ServerResponse, path: string): boolean => {
    const page = request.method === 'GET' ? pageAt(path) : null;
    if (!page) return false;
    if (page.policy) response.setHeader('content-security-policy', page.policy);
    if (answerTagged(request, response, page.tag)) return true;
    response.writeHead(200, {
      'content-type': page.type,
      'content-length': Buffer.byteLength(page.body),
    });
    response.end(page.body);
    return true;
  };
}
