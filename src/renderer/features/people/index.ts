export { InvitationSheet } from './InvitationSheet';
export { UsersPage } from './UsersPage';
