/** Whether this page is a tab of a browser, and not a window of the console itself. */
export const IN_BROWSER = window.location.protocol === 'https:';

function metaOf(name: string): string | null {
  return document.querySelector<HTMLMetaElement>(`meta[name="${name}"]`)?.content ?? null;
}

/** The tenant to which alone the address of this page leads; `null` where any may be meant. */
export const ONLY_TENANT = tenantOfAddress();

function tenantOfAddress(): { readonly domain: string; readonly name: string } | null {
  const [domain, name] = [metaOf('tenant-domain'), metaOf('tenant-name')];
  return domain !== null && name !== null ? { domain, name } : null;
}
