export { CertificateInputs } from './CertificateInputs';
export {
  type CertificateFields,
  choiceOf,
  type ListenerFields,
  listenerFieldsOf,
  problemsAtFields,
  settingsOf,
  validateCertificate,
  validateListener,
} from './fields';
export { ListenerFacts, ValidUntil } from './ListenerFacts';
export { ListenerInputs } from './ListenerInputs';
