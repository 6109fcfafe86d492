import { SCRIPT, STYLE } from './assets';
import { Html, html } from './html';
import { exampleOf, type SchemaNode, schemaText } from './schemaText';

interface Content {
  readonly schema?: SchemaNode;
  readonly 'x-event-schema'?: SchemaNode;
}

interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required: boolean;
  readonly schema: SchemaNode;
  readonly description?: string;
}

interface Operation {
  readonly operationId: string;
  readonly summary: string;
  readonly description: string;
  readonly tags: readonly string[];
  readonly security?: readonly unknown[];
  readonly parameters: readonly Parameter[];
  readonly requestBody?: { readonly content: Readonly<Record<string, Content>> };
  readonly responses: Readonly<Record<string, { readonly content?: Readonly<Record<string, Content>> }>>;
}

/** The document as the page reads it; it is made by this console itself. */
export interface ReferenceDocument {
  readonly info: { readonly title: string; readonly version: string };
  readonly servers: readonly { readonly url: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: { readonly Problem: SchemaNode } };
}

interface Placed {
  readonly method: string;
  readonly path: string;
  readonly operation: Operation;
}

function grouped(document: ReferenceDocument): Map<string, Placed[]> {
  const groups = new Map<string, Placed[]>();
  for (const [path, methods] of Object.entries(document.paths)) {
    for (const [method, operation] of Object.entries(methods)) {
      const tag = operation.tags[0] ?? '';
      groups.set(tag, [...(groups.get(tag) ?? []), { method: method.toUpperCase(), path, operation }]);
    }
  }
  return groups;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** A call with curl, with values that show the form of what must be there. */
function curlOf(base: string, { method, path, operation }: Placed): string {
  const query = operation.parameters
    .filter((parameter) => parameter.in === 'query' && parameter.required)
    .map(({ name, schema }) => `${name}=${encodeURIComponent(String(exampleOf(schema)))}`)
    .join('&');
  const address = `"$RISCURA${base}${path}${query && `?${query}`}"`;
  const [type, content] = Object.entries(operation.requestBody?.content ?? {})[0] ?? [];
  const lines = [
    `curl --cacert riscura-console.pem${method === 'GET' ? '' : ` -X ${method}`} ${address}`,
    ...(operation.security ? [] : ['  -H "Authorization: Bearer $TOKEN"']),
  ];
  if (type === 'application/json') {
    lines.push('  -H "Content-Type: application/json"');
    lines.push(`  -d ${quoted(JSON.stringify(exampleOf(content?.schema ?? {})))}`);
  }
  if (type === 'multipart/form-data') {
    for (const [name, field] of Object.entries(content?.schema?.properties ?? {}))
      lines.push(`  -F ${quoted(`${name}=${field.contentEncoding ? '@FILE' : String(exampleOf(field))}`)}`);
  }
  return lines.join(' \\\n');
}

function part(title: string, text: string): Html {
  return html`<h3>${title}</h3><pre>${text}</pre>`;
}

function parametersText(parameters: readonly Parameter[]): string {
  return parameters
    .map(({ name, in: where, required, schema, description }) => {
      const words = description ?? schema.description;
      return `${name}${required ? '' : '?'}: ${schemaText(schema)}  // ${where}${words ? `, ${words}` : ''}`;
    })
    .join('\n');
}

function answerParts({ responses }: Operation): Html[] {
  const contents = Object.entries(responses['200']?.content ?? {});
  return contents.map(([type, content]) =>
    type === 'text/event-stream'
      ? part('Each event of the stream (text/event-stream)', schemaText(content['x-event-schema'] ?? {}))
      : part(`Answer (${type})`, schemaText(content.schema ?? {})),
  );
}

function operationHtml(base: string, placed: Placed): Html {
  const { method, path, operation } = placed;
  const { operationId, summary, description, parameters, requestBody } = operation;
  const words = [method, path, operationId, summary, description].join(' ').toLowerCase();
  const bodies = Object.entries(requestBody?.content ?? {}).map(([type, { schema }]) =>
    part(`Body (${type})`, schemaText(schema ?? {})),
  );
  return html`<details class="operation" id="${operationId}" data-words="${words}"><summary><span class="method ${method.toLowerCase()}">${method}</span><span class="path">${base}${path}</span><span class="what">${summary}</span></summary><div class="body"><p>${description}</p>${parameters.length > 0 ? part('Parameters', parametersText(parameters)) : ''}${bodies}${answerParts(operation)}${part('Example', curlOf(base, placed))}</div></details>
`;
}

/** The reference as one page without anything from elsewhere, out of the OpenAPI document. */
export function referencePage(document: ReferenceDocument): string {
  const base = document.servers[0]?.url ?? '';
  const groups = [...grouped(document)];
  const links = groups.map(
    ([name, placed]) => html`<li><a href="#group-${name}">${name}</a> (${placed.length})</li>`,
  );
  const sections = groups.map(
    ([name, placed]) => html`<section class="group" id="group-${name}"><h2>${name}</h2>
${placed.map((one) => operationHtml(base, one))}</section>
`,
  );
  const { title, version } = document.info;
  return html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${title} · REST API</title><style>${new Html(STYLE)}</style></head>
<body><main><h1>REST API</h1><p>${title} ${version}. As a document for tools: <a href="${base}/openapi.json">OpenAPI 3.1</a>.</p>
<p>Send an API key, or the access token of <a href="#sessions.signIn">POST ${base}/sessions</a>, as <code>Authorization: Bearer …</code>. An error is a problem of RFC 9457:</p>
<details><summary>Problem</summary>${part('application/problem+json', schemaText(document.components.schemas.Problem))}</details>
<div class="search" hidden><label for="search">Search the operations</label><input id="search" type="search" autocomplete="off"><p id="found" aria-live="polite"></p></div>
<nav aria-label="Groups"><ul>${links}</ul></nav>
${sections}</main><script>${new Html(SCRIPT)}</script></body></html>
`.text;
}
