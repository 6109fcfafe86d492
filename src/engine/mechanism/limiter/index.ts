export { type BackOff, createBackOff } from './backOff';
export { type Concurrency, createConcurrency } from './concurrency';
export {
  createSignInGuard,
  SIGN_IN_FAILURES_SCHEMA,
  type SignInGuard,
  type SignInTry,
} from './signInGuard';
