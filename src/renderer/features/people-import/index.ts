export { ImportPeople } from './ImportPeople';
