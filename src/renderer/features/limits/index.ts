export { KeyLimitsDialog } from './KeyLimitsDialog';
export { LimitInputs } from './LimitInputs';
export { LimitsPart } from './LimitsPart';
export { limitWords } from './words';
