import type { Conversation } from '../../../contract';

const DAY_MS = 86_400_000;

export interface AgeGroup {
  readonly title: string;
  readonly items: readonly Conversation[];
}

/** Conversations in groups that say how old they are; the order of the list stays. */
export function groupByAge(conversations: readonly Conversation[], now: number): AgeGroup[] {
  const today = new Date(now).setHours(0, 0, 0, 0);
  const groups = [
    { title: 'Today', from: today },
    { title: 'Yesterday', from: today - DAY_MS },
    { title: 'Last 7 days', from: today - 7 * DAY_MS },
    { title: 'Last 30 days', from: today - 30 * DAY_MS },
    { title: 'Older', from: Number.NEGATIVE_INFINITY },
  ];
  return groups
    .map(({ title, from }, index) => ({
      title,
      items: conversations.filter(
        ({ updatedAt }) =>
          updatedAt >= from && updatedAt < (groups[index - 1]?.from ?? Number.POSITIVE_INFINITY),
      ),
    }))
    .filter(({ items }) => items.length > 0);
}
