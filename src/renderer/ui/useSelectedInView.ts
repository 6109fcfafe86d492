import { type RefObject, useEffect, useRef } from 'react';

/**
 * Keeps the selected one of a row that scrolls in view.
 * @param selector finds it within the row
 * @param selected what is selected; looked at anew when it changes
 */
export function useSelectedInView<Row extends HTMLElement>(
  selector: string,
  selected: string | undefined,
): RefObject<Row | null> {
  const row = useRef<Row>(null);
  useEffect(() => {
    if (selected === undefined) return;
    row.current?.querySelector(selector)?.scrollIntoView({ block: 'nearest', inline: 'center' });
  }, [selector, selected]);
  return row;
}
