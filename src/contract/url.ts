/** An address, or `null` for a text that is none. (`parse` of URL came to Node after the version that ships.) */
export function parseUrl(text: string, base?: string): URL | null {
  return URL.canParse(text, base) ? new URL(text, base) : null;
}
