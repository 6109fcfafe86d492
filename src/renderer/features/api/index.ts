export { ApiSection } from './ApiSection';
