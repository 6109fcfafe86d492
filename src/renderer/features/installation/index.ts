export { InstallationPage } from './InstallationPage';
