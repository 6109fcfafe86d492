export { AllKeys } from './AllKeys';
export { OwnKeys } from './OwnKeys';
