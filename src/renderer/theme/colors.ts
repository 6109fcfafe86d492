import type { MantineColorsTuple } from '@mantine/core';

/** Cobalt: the one accent colour. It marks what can be acted on and what is chosen, nothing else. */
export const accent: MantineColorsTuple = [
  '#eef3fd',
  '#dce7fb',
  '#b6cdf6',
  '#8cb0f0',
  '#6594e9',
  '#4a7fe3',
  '#2f68d5',
  '#2457bc',
  '#1c4799',
  '#143575',
];

export const gray: MantineColorsTuple = [
  '#f7f8fa',
  '#f0f2f5',
  '#e4e8ed',
  '#d3d9e1',
  '#b4bdc9',
  '#7d8998',
  '#5f6b7c',
  '#4a5565',
  '#333d4b',
  '#1b232e',
];

export const dark: MantineColorsTuple = [
  '#e4e9f0',
  '#c3cad5',
  '#a3adbb',
  '#8591a1',
  '#3a4452',
  '#2a323d',
  '#1d242d',
  '#12171d',
  '#0d1116',
  '#080b0f',
];

export const red: MantineColorsTuple = [
  '#fdf0ef',
  '#fadad7',
  '#f3b0aa',
  '#ec857d',
  '#e05f55',
  '#d2443a',
  '#c2352b',
  '#b3261e',
  '#931c16',
  '#6f130e',
];

/** What the variables `--rc-*` stand for in one colour scheme. */
type Scheme = Readonly<Record<string, string>>;

export const lightScheme: Scheme = {
  '--rc-canvas': '#f5f6f8',
  '--rc-surface': '#ffffff',
  '--rc-sunken': '#f0f2f5',
  '--rc-hover': '#f3f5f8',
  '--rc-line': '#e1e5eb',
  '--rc-line-strong': '#c5cdd7',
  '--rc-text': '#161d27',
  '--rc-text-soft': '#434e5d',
  '--rc-text-muted': '#5b6778',
  '--rc-accent': '#2457bc',
  '--rc-accent-soft': '#e8effc',
  '--rc-ok': '#17703c',
  '--rc-ok-soft': '#e4f4ea',
  '--rc-warn': '#855600',
  '--rc-warn-soft': '#fcf1d9',
  '--rc-bad': '#b3261e',
  '--rc-bad-soft': '#fcebe9',
  '--rc-idle': '#5b6778',
  '--rc-idle-soft': '#eceff3',
  '--rc-chart-1': '#2f68d5',
  '--rc-chart-2': '#b96d00',
  '--rc-chart-3': '#0d8577',
  '--rc-chart-4': '#8049b8',
  '--rc-chart-5': '#c2352b',
  '--rc-chart-6': '#6b7788',
  '--rc-grid': '#e7eaef',
  '--rc-shadow': '0 1px 2px rgb(16 24 40 / 6%)',
  '--rc-shadow-raised': '0 8px 24px rgb(16 24 40 / 12%), 0 2px 6px rgb(16 24 40 / 8%)',
};

export const darkScheme: Scheme = {
  '--rc-canvas': '#0e1217',
  '--rc-surface': '#151a21',
  '--rc-sunken': '#1c232c',
  '--rc-hover': '#1b222b',
  '--rc-line': '#262e38',
  '--rc-line-strong': '#3d4856',
  '--rc-text': '#e4e9f0',
  '--rc-text-soft': '#c0c8d3',
  '--rc-text-muted': '#98a3b2',
  '--rc-accent': '#8cb0f0',
  '--rc-accent-soft': '#1b2a45',
  '--rc-ok': '#62cb8f',
  '--rc-ok-soft': '#15301f',
  '--rc-warn': '#e3b355',
  '--rc-warn-soft': '#352911',
  '--rc-bad': '#f2938b',
  '--rc-bad-soft': '#3c1c1a',
  '--rc-idle': '#98a3b2',
  '--rc-idle-soft': '#222a34',
  '--rc-chart-1': '#6594e9',
  '--rc-chart-2': '#e0a24a',
  '--rc-chart-3': '#4fbcae',
  '--rc-chart-4': '#b48ae0',
  '--rc-chart-5': '#ec7a70',
  '--rc-chart-6': '#98a3b2',
  '--rc-grid': '#232b35',
  '--rc-shadow': '0 1px 2px rgb(0 0 0 / 40%)',
  '--rc-shadow-raised': '0 8px 24px rgb(0 0 0 / 55%), 0 2px 6px rgb(0 0 0 / 40%)',
};
