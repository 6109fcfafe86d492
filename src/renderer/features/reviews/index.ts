export { ReviewNotice } from './ReviewNotice';
export { ReviewsPart } from './ReviewsPart';
