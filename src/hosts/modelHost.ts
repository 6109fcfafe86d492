import { hostCall, hostStream, MODEL_FRAMES, runHost } from '../adapters/hostLink';
import { installNetworkGuard } from '../adapters/network/guard';

/*
 * The model host: native code over weights that strangers made, in a process without keys. With `--role embed`
 * it is the embedding host, so that no search waits behind a long answer.
 */
installNetworkGuard({ allowPath: () => false, onRefused: () => {} });

const embeds = process.argv.includes('--role') && process.argv.includes('embed');

if (embeds) {
  const { EmbeddingHost } = await import('../adapters/embedding/host');
  const { EmbedParams } = await import('../adapters/embedding/protocol');
  const host = new EmbeddingHost();
  await runHost({
    limits: MODEL_FRAMES,
    calls: { embed: hostCall(EmbedParams, (params, signal) => host.embed(params, signal)) },
  });
} else {
  const { LlamaHost } = await import('../adapters/llama/host');
  const { ChatParams, InspectParams, mergeChatItems } = await import('../adapters/llama/protocol');
  const host = new LlamaHost();
  await runHost({
    limits: MODEL_FRAMES,
    calls: { inspect: hostCall(InspectParams, async (params) => host.inspect(params)) },
    streams: {
      chat: hostStream(ChatParams, mergeChatItems, (params, sender, signal) =>
        host.chat(params, sender, signal),
      ),
    },
  });
}
