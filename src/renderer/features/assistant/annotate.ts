import type { Message } from '../../../contract';

/** The little of a hypertext tree that is looked at here. */
interface TextNode {
  type: 'text';
  value: string;
}
interface ElementNode {
  type: 'element';
  tagName: string;
  properties: Record<string, string | number | boolean>;
  children: TreeNode[];
}
interface OtherNode {
  type: 'root' | 'comment' | 'doctype' | 'raw';
  children?: TreeNode[];
}
type TreeNode = TextNode | ElementNode | OtherNode;

export interface Annotations {
  /** The numbers that may be cited; any other number in brackets stays text. */
  readonly citations: readonly number[];
  readonly support: Message['support'];
}

interface Place {
  readonly node: TextNode;
  readonly parent: { children?: TreeNode[] };
  readonly block: object;
  readonly isCode: boolean;
}

/** A stretch of one text that no source supports; the last of its block carries the words. */
interface Stretch {
  from: number;
  to: number;
  last: boolean;
}

const BLOCKS = new Set(['p', 'li', 'td', 'th', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'blockquote', 'pre']);
const CITATION = /\[(\d{1,3})\]/g;
const KEPT = /[\p{L}\p{N}]/u;
const TRAILING = /[^\s\p{L}\p{N}]/u;

function collect(tree: TreeNode): Place[] {
  const places: Place[] = [];
  const walk = (parent: { children?: TreeNode[] }, block: object, isCode: boolean) => {
    for (const node of parent.children ?? []) {
      if (node.type === 'text') places.push({ node, parent, block, isCode });
      else if (node.type === 'element') {
        if (node.tagName === 'li' && 'tagName' in parent && parent.tagName === 'ol') {
          places.push(numberOf(node, parent as ElementNode));
        }
        const inside = BLOCKS.has(node.tagName) ? node : block;
        walk(node, inside, isCode || node.tagName === 'code');
      }
    }
  };
  if (tree.type !== 'text') walk(tree, tree, false);
  return places;
}

/** The number of an item, which stands in the Markdown but in no text of the tree. */
function numberOf(item: ElementNode, list: ElementNode): Place {
  const items = list.children.filter((node) => node.type === 'element');
  const number = Number(list.properties.start ?? 1) + items.indexOf(item);
  const node: TextNode = { type: 'text', value: String(number) };
  return { node, parent: { children: [node] }, block: node, isCode: true };
}

/** The letters and digits of a sentence in Markdown, as they appear in what was made of it. */
function essence(sentence: string): string {
  const plain = sentence.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1');
  return [...plain].filter((sign) => KEPT.test(sign)).join('');
}

/** Whether a piece of an answer says something, and is more than the number of a list or of a citation. */
function isSentence(piece: string): boolean {
  return /\p{L}/u.test(piece);
}

/** Finds the sentences that no source supports in the texts they were broken into. */
function findStretches(places: readonly Place[], support: Message['support']): Map<Place, Stretch[]> {
  const signs: { place: Place; at: number }[] = [];
  let all = '';
  for (const place of places) {
    let at = 0;
    for (const sign of place.node.value) {
      if (KEPT.test(sign)) {
        for (let unit = 0; unit < sign.length; unit += 1) signs.push({ place, at: at + unit });
        all += sign;
      }
      at += sign.length;
    }
  }
  const found = new Map<Place, Stretch[]>();
  let cursor = 0;
  for (const { sentence, support: verdict } of support) {
    const wanted = essence(sentence);
    const start = isSentence(wanted) ? all.indexOf(wanted, cursor) : -1;
    if (start < 0) continue;
    cursor = start + wanted.length;
    if (verdict === 'unsupported') addStretches(found, signs.slice(start, cursor));
  }
  markLast(places, found);
  return found;
}

function addStretches(found: Map<Place, Stretch[]>, signs: readonly { place: Place; at: number }[]): void {
  for (const { place, at } of signs) {
    const stretches = found.get(place) ?? [];
    found.set(place, stretches);
    const open = stretches.at(-1);
    // What lies between two letters of a run has no letter: it belongs to the run.
    if (open && !KEPT.test(place.node.value.slice(open.to, at))) open.to = at + 1;
    else stretches.push({ from: at, to: at + 1, last: false });
  }
}

function markLast(places: readonly Place[], found: ReadonlyMap<Place, Stretch[]>): void {
  const ordered = places.flatMap((place, index) =>
    (found.get(place) ?? []).map((stretch) => ({ place, index, stretch })),
  );
  for (const [position, { place, index, stretch }] of ordered.entries()) {
    const text = place.node.value;
    while (stretch.to < text.length && TRAILING.test(text[stretch.to] ?? ' ')) stretch.to += 1;
    const next = ordered[position + 1];
    if (next?.place.block !== place.block || next.place === place) {
      stretch.last = true;
      continue;
    }
    const between = places.slice(index + 1, next.index).map((each) => each.node.value);
    const gap = [text.slice(stretch.to), ...between, next.place.node.value.slice(0, next.stretch.from)];
    stretch.last = KEPT.test(gap.join(''));
  }
}

interface Piece {
  readonly text: string;
  readonly citation: number | null;
  readonly stretch: Stretch | null;
}

function cut(place: Place, stretches: readonly Stretch[], citable: ReadonlySet<number>): Piece[] {
  const text = place.node.value;
  const citations = place.isCode
    ? []
    : [...text.matchAll(CITATION)]
        .map((match) => ({ from: match.index, to: match.index + match[0].length, number: Number(match[1]) }))
        .filter(({ number }) => citable.has(number));
  // A stretch that begins or ends within a citation takes in all of it.
  for (const stretch of stretches) {
    for (const { from, to } of citations) {
      if (stretch.from > from && stretch.from < to) stretch.from = from;
      if (stretch.to > from && stretch.to < to) stretch.to = to;
    }
  }
  const edges = new Set([0, text.length]);
  for (const { from, to } of [...citations, ...stretches]) edges.add(from).add(to);
  const sorted = [...edges].sort((left, right) => left - right);
  return sorted.slice(0, -1).map((from, index) => ({
    text: text.slice(from, sorted[index + 1]),
    citation: citations.find((each) => each.from === from)?.number ?? null,
    stretch: stretches.find((each) => from >= each.from && from < each.to) ?? null,
  }));
}

function rebuild(pieces: readonly Piece[]): TreeNode[] {
  const nodes: TreeNode[] = [];
  let open: ElementNode | null = null;
  let openFor: Stretch | null = null;
  for (const { text, citation, stretch } of pieces) {
    const node: TreeNode =
      citation === null
        ? { type: 'text', value: text }
        : {
            type: 'element',
            tagName: 'cite',
            properties: { dataNumber: citation },
            children: [{ type: 'text', value: text }],
          };
    if (!stretch) {
      nodes.push(node);
    } else if (open && openFor === stretch) {
      open.children.push(node);
      continue;
    } else {
      open = { type: 'element', tagName: 'mark', properties: { dataLast: stretch.last }, children: [node] };
      nodes.push(open);
    }
    openFor = stretch;
  }
  return nodes;
}

/**
 * A rehype plugin that turns `[1]` into `<cite>` and sentences without support into `<mark>`. Markdown
 * itself makes neither element, so each can be drawn as what it means.
 */
export function annotate({ citations, support }: Annotations) {
  const citable = new Set(citations);
  return (tree: TreeNode): void => {
    const places = collect(tree);
    const stretches = findStretches(places, support);
    for (const place of places) {
      const pieces = cut(place, stretches.get(place) ?? [], citable);
      if (pieces.every((piece) => piece.citation === null && piece.stretch === null)) continue;
      const siblings = place.parent.children ?? [];
      siblings.splice(siblings.indexOf(place.node), 1, ...rebuild(pieces));
    }
  };
}
