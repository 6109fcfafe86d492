export { createEngine, type Engine, type EngineRequest } from './createEngine';
