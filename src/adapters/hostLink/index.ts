export {
  type HostKind,
  type HostLease,
  HostLink,
  type LinkOptions,
  openSession,
  type SpawnHost,
} from './client';
export { runHost } from './entry';
export {
  type FrameLimits,
  MODEL_FRAMES,
  PARSER_FRAMES,
  SECRET_VARIABLE,
  SOCKET_VARIABLE,
} from './protocol';
export type { Merge, StreamSender } from './sender';
export { type HostCall, type HostOptions, type HostStream, hostCall, hostStream, serveHost } from './server';
export type { CallOptions, HostSession, SessionEnd } from './session';
