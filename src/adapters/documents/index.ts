export { createDocumentParser, type DocumentParserOptions } from './parser';
