export {
  choiceOf,
  type ListenerFields,
  listenerFieldsOf,
  problemsAtFields,
  settingsOf,
  validateListener,
} from './fields';
export { ListenerFacts } from './ListenerFacts';
export { ListenerInputs } from './ListenerInputs';
