import type { Command } from 'commander';
import { EXIT } from '../failure';
import { plainText, timeOf } from '../output/text';
import { type CommandContext, collectPages } from './context';
import { type Definer, wholeNumber } from './define';

interface ListOptions {
  readonly search?: string;
  readonly limit: number;
  readonly all?: boolean;
}

async function list({ open, output }: CommandContext, { search = '', limit, all = false }: ListOptions) {
  const { client, inTenant } = await open();
  const { rows, last } = await collectPages(
    (cursor) =>
      client.tenant.assistant.conversations(
        { search, limit: all ? 200 : limit, ...(cursor && { cursor }) },
        inTenant(),
      ),
    ({ conversations }) => conversations,
    all,
  );
  if (output.json) return output.value({ conversations: rows, next: last.next });
  output.table(
    [
      { title: 'ID', of: ({ id }) => id },
      { title: 'CHANGED', of: ({ updatedAt }) => timeOf(updatedAt) },
      { title: 'MESSAGES', of: ({ messages }) => messages, align: 'right' },
      { title: 'TITLE', of: ({ title }) => title, shrinks: true },
    ],
    rows,
  );
  if (last.next !== null) output.note('There are more; --all shows them all.');
}

export function addConversations(program: Command, { group, leaf }: Definer): void {
  const conversations = group(program, 'conversations', 'Your own conversations, and their transcripts');

  leaf<ListOptions>(
    conversations,
    {
      usage: 'list',
      summary: 'Your own conversations, newest first',
      examples: [
        'riscura conversations list --tenant acme.example',
        'riscura conversations list --search "key risks"',
      ],
    },
    async (context, _args, options) => void (await list(context, options)),
  )
    .option('--search <text>', 'words of its title or messages')
    .option('--limit <count>', 'at most so many', wholeNumber, 50)
    .option('--all', 'all of them, page by page');

  leaf(
    conversations,
    {
      usage: 'show <id>',
      summary: 'The transcript of a conversation',
      examples: [
        'riscura conversations show 019ab… --tenant acme.example',
        'riscura conversations show 019ab… --json > transcript.json',
      ],
    },
    async ({ open, output }, [id = '']) => {
      const { client, inTenant } = await open();
      const read = await client.tenant.assistant.read({ id }, inTenant());
      if (output.json) output.value(read);
      else
        for (const { role, at, text } of read.messages)
          await output.piece(`${timeOf(at)} ${role}\n${plainText(text)}\n\n`);
      return EXIT.ok;
    },
  );
}
