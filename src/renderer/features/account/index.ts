export { StepUpDialog } from './StepUpDialog';
