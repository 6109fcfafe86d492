export { openTokenKeys, TOKEN_KEYS_SCHEMA, type TokenKeys, tokenKeyHandlers, tokenKeyPurpose } from './keys';
export {
  claimedRefreshOwner,
  createRefreshSeal,
  joinCredential,
  type RefreshSeal,
  refreshHash,
  splitCredential,
} from './refresh';
export { keyIdOf, type SigningKey, signingKeyFromSeed } from './signing';
export {
  claimedEnd,
  claimedOwner,
  claimedSession,
  claimsAnotherThan,
  createTokenVerifier,
  signToken,
  TokenClaims,
  type TokenVerifier,
} from './token';
