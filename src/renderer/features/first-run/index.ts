export { FirstRunPage } from './FirstRunPage';
export { PasswordWithRules } from './PasswordRules';
export { PreparingPage } from './PreparingPage';
export { SealedPage } from './SealedPage';
