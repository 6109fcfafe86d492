export { type EmbeddingHostLink, MiniLmEmbedder, type MiniLmOptions } from './embedder';
