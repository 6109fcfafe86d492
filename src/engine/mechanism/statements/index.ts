export { openStatementKeys, type StatementKeys } from './keys';
export {
  createStatementSigner,
  type StatementSigner,
  type StatementVerdict,
  statementKey,
  verifyStatement,
} from './signed';
