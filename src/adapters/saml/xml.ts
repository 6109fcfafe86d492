import { SamlError } from '../../engine/ports';

/*
 * A reader of a part of XML 1.0 that all parsers understand alike: no document type, no entities of one's own, no
 * CDATA, no processing instructions, names in ASCII, no text beside elements. What lies outside of it is refused
 * before another parser sees it.
 */

const MOST_CHARACTERS = 512 * 1024;
const MOST_ELEMENTS = 5_000;
const MOST_ATTRIBUTES = 64;
const DEEPEST = 40;

const XMLNS = 'http://www.w3.org/2000/xmlns/';
const XML = 'http://www.w3.org/XML/1998/namespace';
const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/** XML 1.0 2.2: the characters that may be there at all. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const FORBIDDEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Surrogate}/u;
const DECLARATION =
  /^<\?xml version=(["'])1\.0\1(?: encoding=(["'])utf-8\2)?(?: standalone=(["'])(?:yes|no)\3)?\s*\?>/i;
const NAME = /[A-Za-z_][A-Za-z0-9._-]*(?::[A-Za-z_][A-Za-z0-9._-]*)?/y;
const SPACE = /[ \t\r\n]*/y;
const REFERENCE = /&(?:#([0-9]{1,7})|#x([0-9A-Fa-f]{1,6})|([a-z]+));/g;

/** An element with its namespace resolved. */
export interface XmlElement {
  readonly namespace: string;
  readonly local: string;
  /** By local name; those of a namespace as `{namespace}local`. */
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly XmlElement[];
  /** Its own text; `''` where it has children. */
  readonly text: string;
}

interface Open {
  readonly qualified: string;
  readonly namespace: string;
  readonly local: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: XmlElement[];
  readonly scope: ReadonlyMap<string, string>;
  text: string;
}

function refuse(words: string): never {
  throw new SamlError('answer', words);
}

/**
 * Reads a document.
 * @param comments `skip` for files that an administrator gives; nothing that travels by a browser may hold any
 * @throws SamlError `answer` when it is not of the part of XML above, or too large
 */
export function readXml(text: string, comments: 'refuse' | 'skip' = 'refuse'): XmlElement {
  if (text.length > MOST_CHARACTERS) refuse('The document is larger than any right one.');
  if (FORBIDDEN.test(text)) refuse('The document holds characters that XML does not know.');
  return new Reader(text, comments).read();
}

class Reader {
  private at = 0;
  private elements = 0;
  private readonly open: Open[] = [];
  private root: XmlElement | null = null;

  constructor(
    private readonly source: string,
    private readonly comments: 'refuse' | 'skip',
  ) {}

  read(): XmlElement {
    this.at = DECLARATION.exec(this.source)?.[0].length ?? 0;
    while (this.at < this.source.length) this.step();
    if (this.open.length > 0 || this.root === null) refuse('The document is not complete.');
    return this.root;
  }

  private step(): void {
    const begins = (mark: string): boolean => this.source.startsWith(mark, this.at);
    if (!begins('<')) this.readText();
    else if (begins('</')) this.closeElement();
    else if (begins('<!--') && this.comments === 'skip') this.skipComment();
    else if (begins('<!')) {
      refuse('The document holds a document type, a CDATA section or a comment. None is ever needed.');
    } else if (begins('<?')) refuse('The document holds a processing instruction.');
    else this.openElement();
  }

  private skipComment(): void {
    const end = this.source.indexOf('-->', this.at);
    if (end < 0) refuse('A comment does not end.');
    this.at = end + 3;
  }

  private readText(): void {
    const found = this.source.indexOf('<', this.at);
    const end = found < 0 ? this.source.length : found;
    const raw = this.source.slice(this.at, end);
    this.at = end;
    if (raw.includes(']]>')) refuse('The end of a CDATA section stands alone.');
    const parent = this.open.at(-1);
    if (!parent) {
      if (raw.trim() !== '') refuse('There is text outside of the document.');
      return;
    }
    parent.text += decode(raw);
  }

  private openElement(): void {
    this.at += 1;
    this.elements += 1;
    if (this.elements > MOST_ELEMENTS || this.open.length >= DEEPEST) {
      refuse('The document has more elements, or deeper ones, than any right one.');
    }
    const qualified = this.name();
    const raw = this.readAttributes();
    const isEmpty = this.source.startsWith('/>', this.at);
    if (!isEmpty && this.source[this.at] !== '>') refuse('A tag is not well formed.');
    this.at += isEmpty ? 2 : 1;
    const scope = scopeOf(this.open.at(-1)?.scope, raw);
    const { namespace, local } = resolve(qualified, scope);
    this.open.push({
      qualified,
      namespace,
      local,
      attributes: expand(raw, scope),
      children: [],
      scope,
      text: '',
    });
    if (isEmpty) this.finish();
  }

  private closeElement(): void {
    this.at += 2;
    const qualified = this.name();
    this.space();
    if (this.source[this.at] !== '>') refuse('A tag is not well formed.');
    this.at += 1;
    if (this.open.at(-1)?.qualified !== qualified) refuse('An element ends that did not begin.');
    this.finish();
  }

  private finish(): void {
    const done = this.open.pop();
    if (!done) refuse('An element ends that did not begin.');
    const { namespace, local, attributes, children, text } = done;
    if (children.length > 0 && text.trim() !== '') refuse('There is text beside elements.');
    const element: XmlElement = {
      namespace,
      local,
      attributes,
      children,
      text: children.length > 0 ? '' : text,
    };
    const parent = this.open.at(-1);
    if (parent) parent.children.push(element);
    else if (this.root) refuse('There is more than one document.');
    else this.root = element;
  }

  private readAttributes(): Map<string, string> {
    const raw = new Map<string, string>();
    for (;;) {
      const spaces = this.space();
      const next = this.source[this.at];
      if (next === '>' || next === '/' || next === undefined) return raw;
      if (spaces === 0) refuse('A tag is not well formed.');
      const name = this.name();
      this.space();
      if (this.source[this.at] !== '=') refuse('An attribute has no value.');
      this.at += 1;
      this.space();
      if (raw.has(name)) refuse('An attribute stands twice.');
      raw.set(name, this.value());
      if (raw.size > MOST_ATTRIBUTES) refuse('An element has more attributes than any right one.');
    }
  }

  private value(): string {
    const quote = this.source[this.at];
    if (quote !== '"' && quote !== "'") refuse('An attribute has no value.');
    const end = this.source.indexOf(quote, this.at + 1);
    if (end < 0) refuse('An attribute does not end.');
    const raw = this.source.slice(this.at + 1, end);
    this.at = end + 1;
    if (/[<\t\r\n]/.test(raw)) refuse('The value of an attribute holds a tag or a line’s end.');
    return decode(raw);
  }

  private name(): string {
    NAME.lastIndex = this.at;
    const name = NAME.exec(this.source)?.[0];
    if (name === undefined) refuse('A name is not well formed.');
    this.at += name.length;
    return name;
  }

  private space(): number {
    SPACE.lastIndex = this.at;
    const length = SPACE.exec(this.source)?.[0].length ?? 0;
    this.at += length;
    return length;
  }
}

/** Resolves the five entities of XML and references to characters; everything else after `&` is refused. */
function decode(raw: string): string {
  if (!raw.includes('&')) return raw;
  if (raw.replace(REFERENCE, '').includes('&')) refuse('There is an entity that XML does not know.');
  return raw.replace(REFERENCE, (_whole, decimal?: string, hex?: string, name?: string) => {
    if (name !== undefined) return ENTITIES[name] ?? refuse('There is an entity that XML does not know.');
    const code = decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number(decimal);
    const character = code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : '\u0000';
    if (FORBIDDEN.test(character)) refuse('The document holds characters that XML does not know.');
    return character;
  });
}

function scopeOf(
  outer: ReadonlyMap<string, string> | undefined,
  raw: ReadonlyMap<string, string>,
): ReadonlyMap<string, string> {
  const scope = new Map(outer ?? [['xml', XML]]);
  for (const [name, value] of raw) {
    if (name !== 'xmlns' && !name.startsWith('xmlns:')) continue;
    const prefix = name === 'xmlns' ? '' : name.slice('xmlns:'.length);
    if (prefix === 'xml' || prefix === 'xmlns' || value === XML || value === XMLNS) {
      refuse('A namespace of XML itself is declared anew.');
    }
    if (prefix !== '' && value === '') refuse('A namespace has no name.');
    scope.set(prefix, value);
  }
  return scope;
}

function resolve(
  qualified: string,
  scope: ReadonlyMap<string, string>,
): { namespace: string; local: string } {
  const colon = qualified.indexOf(':');
  const prefix = colon < 0 ? '' : qualified.slice(0, colon);
  const namespace = scope.get(prefix);
  if (namespace === undefined && prefix !== '') refuse('A prefix stands for no namespace.');
  return { namespace: namespace ?? '', local: qualified.slice(colon + 1) };
}

/** Attributes without a prefix are of no namespace (Namespaces in XML 1.0, 6.2). */
function expand(raw: ReadonlyMap<string, string>, scope: ReadonlyMap<string, string>): Map<string, string> {
  const attributes = new Map<string, string>();
  for (const [name, value] of raw) {
    if (name === 'xmlns' || name.startsWith('xmlns:')) continue;
    const { namespace, local } = resolve(name, scope);
    const key = name.includes(':') ? `{${namespace}}${local}` : local;
    if (attributes.has(key)) refuse('An attribute stands twice.');
    attributes.set(key, value);
  }
  return attributes;
}

/** The element and all below it. */
export function* everyElement(element: XmlElement): Generator<XmlElement> {
  yield element;
  for (const child of element.children) yield* everyElement(child);
}
