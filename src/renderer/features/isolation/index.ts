export { IsolationPage } from './IsolationPage';
