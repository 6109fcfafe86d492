import {
  Anchor,
  Button,
  type CSSVariablesResolver,
  createTheme,
  Drawer,
  InputWrapper,
  Modal,
  Popover,
  SegmentedControl,
  Tooltip,
} from '@mantine/core';
import { accent, dark, darkScheme, gray, lightScheme, red } from './colors';

const MOTION_MS = 120;
const raised = {
  header: { background: 'var(--rc-surface)' },
  content: { background: 'var(--rc-surface)' },
};
const transition = { duration: MOTION_MS, timingFunction: 'ease-out' };

/** Mantine with the console's look: dense, exact, one accent, an 8-pixel grid, motion under 150 ms. */
export const theme = createTheme({
  colors: { accent, gray, dark, red },
  primaryColor: 'accent',
  primaryShade: { light: 7, dark: 6 },
  fontFamily: "'Inter Variable', system-ui, sans-serif",
  fontFamilyMonospace: "'JetBrains Mono Variable', ui-monospace, monospace",
  fontSizes: { xs: '0.75rem', sm: '0.8125rem', md: '0.875rem', lg: '1rem', xl: '1.25rem' },
  lineHeights: { xs: '1.4', sm: '1.45', md: '1.5', lg: '1.5', xl: '1.4' },
  spacing: { xs: '0.5rem', sm: '0.75rem', md: '1rem', lg: '1.5rem', xl: '2rem' },
  radius: { xs: '0.1875rem', sm: '0.25rem', md: '0.375rem', lg: '0.5rem', xl: '0.75rem' },
  defaultRadius: 'md',
  headings: {
    fontWeight: '600',
    sizes: {
      h1: { fontSize: '1.25rem', lineHeight: '1.35' },
      h2: { fontSize: '1rem', lineHeight: '1.4' },
      h3: { fontSize: '0.875rem', lineHeight: '1.45' },
    },
  },
  cursorType: 'pointer',
  focusRing: 'auto',
  respectReducedMotion: true,
  components: {
    Anchor: Anchor.extend({ defaultProps: { underline: 'hover' } }),
    Button: Button.extend({ defaultProps: { size: 'sm' } }),
    InputWrapper: InputWrapper.extend({
      styles: {
        label: { marginBottom: 4 },
        description: { marginTop: -2, marginBottom: 6, fontSize: 'var(--mantine-font-size-xs)' },
      },
    }),
    Modal: Modal.extend({
      defaultProps: {
        centered: true,
        transitionProps: { transition: 'fade', ...transition },
        closeButtonProps: { 'aria-label': 'Close' },
      },
      styles: { ...raised, title: { fontSize: '1rem', fontWeight: 600 } },
    }),
    Drawer: Drawer.extend({
      styles: { ...raised, title: { fontWeight: 600 } },
      defaultProps: { transitionProps: transition, closeButtonProps: { 'aria-label': 'Close' } },
    }),
    Popover: Popover.extend({ defaultProps: { transitionProps: { transition: 'fade', ...transition } } }),
    SegmentedControl: SegmentedControl.extend({
      defaultProps: { transitionDuration: MOTION_MS, size: 'sm' },
    }),
    Tooltip: Tooltip.extend({
      defaultProps: {
        withArrow: true,
        openDelay: 250,
        multiline: true,
        maw: 320,
        events: { hover: true, focus: true, touch: true },
        transitionProps: { transition: 'fade', ...transition },
      },
    }),
  },
});

/** Hands the scheme's colours to CSS, and points Mantine's own text, border and error colours at them. */
export const resolveVariables: CSSVariablesResolver = () => {
  const mantine = {
    '--mantine-color-body': 'var(--rc-canvas)',
    '--mantine-color-text': 'var(--rc-text)',
    '--mantine-color-dimmed': 'var(--rc-text-muted)',
    '--mantine-color-error': 'var(--rc-bad)',
    '--mantine-color-anchor': 'var(--rc-accent)',
    '--mantine-color-placeholder': 'var(--rc-text-muted)',
    '--mantine-color-default': 'var(--rc-surface)',
    '--mantine-color-default-hover': 'var(--rc-hover)',
    '--mantine-color-default-border': 'var(--rc-line-strong)',
    '--mantine-color-default-color': 'var(--rc-text)',
  };
  return {
    variables: {},
    light: { ...lightScheme, ...mantine },
    dark: { ...darkScheme, ...mantine },
  };
};
