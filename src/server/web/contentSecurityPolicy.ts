/**
 * What a page of the console may load and do: its own scripts, styles and fonts, nothing from elsewhere.
 * @param nonce admits the style elements that the interface makes while it runs; new for each load
 * @param devServer the address of the development server, whose live updates pass
 * @param transport how the page speaks with the engine: a message port, or HTTPS to where it came from
 */
export function contentSecurityPolicy(
  nonce: string,
  devServer: URL | null,
  transport: 'port' | 'https' = 'port',
): string {
  const live = devServer ? `ws://${devServer.host} ${devServer.origin}` : null;
  const own = transport === 'https' ? "'self'" : "'none'";
  const directives: Record<string, string> = {
    'default-src': "'none'",
    'script-src': live ? `'self' 'nonce-${nonce}'` : "'self'",
    'style-src': live ? "'self' 'unsafe-inline'" : `'self' 'nonce-${nonce}'`,
    'img-src': "'self' data: blob:",
    'font-src': "'self'",
    'connect-src': live ? `'self' ${live}` : own,
    'frame-src': "'none'",
    'frame-ancestors': "'none'",
    'base-uri': "'none'",
    'form-action': "'none'",
    ...(live ? {} : { 'trusted-types': 'default', 'require-trusted-types-for': "'script'" }),
  };
  return Object.entries(directives)
    .map(([name, value]) => `${name} ${value}`)
    .join('; ');
}
