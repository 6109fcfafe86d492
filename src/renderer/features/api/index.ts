export { ApiSection } from './ApiSection';
export { WebConsoleSection } from './WebConsoleSection';
