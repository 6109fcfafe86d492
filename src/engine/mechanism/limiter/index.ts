export { type BackOff, createBackOff } from './backOff';
export { type Concurrency, createConcurrency } from './concurrency';
export {
  openRates,
  RATE_SCHEMA,
  type RateLimits,
  type RateSpan,
  type RateState,
  type RateSubject,
  type Rates,
} from './rates';
export {
  createSignInGuard,
  SIGN_IN_FAILURES_SCHEMA,
  type SignInGuard,
  type SignInTry,
} from './signInGuard';
