export { SignOnSection } from './SignOnSection';
