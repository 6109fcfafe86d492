/**
 * What tells the engine to fill a fresh data folder with sample data.
 * @param {readonly string[]} args of the command
 * @returns {Record<string, string>}
 */
export function sampleEnvironment(args) {
  return args.includes('--sample') ? { RISCURA_SAMPLE: '1' } : {};
}
