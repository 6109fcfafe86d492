export { openStatementKeys, type StatementKeys, statementKeyRotation } from './keys';
export {
  createStatementSigner,
  type StatementSigner,
  type StatementVerdict,
  statementKey,
  verifyStatement,
} from './signed';
