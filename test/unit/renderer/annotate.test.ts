import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import Markdown from 'react-markdown';
import { describe, expect, it } from 'vitest';
import { annotate } from '../../../src/renderer/features/assistant/annotate';

function shown(text: string, unsupported: readonly string[], sentences = unsupported): string {
  const support = sentences.map((sentence) => ({
    sentence,
    support: unsupported.includes(sentence) ? ('unsupported' as const) : ('supported' as const),
    sources: [],
  }));
  const rehypePlugins = [[annotate, { citations: [1, 2], support }]] as [typeof annotate, object][];
  return renderToStaticMarkup(createElement(Markdown, { rehypePlugins, skipHtml: true }, text)).replaceAll(
    '\n',
    '',
  );
}

describe('citations of an answer', () => {
  it('become elements when there is such a source, and stay text when there is none', () => {
    expect(shown('As said [1], not [7].', [])).toBe(
      '<p>As said <cite data-number="1">[1]</cite>, not [7].</p>',
    );
  });

  it('stay text in code', () => {
    expect(shown('`list[1]`', [])).toBe('<p><code>list[1]</code></p>');
  });
});

describe('sentences without support', () => {
  it('are marked across emphasis, and carry their words once', () => {
    expect(shown('It *really* holds [1].', ['It *really* holds [1].'])).toBe(
      '<p><mark data-last="false">It</mark> <em><mark data-last="false">really</mark></em> ' +
        '<mark data-last="true">holds <cite data-number="1">[1]</cite>.</mark></p>',
    );
  });

  it('are found although the numbers of a list ran into them', () => {
    const html = shown('1. Claims\n2. Floods', ['Claims 2.', 'Floods']);
    expect(html).toBe(
      '<ol><li><mark data-last="true">Claims</mark></li><li><mark data-last="true">Floods</mark></li></ol>',
    );
  });

  it('are told apart from the same words before them', () => {
    const html = shown(
      'Same. Other one. Same thing.',
      ['Same thing.'],
      ['Same.', 'Other one.', 'Same thing.'],
    );
    expect(html).toBe('<p>Same. Other one. <mark data-last="true">Same thing.</mark></p>');
  });

  it('leave the text alone when they are not in it', () => {
    expect(shown('Nothing here.', ['Something else entirely.'])).toBe('<p>Nothing here.</p>');
  });
});
