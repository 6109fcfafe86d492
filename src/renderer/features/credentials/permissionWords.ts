/** A permission as a person reads it: `ai.query` is “ai: query”. */
export function permissionWords(permission: string): string {
  const [area = '', act = ''] = permission.split('.');
  return `${area}: ${act}`.replaceAll('-', ' ');
}
