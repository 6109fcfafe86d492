import { useComputedColorScheme, useMantineColorScheme } from '@mantine/core';

/** The colour scheme on screen and how to change to the other one. */
export function useScheme() {
  const { setColorScheme } = useMantineColorScheme();
  const dark = useComputedColorScheme('light') === 'dark';
  return { dark, toggle: () => setColorScheme(dark ? 'light' : 'dark') };
}
