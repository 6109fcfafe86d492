import { parseDocument } from '../adapters/documents/host';
import { ParseParams } from '../adapters/documents/protocol';
import { hostCall, PARSER_FRAMES, runHost } from '../adapters/hostLink';
import { installNetworkGuard } from '../adapters/network/guard';

/* The parser host: reads one stranger's document, in a process without keys, and ends. */
installNetworkGuard({ allowPath: () => false, onRefused: () => {} });

await runHost({
  limits: PARSER_FRAMES,
  calls: { parse: hostCall(ParseParams, (params) => parseDocument(params)) },
});
