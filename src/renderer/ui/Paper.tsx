import type { ReactNode } from 'react';
import { createPortal } from 'react-dom';
import classes from './Paper.module.css';

/** What the printer gets in place of the screen, while it is there: a page for each {@link Leaf}. */
export function Paper({ children }: { children: ReactNode }) {
  return createPortal(
    <div className={classes.paper} aria-hidden>
      {children}
    </div>,
    document.body,
  );
}

interface LeafProps {
  title: string;
  children: ReactNode;
}

/** One page on paper: a heading, lists, a code, and last the letters that can be typed. */
export function Leaf({ title, children }: LeafProps) {
  return (
    <section className={classes.leaf}>
      <h1>{title}</h1>
      {children}
    </section>
  );
}
