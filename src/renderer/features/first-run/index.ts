export { FirstRunPage } from './FirstRunPage';
export { PasswordWithRules } from './PasswordRules';
export { SealedPage } from './SealedPage';
