import type { ApiState } from '../../../contract';

/** What the listener lets in, by the name of its switch among the settings. */
export const DOORS = {
  enabled: {
    title: 'REST API',
    name: 'REST API',
    short: 'API',
    closed: 'Programs that call it get no answer.',
    reached: 'Whoever has an API key can then ask from there.',
  },
  webConsole: {
    title: 'Web console',
    name: 'web console',
    short: 'web console',
    closed: 'Browsers get no answer.',
    reached: 'Everybody who comes there sees the page for signing in.',
  },
} as const;

export type DoorName = keyof typeof DOORS;

/** How one of them stands: the listener may be open for the other alone. */
export function stateOf(state: ApiState, door: DoorName): ApiState {
  return state.settings[door] ? state : { ...state, state: 'closed', problem: null };
}
