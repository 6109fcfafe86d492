import { RPCHandler } from '@orpc/server/message-port';
import { RequestHeadersPlugin } from '@orpc/server/plugins';
import { makeRouter } from './router';
import { makeWorld, type Scenario } from './world';

const search = new URLSearchParams(window.location.search);
const scenario: Scenario = {
  door: (search.get('door') ?? 'operator') as Scenario['door'],
  delayMs: Number(search.get('delay') ?? 0),
  failing: search.get('fail') ?? '',
};
const handler = new RPCHandler(makeRouter(makeWorld(scenario)), { plugins: [new RequestHeadersPlugin()] });

/** Hands the window a port, as the preload of the console does. */
function connect(): void {
  const { port1, port2 } = new MessageChannel();
  handler.upgrade(port1);
  port1.start();
  window.postMessage({ type: 'riscura:port' }, window.location.origin, [port2]);
}

await import('../../../src/renderer/main');
connect();

let received: MessagePort | undefined;
window.addEventListener('message', (event) => {
  received = event.ports[0];
});

// The host dies and comes back: `window.dispatchEvent(new Event('gallery:restart'))`.
window.addEventListener('gallery:restart', () => {
  received?.dispatchEvent(new Event('close'));
  setTimeout(connect, 3000);
});
