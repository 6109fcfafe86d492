export { LlamaRuntime, type LlamaRuntimeOptions, type ModelHostLink } from './runtime';
