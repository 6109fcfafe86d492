import { createFlag } from './flag';

/** Whether the list of keyboard shortcuts is open. */
export const shortcutsHelp = createFlag();

/** Opens the list of keyboard shortcuts. */
export const openShortcuts = () => shortcutsHelp.set(true);
