export { RPC_PREFIX } from './admission';
export { type ClientContext, createRpcHandler } from './handler';
export type { TabKeep } from './sessions';
export { createTabTransport, type TabTransport } from './tabTransport';
