const KEY = 'riscura.tab';
const BYTES = 8;

/** The name of this tab: it says which cookie is its own and opens nothing by itself. A reload keeps it. */
export function tabId(): string {
  const kept = window.sessionStorage.getItem(KEY);
  if (kept !== null && /^[0-9a-f]{16}$/.test(kept)) return kept;
  const made = Array.from(crypto.getRandomValues(new Uint8Array(BYTES)), (byte) =>
    byte.toString(16).padStart(2, '0'),
  ).join('');
  window.sessionStorage.setItem(KEY, made);
  return made;
}
