export { type Actor, type Authority, actorOf, type Call, type EventParts } from './call';
export {
  type CredentialKeeper,
  createCredentialKeeper,
  ownerOf,
  type SessionTokens,
  tokensOf,
} from './credential';
export { type CallRequest, type CallResult, createDoor, type Door } from './door';
export { parseInput } from './input';
export type { Replays } from './once';
export { type Handlers, listProcedures } from './procedures';
export { buildRouter, messageSize, type TransportContext, toTransportError } from './router';
