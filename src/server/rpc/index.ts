export { RPC_PREFIX } from './admission';
export { type ClientContext, createRpcHandler } from './handler';
export { createTabTransport, type TabTransport } from './tabTransport';
