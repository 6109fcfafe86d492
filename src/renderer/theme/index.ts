export { resolveVariables, theme } from './theme';
