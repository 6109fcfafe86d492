export { createEgressBroker, type EgressBroker, type EgressParts } from './broker';
export {
  type Decision,
  type Destination,
  decide,
  type EgressPolicy,
  type EgressPurpose,
  RULES,
} from './decide';
export { type Endpoint, readEndpoint } from './endpoint';
