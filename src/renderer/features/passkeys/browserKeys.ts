import {
  browserSupportsWebAuthn,
  startAuthentication,
  startRegistration,
  WebAuthnAbortService,
} from '@simplewebauthn/browser';
import { PasskeyAnswer, type PasskeyCreation, PasskeyMade, type PasskeyRequest } from '../../../contract';
import { IN_BROWSER } from '../../app/place';
import { localError } from '../../ui';

/** Browsers make keys for names only; an address of IPv4 ends in a digit, one of IPv6 stands in brackets. */
const HAS_NAME = !/[\d\]]$/.test(window.location.hostname);

/** Whether this page can speak to passkeys and security keys. */
export const CAN_USE_KEYS = IN_BROWSER && HAS_NAME && browserSupportsWebAuthn();

type Creation = Parameters<typeof startRegistration>[0]['optionsJSON'];
type Request = Parameters<typeof startAuthentication>[0]['optionsJSON'];

/** Has an authenticator make a key. @throws ORPCError in words for a person */
export async function makeKey(options: PasskeyCreation): Promise<PasskeyMade> {
  try {
    return PasskeyMade.parse(await startRegistration({ optionsJSON: options as Creation }));
  } catch (problem) {
    throw inWords(problem);
  }
}

/** Has an authenticator answer with one of the keys that are asked for. @throws ORPCError in words for a person */
export async function answerWithKey(options: PasskeyRequest): Promise<PasskeyAnswer> {
  try {
    return PasskeyAnswer.parse(await startAuthentication({ optionsJSON: options as Request }));
  } catch (problem) {
    throw inWords(problem);
  }
}

/** Closes what the browser asks, so that it can ask again. */
export function stopAsking(): void {
  WebAuthnAbortService.cancelCeremony();
}

/** What went wrong between browser and authenticator (WebAuthn Level 3, 5.1.3 and 5.1.4). */
function inWords(problem: unknown): unknown {
  switch (problem instanceof Error ? problem.name : '') {
    case 'NotAllowedError':
    case 'AbortError':
      return localError(
        'CANCELLED',
        'The browser’s question was closed or took too long, or no key that fits was at hand.',
      );
    case 'InvalidStateError':
      return localError('CONFLICT', 'This authenticator already holds a key for your account.');
    case 'ConstraintError':
    case 'NotSupportedError':
      return localError(
        'NOT_ALLOWED',
        'This authenticator cannot ask for finger, face or PIN. Add it as a security key instead.',
      );
    case 'SecurityError':
      return localError('NOT_ALLOWED', 'The browser allows no keys at this address.');
    default:
      return problem;
  }
}
