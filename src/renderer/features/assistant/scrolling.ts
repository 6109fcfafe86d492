import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react';

const NEAR_PX = 40;

/**
 * Keeps a scrolled list at its end while it grows, until the person scrolls up. `away` says that they
 * did; `toEnd` brings them back.
 */
export function useStickToEnd(
  scroller: RefObject<HTMLElement | null>,
  content: RefObject<HTMLElement | null>,
) {
  const sticks = useRef(false);
  const [away, setAway] = useState(false);

  const toEnd = useCallback(() => {
    sticks.current = true;
    setAway(false);
    const element = scroller.current;
    if (element) element.scrollTop = element.scrollHeight;
  }, [scroller]);

  useEffect(() => {
    const element = scroller.current;
    const inner = content.current;
    if (!element || !inner) return;
    const onScroll = () => {
      const near = element.scrollHeight - element.scrollTop - element.clientHeight < NEAR_PX;
      sticks.current = near;
      setAway(!near);
    };
    const observer = new ResizeObserver(() => {
      if (sticks.current) element.scrollTop = element.scrollHeight;
      else onScroll();
    });
    observer.observe(inner);
    observer.observe(element);
    element.addEventListener('scroll', onScroll, { passive: true });
    return () => {
      observer.disconnect();
      element.removeEventListener('scroll', onScroll);
    };
  }, [scroller, content]);

  return { away, toEnd };
}

/** Tells an element, as `--top`, how far below the top of the page it begins, so that it can fill the rest. */
export function useTop(element: RefObject<HTMLElement | null>): void {
  useLayoutEffect(() => {
    const measured = element.current;
    if (!measured) return;
    const measure = () => {
      const top = Math.round(measured.getBoundingClientRect().top + window.scrollY);
      measured.style.setProperty('--top', `${top}px`);
    };
    measure();
    const observer = new ResizeObserver(measure);
    // What stands above it, at any level, moves it when it grows: the tenant's header, a banner.
    for (let each: Element | null = measured; each; each = each.parentElement) {
      for (let above = each.previousElementSibling; above; above = above.previousElementSibling) {
        observer.observe(above);
      }
    }
    return () => observer.disconnect();
  }, [element]);
}
