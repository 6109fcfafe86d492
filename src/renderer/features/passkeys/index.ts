export { CAN_USE_KEYS, makeKey, stopAsking } from './browserKeys';
export { KeyButton } from './KeyButton';
