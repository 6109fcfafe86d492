import type { Message } from '../../../contract';
import { format, type StatusProps } from '../../ui';

/** How many of how many sentences use the words of the sources; `null` where nothing was held against any. */
export function supportWords(support: Message['support']): Pick<StatusProps, 'tone' | 'label'> | null {
  const among = (verdict: Message['support'][number]['support']) =>
    support.filter((each) => each.support === verdict).length;
  const found = among('supported');
  const judged = found + among('unsupported');
  const unjudged = support.length - judged;
  if (support.length === 0) return null;
  if (judged === 0) return { tone: 'idle', label: 'No sentence could be compared with the sources' };
  const counts = `Words found in the sources: ${format.count(found)} of ${format.plural(judged, 'sentence')}`;
  return {
    tone: found < judged ? 'warn' : 'info',
    label: unjudged === 0 ? counts : `${counts}, ${format.count(unjudged)} not compared`,
  };
}
