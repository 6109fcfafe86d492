export { type CertificatePair, choosePair, describeCertificate, makePair } from './certificate';
export {
  LISTENER_SETTINGS,
  type ListenerKeep,
  type ListenerSetting,
  listenerSealedAnew,
  openListenerKeep,
} from './keep';
export { authorityOf, listenProblem } from './words';
