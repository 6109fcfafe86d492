import { Popover, UnstyledButton } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { memo, type ReactNode, useMemo } from 'react';
import Markdown, { type Components } from 'react-markdown';
import remarkGfm from 'remark-gfm';
import type { Message, Source } from '../../../contract';
import classes from './AnswerText.module.css';
import { annotate } from './annotate';

const REMARK = [remarkGfm];
const NO_SUPPORT: Message['support'] = [];

export interface AnswerTextProps {
  text: string;
  sources: readonly Source[];
  /** How far each sentence stands on the sources; none while the answer is being written. */
  support?: Message['support'];
  onSource: (source: Source) => void;
}

/**
 * The text of an answer. No HTML of the model, no picture and no link of it is followed: a model's words
 * must not be able to make the window load anything.
 */
export const AnswerText = memo(function AnswerText({
  text,
  sources,
  support = NO_SUPPORT,
  onSource,
}: AnswerTextProps) {
  const rehype = useMemo(
    () => [[annotate, { citations: sources.map((source) => source.number), support }]] as const,
    [sources, support],
  );
  const components = useMemo(() => componentsFor(sources, onSource), [sources, onSource]);
  return (
    <div className={classes.text}>
      <Markdown
        remarkPlugins={REMARK}
        rehypePlugins={rehype.map(([plugin, options]) => [plugin, options])}
        components={components}
        skipHtml
      >
        {text}
      </Markdown>
    </div>
  );
});

function componentsFor(sources: readonly Source[], onSource: (source: Source) => void): Components {
  return {
    a: ({ children, href }) => (
      <span className={classes.link}>
        {children}
        {href && !isSame(children, href) && <span className="muted"> ({href})</span>}
      </span>
    ),
    img: ({ alt }) => <span className="muted">[picture not shown{alt ? `: ${alt}` : ''}]</span>,
    table: ({ children }) => (
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
      <section className={classes.scroll} aria-label="Table" tabIndex={0}>
        <table>{children}</table>
      </section>
    ),
    pre: ({ children }) => (
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
      <pre tabIndex={0}>{children}</pre>
    ),
    // The document's headings are the page's; those of an answer stand below them.
    h1: ({ children }) => <h4>{children}</h4>,
    h2: ({ children }) => <h4>{children}</h4>,
    h3: ({ children }) => <h5>{children}</h5>,
    cite: ({ node, children }) => {
      const number = Number(node?.properties.dataNumber);
      const source = sources.find((each) => each.number === number);
      return source ? <Citation source={source} onOpen={() => onSource(source)} /> : children;
    },
    mark: ({ node, children }) => (
      <mark className={classes.unsupported}>
        {children}
        {node?.properties.dataLast && <Unsupported />}
      </mark>
    ),
  };
}

function isSame(children: ReactNode, href: string): boolean {
  return typeof children === 'string' && href.replace(/^(mailto:|https?:\/\/)/, '') === children;
}

function Citation({ source, onOpen }: { source: Source; onOpen: () => void }) {
  return (
    <UnstyledButton
      className={classes.citation}
      aria-label={`Citation ${source.number}, ${source.documentName}`}
      title={`${source.documentName}, ${source.place}`}
      onClick={onOpen}
    >
      {source.number}
    </UnstyledButton>
  );
}

function Unsupported() {
  return (
    <Popover width={300} position="top" withArrow shadow="md">
      <Popover.Target>
        <UnstyledButton className={classes.warning}>
          <IconAlertTriangle aria-hidden size={12} stroke={2} />
          Words not in the sources
        </UnstyledButton>
      </Popover.Target>
      <Popover.Dropdown className={classes.explanation}>
        None of the passages the model was given holds most of the words and all of the numbers of what is
        underlined. It may be true, but these documents do not show it: check it before you rely on it.
      </Popover.Dropdown>
    </Popover>
  );
}
