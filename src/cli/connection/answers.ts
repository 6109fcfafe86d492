import type { IncomingMessage } from 'node:http';
import { createParser } from 'eventsource-parser';
import { z } from 'zod';
import { EXIT, exitCodeOf, Failure, failure } from '../failure';

/** A whole answer that is larger is none of a console's. */
const MOST_BYTES = 64 * 1024 * 1024;

const Problem = z.object({
  type: z.string().default('about:blank'),
  title: z.string(),
  status: z.number().optional(),
  code: z.string(),
  detail: z.string().optional(),
  next: z.string().optional(),
  fields: z.array(z.object({ path: z.string(), problem: z.string() })).optional(),
  retryAfterMs: z.number().optional(),
  incident: z.string().optional(),
  instance: z.string().optional(),
});

/**
 * Holds what was answered against what this version knows of it. Fields that it does not know stay.
 * @throws Failure UNREACHABLE when it is something else
 */
export function understood<Value>(schema: z.ZodType<Value>, value: unknown): Value {
  const parsed = schema.safeParse(value);
  if (parsed.success) return value as Value;
  const [first] = parsed.error.issues;
  throw failure(
    'UNREACHABLE',
    `The answer is not as this version knows it (${first?.path.join('.') || 'the whole'}).`,
    'The console and the command line are probably of different versions.',
  );
}

/** Reads a whole answer of JSON. @throws Failure for a problem, and for what no console answers */
export async function readAnswer(answer: IncomingMessage): Promise<unknown> {
  const status = answer.statusCode ?? 0;
  const text = await readText(answer);
  const value = text === '' ? {} : parse(text);
  if (status >= 200 && status < 300) return value;
  throw problemOf(value, status);
}

/**
 * Reads a stream of server-sent events as this console sends them: each `message` a value, `error` a problem, `done`
 * the end.
 * @throws Failure for a problem, and when the stream breaks off
 */
export async function* readEvents(answer: IncomingMessage): AsyncGenerator<unknown> {
  if (answer.statusCode !== 200) {
    await readAnswer(answer);
    return;
  }
  const arrived: { readonly event: string | undefined; readonly data: string }[] = [];
  const parser = createParser({ onEvent: ({ event, data }) => void arrived.push({ event, data }) });
  try {
    answer.setEncoding('utf8');
    for await (const text of answer as AsyncIterable<string>) {
      parser.feed(text);
      for (const { event, data } of arrived.splice(0)) {
        if (event === 'done') return;
        const value = parse(data);
        if (event === 'error') throw problemOf(value, 500);
        yield value;
      }
    }
  } catch (problem) {
    if (problem instanceof Failure) throw problem;
    throw failure('UNREACHABLE', 'The connection broke off in the middle of the answer.');
  } finally {
    answer.destroy();
  }
  throw failure('UNREACHABLE', 'The answer ended before it was whole.');
}

async function readText(answer: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const part of answer as AsyncIterable<Buffer>) {
      bytes += part.length;
      if (bytes > MOST_BYTES) throw failure('UNREACHABLE', 'The answer is larger than any of a console.');
      parts.push(part);
    }
  } catch (problem) {
    if (problem instanceof Failure) throw problem;
    throw failure('UNREACHABLE', 'The connection broke off in the middle of the answer.');
  }
  return Buffer.concat(parts).toString('utf8');
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw failure('UNREACHABLE', 'What answers there is no RISCURA console: the answer is not JSON.');
  }
}

function problemOf(value: unknown, status: number): Failure {
  const parsed = Problem.safeParse(value);
  if (!parsed.success) {
    return failure('UNREACHABLE', `What answers there is no RISCURA console (status ${status}).`);
  }
  const problem = parsed.data;
  const exit = exitCodeOf(problem.code, problem.status ?? status);
  return new Failure(problem, exit ?? EXIT.internal);
}
