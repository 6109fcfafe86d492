import type { Store } from '../../mechanism/store';

/** The names of people, looked up when they are shown: what is kept names them by id alone. */
export interface Names {
  /** The name to show for each id. Who is not there any more is a removed person. */
  of(ids: readonly string[]): Promise<(id: string) => string>;
  /** The name to show for each actor of the audit chain: `ROLE:ID`, `system:PART` or `unknown:SOURCE`. */
  ofActors(actors: readonly string[]): Promise<(actor: string) => string>;
  /** The ids of those whose name holds a text, in any case of letters. */
  find(text: string): Promise<string[]>;
}

const REMOVED = 'Removed person';

/** @param operatorNames the names of the operators by id; they have no account in the tenant */
export function createNames(store: Store, operatorNames: () => Promise<ReadonlyMap<string, string>>): Names {
  async function of(ids: readonly string[]): Promise<(id: string) => string> {
    const rows = await store.read('SELECT id, name FROM users WHERE id IN (SELECT value FROM json_each(?))', [
      JSON.stringify([...new Set(ids)]),
    ]);
    const members = new Map(rows.map((row) => [String(row.id), String(row.name)]));
    const operators = ids.every((id) => members.has(id)) ? null : await operatorNames();
    return (id) => members.get(id) ?? operators?.get(id) ?? REMOVED;
  }

  return {
    of,
    async ofActors(actors) {
      const nameOf = await of(actors.filter(isPerson).map(idOf));
      return (actor) => {
        if (actor.startsWith('system')) return 'Console';
        return isPerson(actor) ? nameOf(idOf(actor)) : 'Not signed in';
      };
    },
    async find(text) {
      const wanted = text.toLowerCase();
      const people = [...(await allUsers()), ...(await operatorNames())];
      return people.filter(([, name]) => name.toLowerCase().includes(wanted)).map(([id]) => id);
    },
  };

  /** In memory, because SQLite lowers the letters of ASCII only. */
  async function allUsers(): Promise<[string, string][]> {
    const rows = await store.read('SELECT id, name FROM users');
    return rows.map((row) => [String(row.id), String(row.name)]);
  }
}

function isPerson(actor: string): boolean {
  return !/^(?:system|unknown)(?::|$)/.test(actor);
}

function idOf(actor: string): string {
  return actor.slice(actor.indexOf(':') + 1);
}
