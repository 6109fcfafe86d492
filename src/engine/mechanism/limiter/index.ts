export { type BackOff, createBackOff } from './backOff';
export { type Concurrency, createConcurrency, type PlaceSubject } from './concurrency';
export {
  openRates,
  RATE_SCHEMA,
  type RateLimits,
  type RateSpan,
  type RateState,
  type RateSubject,
  type Rates,
  type SpanCounts,
} from './rates';
export {
  createSignInGuard,
  placeOf,
  SIGN_IN_FAILURES_SCHEMA,
  type SignInGuard,
  type SignInTry,
  STRANGER_FAILURES_SCHEMA,
} from './signInGuard';
export { idOf, kindOf, subjectOf, TENANT_SUBJECT } from './subjects';
