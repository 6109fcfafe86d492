// The gateway of the npm package behind the server that its original is served by. It comes without one of its own.
import { serve } from '@hono/node-server';
import gateway from '@llmops/gateway';

const port = Number(process.argv.find((argument) => argument.startsWith('--port='))?.split('=')[1]);
serve({ fetch: gateway.fetch, port, hostname: '127.0.0.1' });
