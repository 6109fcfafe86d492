import type { ReactNode } from 'react';
import classes from './KeyValueList.module.css';

export interface KeyValue {
  label: string;
  value: ReactNode;
}

/** Facts as a description list. */
export function KeyValueList({ items }: { items: readonly KeyValue[] }) {
  return (
    <dl className={classes.list}>
      {items.map((item) => (
        <div key={item.label} className={classes.item}>
          <dt>{item.label}</dt>
          <dd>{item.value}</dd>
        </div>
      ))}
    </dl>
  );
}
