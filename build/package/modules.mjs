import { cpSync, existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { inCheckout } from '../setup/checkout.mjs';

const ROOT = inCheckout('node_modules');

/** What of a package nobody loads: sources, what compiling left behind, types, maps, documentation, tests. */
const UNWANTED = [
  /[\\/](?:obj\.target|deps|docs?|examples?|tests?|__tests__|\.github|\.deps)$/,
  /\.(?:map|ts|mts|cts|md|markdown|o|a|d|c|cc|cpp|h|hpp|gyp|gypi|tsbuildinfo)$/,
];
const LICENCE = /licen[cs]e|notice|copying/i;

/** Folders of binaries, one for each platform: `…/linux/x64`, `…/linux-x64`, `linux-x64.node`. */
const PLATFORM = /[\\/](darwin|linux|linuxmusl|win32)(?:[\\/-](arm|arm64|armv7l|ia32|x64))?(?:\.node)?$/;

/**
 * Copies packages and all that they need, in the places in which they find each other.
 * @param {readonly string[]} names
 * @param {string} target becomes `node_modules`
 */
export function copyModules(names, target) {
  for (const folder of withDependencies(names))
    cpSync(folder, join(target, relative(ROOT, folder)), {
      recursive: true,
      dereference: true,
      filter: (file) => isWanted(folder, file),
    });
}

/**
 * @param {string} folder the package
 * @param {string} file
 */
function isWanted(folder, file) {
  const within = file.slice(folder.length);
  // Packages within a package are copied for themselves, where they are needed.
  if (within === `${sep}node_modules`) return false;
  if (LICENCE.test(within)) return true;
  if (UNWANTED.some((pattern) => pattern.test(within))) return false;
  const [, platform, arch] = PLATFORM.exec(within) ?? [];
  return (!platform || platform === process.platform) && (!arch || arch === process.arch);
}

/**
 * @param {readonly string[]} names
 * @returns {Set<string>} the folders of the packages
 */
function withDependencies(names) {
  const found = new Set();
  const visit = (name, from) => {
    const folder = findPackage(name, from);
    if (!folder || found.has(folder) || !isForHere(folder)) return;
    found.add(folder);
    const { dependencies, optionalDependencies } = descriptionOf(folder);
    for (const needed of Object.keys({ ...dependencies, ...optionalDependencies })) visit(needed, folder);
  };
  for (const name of names) visit(name, ROOT);
  return found;
}

/**
 * As Node finds it: in the package's own modules, then in those of whoever holds the package.
 * @param {string} name
 * @param {string} from
 */
function findPackage(name, from) {
  for (let place = from; place.startsWith(ROOT); place = dirname(place)) {
    const candidate = join(place, place === ROOT ? '' : 'node_modules', name);
    if (existsSync(join(candidate, 'package.json'))) return candidate;
  }
  return undefined;
}

/** @param {string} folder */
function isForHere(folder) {
  const { os, cpu } = descriptionOf(folder);
  return (!os || os.includes(process.platform)) && (!cpu || cpu.includes(process.arch));
}

/** @param {string} folder */
function descriptionOf(folder) {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
}
