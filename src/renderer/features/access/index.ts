export { BreakGlassBanner } from './BreakGlassBanner';
export { AccessPart, ApprovalsPart, BreakGlassPart } from './parts';
