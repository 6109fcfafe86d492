/** A preference of this window: never a secret, never a decision. */
interface Preference {
  read(): string | null;
  write(value: string): void;
}

function preference(name: string): Preference {
  const key = `riscura.${name}`;
  return {
    read: () => {
      try {
        return window.localStorage.getItem(key);
      } catch {
        return null;
      }
    },
    write: (value) => {
      try {
        window.localStorage.setItem(key, value);
      } catch {
        // Without storage the preference lasts as long as the page.
      }
    },
  };
}

/** The domain of the tenant that was signed in to last. */
export const lastDomain = preference('last-domain');

/** The sign-on code that was used last in this window; it names a provider and opens nothing by itself. */
export const lastSignOn = preference('last-sign-on');

/** The door that was used last: `operator` or `member`. */
export const lastDoor = preference('last-door');
