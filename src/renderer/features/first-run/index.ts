export { FirstRunPage } from './FirstRunPage';
export { PasswordWithRules } from './PasswordRules';
export { PreparingPage } from './PreparingPage';
export { passwordProblem } from './passwordRules';
export { SealedPage } from './SealedPage';
