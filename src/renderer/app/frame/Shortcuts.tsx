import { Kbd, Modal } from '@mantine/core';
import { useHotkeys } from '@mantine/hooks';
import { useEffect, useRef, useSyncExternalStore } from 'react';
import { useNavigate } from 'react-router';
import { usePrincipal } from '../session';
import { COMMAND_KEY, openCommands } from './Commands';
import classes from './Shortcuts.module.css';
import { shortcutsHelp } from './shortcutsHelp';
import { useScheme } from './useScheme';

const SEQUENCE_MS = 1200;

const GOES: readonly { key: string; to: string; label: string }[] = [
  { key: 't', to: '/tenants', label: 'Tenants' },
  { key: 'm', to: '/models', label: 'Models' },
  { key: 'n', to: '/network', label: 'Network' },
  { key: 'i', to: '/installation', label: 'Installation' },
];

/** The keyboard shortcuts of the console and the list of them. */
export function ShortcutsHelp() {
  const opened = useSyncExternalStore(shortcutsHelp.subscribe, shortcutsHelp.read);
  const operator = usePrincipal().kind === 'operator';
  const { toggle } = useScheme();
  useGoSequence(operator);
  useHotkeys([
    ['shift+?', () => shortcutsHelp.set(true)],
    ['?', () => shortcutsHelp.set(true)],
    ['/', openCommands],
    ['mod+J', toggle],
  ]);
  return (
    <Modal opened={opened} onClose={() => shortcutsHelp.set(false)} title="Keyboard shortcuts" size={420}>
      <dl className={classes.list}>
        <Shortcut keys={[COMMAND_KEY]} label="Find any tenant, page or action" />
        <Shortcut keys={['/']} label="The same" />
        <Shortcut keys={[COMMAND_KEY.replace('K', 'J')]} label="Light or dark theme" />
        <Shortcut keys={['?']} label="This list" />
        {operator &&
          GOES.map((go) => (
            <Shortcut key={go.key} keys={['G', go.key.toUpperCase()]} label={`Go to ${go.label}`} />
          ))}
        <Shortcut keys={['Esc']} label="Close what is open" />
      </dl>
    </Modal>
  );
}

function Shortcut({ keys, label }: { keys: readonly string[]; label: string }) {
  return (
    <div className={classes.item}>
      <dt>{label}</dt>
      <dd>
        {keys.map((key, index) => (
          <span key={key}>
            {index > 0 && <span className="muted"> then </span>}
            <Kbd>{key}</Kbd>
          </span>
        ))}
      </dd>
    </div>
  );
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement && target.closest('input, textarea, select, [contenteditable]') !== null
  );
}

function useGoSequence(enabled: boolean): void {
  const navigate = useNavigate();
  const armedAt = useRef(0);
  useEffect(() => {
    if (!enabled) return;
    const listen = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      const go = GOES.find((each) => each.key === event.key);
      if (go && event.timeStamp - armedAt.current < SEQUENCE_MS) void navigate(go.to);
      armedAt.current = event.key === 'g' ? event.timeStamp : 0;
    };
    window.addEventListener('keydown', listen);
    return () => window.removeEventListener('keydown', listen);
  }, [enabled, navigate]);
}
