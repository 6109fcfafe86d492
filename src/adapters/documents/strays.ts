/** pdf.js reads the entries of a page tree ahead (`Catalog.getPageDict`) and leaves those that fail to whoever asks. */
const READ_AHEAD: ReadonlySet<string> = new Set([
  'FormatError',
  'InvalidPDFException',
  'MissingDataException',
  'ParserEOFException',
  'UnknownErrorException',
  'XRefEntryException',
  'XRefParseException',
]);

/** What pdf.js read ahead of one document, could not read, and never asked for. */
export interface Strays {
  /** How many there are by now. */
  count(): Promise<number>;
  /** After this every unhandled rejection ends the process again. */
  end(): Promise<void>;
}

/**
 * Keeps the rejections that pdf.js leaves behind for the document that is being read, which would end the process.
 * Any other rejection that nobody handles still ends it.
 */
export function watchStrays(): Strays {
  const left = new Set<Promise<unknown>>();
  const onUnhandled = (reason: unknown, promise: Promise<unknown>): void => {
    if (!(reason instanceof Error && READ_AHEAD.has(reason.name))) throw reason;
    left.add(promise);
  };
  const onHandled = (promise: Promise<unknown>): void => {
    left.delete(promise);
  };
  process.on('unhandledRejection', onUnhandled);
  process.on('rejectionHandled', onHandled);
  return {
    async count() {
      await untilRejectionsAreTold();
      return left.size;
    },
    async end() {
      await untilRejectionsAreTold();
      process.off('unhandledRejection', onUnhandled);
      process.off('rejectionHandled', onHandled);
    },
  };
}

/** Node tells of unhandled rejections when the microtasks of a turn of the event loop are done. */
function untilRejectionsAreTold(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
