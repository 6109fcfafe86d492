export { type EngineEvents, type EngineLink, type EnginePort, serveEngine } from './custodianSide';
export type { Host, Hosts } from './engineHosts';
export {
  type Custodian,
  connectCustodian,
  type EngineWindow,
  type ParentPort,
  type WindowPort,
} from './engineSide';
export { forkedParentPort } from './forkedPort';
export {
  ChildHostKind,
  type Examination,
  HostAddress,
  type HostStatus,
  type RequestHandlers,
} from './messages';
