/**
 * What an account may do, as one text that changes whenever it does: `STATE ROLE`, then the id and revision of each
 * custom role. `users` is the account it speaks of.
 */
export const ACCOUNT_BASIS = `users.state || ' ' || users.role || ifnull((SELECT group_concat(' ' || held, '') FROM (
  SELECT custom_roles.id || '@' || custom_roles.revision AS held FROM custom_role_members
  JOIN custom_roles ON custom_roles.id = custom_role_members.role_id
  WHERE custom_role_members.user_id = users.id ORDER BY custom_roles.id)), '')`;
