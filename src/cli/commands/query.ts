import { text as readAll } from 'node:stream/consumers';
import { type Command, Option } from 'commander';
import type { AnswerEvent, Message } from '../../contract';
import { EXIT, type ExitCode, failure } from '../failure';
import { moneyOf, plainText } from '../output/text';
import type { CommandContext, Session } from './context';
import type { Definer } from './define';

interface QueryOptions {
  readonly model?: string;
  readonly conversation?: string;
  readonly instruction: readonly string[];
  readonly knowledge: boolean;
  readonly events?: boolean;
  readonly receipt?: boolean;
}

/** How long an answer that was stopped may take to say so. */
const STOP_MS = 10_000;

/** @throws Failure USAGE when there is no question */
async function questionOf(words: readonly string[]): Promise<string> {
  const said = words.join(' ');
  if (said !== '' && said !== '-') return said;
  if (process.stdin.isTTY && said === '') throw failure('USAGE', 'There is no question.');
  const piped = (await readAll(process.stdin)).trim();
  if (piped === '') throw failure('USAGE', 'Standard input holds no question.');
  return piped;
}

async function ask(
  context: CommandContext,
  words: readonly string[],
  options: QueryOptions,
): Promise<ExitCode> {
  const content = await questionOf(words);
  const session = await context.open();
  const { model, conversation, instruction, knowledge } = options;
  // Its own signal: an interrupted command still has to stop the answer and hear that it is stopped.
  const late = new AbortController();
  const stream = await session.client.tenant.assistant.ask(
    {
      content,
      ...(conversation && { conversationId: conversation }),
      options: {
        useKnowledge: knowledge,
        ...(model && { modelOverride: model }),
        ...(instruction.length > 0 && { customInstructions: [...instruction] }),
      },
    },
    { ...session.inTenant(), signal: late.signal },
  );
  const message = await follow(context, session, stream, options, late);
  return finish(context, message, options);
}

/** Says the answer as it comes. @returns the finished one */
async function follow(
  { output, signal }: CommandContext,
  session: Session,
  stream: AsyncIterable<AnswerEvent>,
  { events = false }: QueryOptions,
  late: AbortController,
): Promise<Message> {
  const speaks = !output.json && !events;
  let answerId: string | null = null;
  let isStopping = false;
  let timer: NodeJS.Timeout | undefined;
  const stop = (): void => {
    if (answerId === null || isStopping) return;
    isStopping = true;
    timer = setTimeout(() => late.abort(), STOP_MS);
    const own = new AbortController().signal;
    session.client.tenant.assistant
      .stop({ answerId }, { ...session.inTenant(), signal: own })
      .catch(() => late.abort());
  };
  signal.addEventListener('abort', stop);
  try {
    for await (const event of stream) {
      if (events) output.value(event, true);
      if (event.type === 'accepted') {
        ({ answerId } = event);
        if (signal.aborted) stop();
      }
      if (event.type === 'text' && speaks && !signal.aborted) await output.piece(plainText(event.text));
      if (event.type === 'finished') return event.message;
    }
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', stop);
  }
  throw failure('UNREACHABLE', 'The answer ended before it was finished.');
}

function finish({ output, signal }: CommandContext, message: Message, options: QueryOptions): ExitCode {
  const { json } = output;
  if (json && !options.events) output.value(message);
  if (!json && !options.events) {
    if (message.text !== '' && !message.text.endsWith('\n') && !signal.aborted) output.say('');
    for (const { number, documentName, place } of message.sources)
      output.note(`[${number}] ${documentName}, ${place}`);
    if (options.receipt && message.receipt) noteReceipt(output, message.receipt);
  }
  if (signal.aborted || message.outcome === 'stopped') {
    const became = message.outcome === 'answered' ? 'was finished by then' : 'was stopped';
    throw failure('INTERRUPTED', `The answer ${became}; what was said of it is kept and metered.`);
  }
  if (message.outcome === 'answered') return EXIT.ok;
  throw failure(
    'FAILED',
    `The question was not answered: ${message.outcome}${message.problem ? ` (${message.problem})` : ''}.`,
  );
}

function noteReceipt(output: CommandContext['output'], receipt: NonNullable<Message['receipt']>): void {
  const { model, place, inputTokens, outputTokens, tokensReported, cost, totalMs, audit } = receipt;
  const counted = `${inputTokens} + ${outputTokens} tokens${tokensReported ? '' : ' (estimated)'}`;
  output.note(
    `${model} (${place.kind}), ${counted}, ${moneyOf(cost)}, ${Math.round(totalMs)} ms, audit event ${audit.sequence}`,
  );
}

export function addQuery(program: Command, { leaf }: Definer): void {
  leaf<QueryOptions>(
    program,
    {
      usage: 'query [question...]',
      summary: 'Ask one question and print the answer as it is made',
      examples: [
        'riscura query --tenant acme.example "What are our key risks?"',
        'cat letter.txt | riscura query --instruction "Answer in one sentence."',
        'riscura query --json "What is due in June?" | jq -r .text',
      ],
      more: 'Without a question, or with -, it is read from standard input. Ctrl-C stops the answer. Sources and receipt go to standard error.',
    },
    async (context, words, options) => ask(context, words, options),
  )
    .option('--model <model>', 'another model than the tenant’s')
    .option('--conversation <id>', 'go on with a conversation')
    .addOption(
      new Option('--instruction <text>', 'an instruction, once for each')
        .argParser((one: string, before: string[]) => [...before, one])
        .default([], 'none'),
    )
    .option('--no-knowledge', 'do not consult the tenant’s documents')
    .option('--events', 'every event as a line of JSON')
    .option('--receipt', 'say model, tokens, price and audit event');
}
