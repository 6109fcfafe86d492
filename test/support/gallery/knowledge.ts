import type { KnowledgeDocument, Source } from '../../../src/contract';
import { base, tenantOf, wait } from './base';
import { hash, seeded } from './random';
import type { World } from './world';

const random = seeded(23);

/** The documents of a tenant of the sample, made when they are first asked for. */
export function documentsOf(world: World, tenantId: string): KnowledgeDocument[] {
  const known = DOCUMENTS.get(tenantId);
  if (known) return known;
  const empty = (world.usage.get(tenantId)?.length ?? 0) === 0;
  const make = (
    name: string,
    kind: KnowledgeDocument['kind'],
    sizeBytes: number,
    pages: number | null,
    passages: number,
  ): KnowledgeDocument => ({
    id: world.newId(),
    name,
    kind,
    sizeBytes,
    sha256: hash(random),
    pages,
    passages,
    embeddedPassages: passages,
    state: 'ready',
    problem: null,
    addedAt: world.now() - passages * 86_400_00,
    addedBy: 'Ingrid Sørlie',
  });
  const list = empty
    ? []
    : [
        make('Risk report 2025.pdf', 'pdf', 2_840_000, 64, 212),
        make('Solvency II own risk assessment.docx', 'docx', 910_000, 31, 118),
        make('Underwriting guidelines.md', 'markdown', 64_000, null, 47),
        {
          ...make('Claims handbook 2019.pdf', 'pdf', 3_100_000, 88, 240),
          problem: 'Page 17 of 88 could not be read.',
        },
        {
          ...make('Board minutes scan.pdf', 'pdf', 8_200_000, 12, 0),
          state: 'refused' as const,
          problem: 'It holds pictures of pages and no text.',
        },
      ];
  DOCUMENTS.set(tenantId, list);
  return list;
}

const DOCUMENTS = new Map<string, KnowledgeDocument[]>();

/** Passages that an answer of the sample cites. */
export function sourcesOf(documents: readonly KnowledgeDocument[]): Source[] {
  const texts = [
    'Claims inflation in motor and property lines ran at 9.4 % and is the largest single driver of reserve risk.',
    'Concentration of flood exposure in the Rhine corridor exceeds the appetite set by the board.',
    'Operational resilience: two critical suppliers host their recovery site in the same region.',
  ];
  return documents.slice(0, 3).map((document, index) => ({
    number: index + 1,
    documentId: document.id,
    documentName: document.name,
    passageId: 100 + index,
    place: `page ${12 + index * 7}`,
    text: texts[index] ?? '',
    score: 0.91 - index * 0.08,
  }));
}

/** The answers of `tenant.knowledge.*`. */
export function knowledgeRouter(world: World) {
  const knowledge = base.tenant.knowledge;
  return {
    documents: knowledge.documents.handler(({ context }) => ({
      documents: documentsOf(world, tenantOf(world, context).id),
      next: null,
    })),
    watch: knowledge.watch.handler(async function* ({ context, signal }) {
      const { id } = tenantOf(world, context);
      while (!signal?.aborted) {
        yield [...documentsOf(world, id)];
        await wait(500);
      }
    }),
    add: knowledge.add.handler(async ({ input, context }) => {
      const list = documentsOf(world, tenantOf(world, context).id);
      const document: KnowledgeDocument = {
        id: world.newId(),
        name: input.file.name,
        kind: 'text',
        sizeBytes: input.file.size,
        sha256: hash(random),
        pages: null,
        passages: 0,
        embeddedPassages: 0,
        state: 'reading',
        problem: null,
        addedAt: world.now(),
        addedBy: 'Ingrid Sørlie',
      };
      list.unshift(document);
      setTimeout(() => Object.assign(document, { state: 'indexing', passages: 24 }), 800);
      setTimeout(() => Object.assign(document, { state: 'ready', embeddedPassages: 24 }), 2400);
      return { ...document };
    }),
    remove: knowledge.remove.handler(({ input, context }) => {
      const list = documentsOf(world, tenantOf(world, context).id);
      list.splice(
        list.findIndex((each) => each.id === input.id),
        1,
      );
      return {};
    }),
    search: knowledge.search.handler(({ context }) =>
      sourcesOf(documentsOf(world, tenantOf(world, context).id)),
    ),
  };
}
