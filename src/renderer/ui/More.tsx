import { Button, Group } from '@mantine/core';
import type { ReactNode } from 'react';

export interface MoreProps {
  list: {
    readonly hasNextPage: boolean;
    readonly isFetchingNextPage: boolean;
    readonly fetchNextPage: () => Promise<unknown>;
  };
  /** How much of it is shown. */
  children?: ReactNode;
}

/** The way to the part of a list that is not shown yet. */
export function More({ list, children }: MoreProps) {
  if (!list.hasNextPage) return null;
  return (
    <Group justify="center" p="sm">
      {children}
      <Button variant="default" loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
        Show more
      </Button>
    </Group>
  );
}
