import { UnstyledButton } from '@mantine/core';
import { IconArrowDown, IconArrowUp } from '@tabler/icons-react';
import type { MouseEvent, ReactNode } from 'react';
import { useNavigate } from 'react-router';
import classes from './DataTable.module.css';
import { SkeletonRows } from './Skeletons';

export interface Column<Row> {
  key: string;
  header: string;
  /** For columns of buttons: the header is there for screen readers only. */
  headerHidden?: boolean;
  render: (row: Row) => ReactNode;
  /** Numbers stand to the right, with tabular figures. */
  align?: 'left' | 'right';
  /** Hidden in windows narrower than this. */
  hideBelow?: 'sm' | 'md' | 'lg';
  /** The name of the sort order; the header becomes a button. */
  sort?: string;
}

export interface Sorting {
  by: string;
  direction: 'ascending' | 'descending';
}

export interface DataTableProps<Row> {
  /** What the table lists; its accessible name. */
  label: string;
  columns: readonly Column<Row>[];
  rows: readonly Row[] | undefined;
  rowKey: (row: Row) => string;
  /** Where a click on the row leads; put a link with the same target into its first cell. */
  rowTo?: (row: Row) => string | undefined;
  sorting?: Sorting;
  onSort?: (by: string) => void;
  /** What stands instead of the rows when there are none. */
  empty?: ReactNode;
  /** The height from which on the table scrolls under its head. */
  maxHeight?: number | string;
  skeletonRows?: number;
}

/** A table with a sticky head, numbers to the right and rows that lead on. `rows` undefined is loading. */
export function DataTable<Row>(props: DataTableProps<Row>) {
  const { label, columns, rows, rowKey, rowTo, empty, maxHeight, skeletonRows = 6 } = props;
  const navigate = useNavigate();
  if (rows?.length === 0 && empty) return empty;

  const open = (event: MouseEvent, row: Row) => {
    const to = rowTo?.(row);
    if (!to || event.defaultPrevented || isInteractive(event.target)) return;
    if (window.getSelection()?.toString()) return;
    void navigate(to);
  };

  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for forms
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <div role="group" className={classes.scroll} style={{ maxHeight }} aria-label={label} tabIndex={0}>
      <table className={classes.table} aria-busy={rows === undefined}>
        <caption className="visually-hidden">{label}</caption>
        <thead>
          <tr>
            {columns.map((column) => (
              <HeadCell key={column.key} column={column} sorting={props.sorting} onSort={props.onSort} />
            ))}
          </tr>
        </thead>
        <tbody>
          {rows === undefined ? (
            <SkeletonRows rows={skeletonRows} columns={columns} />
          ) : (
            rows.map((row) => (
              <tr
                key={rowKey(row)}
                data-leads={rowTo?.(row) ? true : undefined}
                onClick={rowTo && ((event) => open(event, row))}
              >
                {columns.map((column) => (
                  <td key={column.key} data-align={column.align} data-hide={column.hideBelow}>
                    {column.render(row)}
                  </td>
                ))}
              </tr>
            ))
          )}
        </tbody>
      </table>
    </div>
  );
}

interface HeadCellProps<Row> {
  column: Column<Row>;
  sorting?: Sorting;
  onSort?: (by: string) => void;
}

function HeadCell<Row>({ column, sorting, onSort }: HeadCellProps<Row>) {
  const { sort } = column;
  const active = sort !== undefined && sorting?.by === sort;
  const Arrow = sorting?.direction === 'descending' ? IconArrowDown : IconArrowUp;
  return (
    <th
      scope="col"
      data-align={column.align}
      data-hide={column.hideBelow}
      aria-sort={active ? sorting?.direction : undefined}
    >
      {sort && onSort ? (
        <UnstyledButton className={classes.sort} data-active={active} onClick={() => onSort(sort)}>
          {column.header}
          <Arrow aria-hidden size={13} className={classes.arrow} />
        </UnstyledButton>
      ) : (
        <span className={column.headerHidden ? 'visually-hidden' : undefined}>{column.header}</span>
      )}
    </th>
  );
}

function isInteractive(target: EventTarget): boolean {
  return target instanceof Element && target.closest('a, button, input, [role="menuitem"]') !== null;
}
