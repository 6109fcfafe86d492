export { type Ceremonies, createCeremonies } from './ceremonies';
export { creationOptions, holderOf, requestOptions, requirePage } from './options';
export { challengeOf, KeyRefused, type PublicKey, verifyAnswer, verifyMade } from './verify';
