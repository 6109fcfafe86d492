export { UiKitPage } from './UiKitPage';
