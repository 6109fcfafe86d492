import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseDocument } from '../adapters/documents/host';
import { ParseParams } from '../adapters/documents/protocol';
import { hostCall, PARSER_FRAMES, runHost } from '../adapters/hostLink';
import { installNetworkGuard } from '../adapters/network/guard';

/* The parser host: reads one stranger's document, in a process without keys, and ends. */
installNetworkGuard({ allowPath: () => false, onRefused: () => {} });

/** What pdf.js needs beside its code: the build puts it beside the bundle; run from source it is in the package. */
const pdfResources = [
  new URL('pdf/', import.meta.url),
  new URL('../../node_modules/pdfjs-dist/', import.meta.url),
]
  .map((folder) => fileURLToPath(folder))
  .find((folder) => existsSync(folder));
if (!pdfResources) throw new Error('the CMaps and fonts of pdf.js are missing');

await runHost({
  limits: PARSER_FRAMES,
  calls: { parse: hostCall(ParseParams, (params) => parseDocument(params, pdfResources)) },
});
