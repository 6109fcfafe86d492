import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { isRoot } from './cacheFolder.mjs';
import { done, SetupError, step, there } from './progress.mjs';
import { findProgram, run } from './run.mjs';

/**
 * What the machine itself must bring, and the Debian package that brings it (the first name the machine's
 * release knows).
 * @typedef {{ what: string, isThere: () => boolean, packages: string[] }} Requirement
 */

/** @type {Record<string, Requirement[]>} */
const REQUIREMENTS = {
  compiler: [
    program('g++', 'g++'),
    program('make', 'make'),
    program('python3', 'python3'),
    header('openssl/evp.h', 'libssl-dev'),
  ],
  electron: [
    library('libgtk-3.so.0', 'libgtk-3-0t64', 'libgtk-3-0'),
    library('libnss3.so', 'libnss3'),
    library('libasound.so.2', 'libasound2t64', 'libasound2'),
    library('libgbm.so.1', 'libgbm1'),
    library('libXss.so.1', 'libxss1'),
    library('libatk-bridge-2.0.so.0', 'libatk-bridge2.0-0t64', 'libatk-bridge2.0-0'),
    library('libsecret-1.so.0', 'libsecret-1-0'),
  ],
  virtualDesktop: [
    program('Xvfb', 'xvfb'),
    program('gnome-keyring-daemon', 'gnome-keyring'),
    program('dbus-daemon', 'dbus-daemon', 'dbus'),
    program('dbus-send', 'dbus-bin', 'dbus'),
    program('ip', 'iproute2'),
    program('bwrap', 'bubblewrap'),
  ],
  tests: [
    program('strace', 'strace'),
    program('openssl', 'openssl'),
    program('xdotool', 'xdotool'),
    program('chromium', 'chromium'),
    service('slapd', 'slapd'),
    service('rsyslogd', 'rsyslog'),
    plugin('rsyslog/lmnsd_gtls.so', 'rsyslog-gnutls'),
  ],
  ollama: [header('nlohmann/json.hpp', 'nlohmann-json3-dev'), header('stb/stb_image.h', 'libstb-dev')],
};

/**
 * Sees to it that the machine has what these purposes need: installs it where this may be done (root, apt),
 * otherwise says the one command that does it, and stops.
 * @param {(keyof typeof REQUIREMENTS)[]} purposes
 */
export async function ensureSystemPackages(purposes) {
  if (process.platform !== 'linux') return;
  await step('System packages', async (report) => {
    const missing = missingFor(purposes);
    if (missing.length === 0) return there();
    const apt = findProgram('apt-get');
    if (!isRoot || !apt) throw new SetupError(instructions(missing));
    report('apt-get update');
    await run(apt, ['update', '-qq'], { failing: 'apt-get update' });
    const packages = packagesOf(missing);
    report(`apt-get install ${packages.join(' ')}`);
    await run(apt, ['install', '-y', '-qq', '--no-install-recommends', ...packages], {
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
      failing: 'apt-get install',
    });
    return done();
  });
}

/**
 * What of these purposes the machine lacks.
 * @param {(keyof typeof REQUIREMENTS)[]} purposes
 */
export function missingFor(purposes) {
  return purposes.flatMap((purpose) => REQUIREMENTS[purpose]).filter((requirement) => !requirement.isThere());
}

/** @param {Requirement[]} missing */
export function instructions(missing) {
  const names = missing.map((requirement) => requirement.what).join(', ');
  const command = `sudo apt-get install -y ${packagesOf(missing).join(' ')}`;
  return findProgram('apt-get')
    ? `This machine lacks ${names}. Please run, then start again:\n\n    ${command}\n`
    : `This machine lacks ${names}. Please install them; on Debian and Ubuntu the command is:\n\n    ${command}\n`;
}

/** @param {Requirement[]} missing */
function packagesOf(missing) {
  const known = namesKnownToApt(missing.flatMap(({ packages }) => packages));
  return [
    ...new Set(missing.map(({ packages }) => packages.find((name) => known.has(name)) ?? packages.at(-1))),
  ];
}

/** @param {string[]} names */
function namesKnownToApt(names) {
  const { stdout } = spawnSync('apt-cache', ['show', '--no-all-versions', ...names], { encoding: 'utf8' });
  return new Set([...(stdout ?? '').matchAll(/^Package: (.+)$/gm)].map(([, name]) => name));
}

/**
 * @param {string} name
 * @param {...string} packages
 * @returns {Requirement}
 */
function program(name, ...packages) {
  return { what: name, packages, isThere: () => findProgram(name) !== undefined };
}

/**
 * A program that only root has in the path.
 * @param {string} name
 * @param {...string} packages
 * @returns {Requirement}
 */
function service(name, ...packages) {
  const isThere = () => findProgram(name) !== undefined || existsSync(`/usr/sbin/${name}`);
  return { what: name, packages, isThere };
}

/**
 * @param {string} name
 * @param {...string} packages
 * @returns {Requirement}
 */
function header(name, ...packages) {
  const folders = ['/usr/include', '/usr/local/include'];
  return { what: name, packages, isThere: () => folders.some((folder) => existsSync(`${folder}/${name}`)) };
}

/**
 * @param {string} name
 * @param {...string} packages
 * @returns {Requirement}
 */
function library(name, ...packages) {
  return { what: name, packages, isThere: () => librariesOfTheSystem().includes(`\t${name} `) };
}

/**
 * What a program loads by itself, below the folder of libraries of the machine's kind.
 * @param {string} name
 * @param {...string} packages
 * @returns {Requirement}
 */
function plugin(name, ...packages) {
  const kinds = { x64: 'x86_64-linux-gnu', arm64: 'aarch64-linux-gnu' };
  const folders = [`/usr/lib/${Reflect.get(kinds, process.arch)}`, '/usr/lib64', '/usr/lib'];
  return { what: name, packages, isThere: () => folders.some((folder) => existsSync(`${folder}/${name}`)) };
}

/** @type {string | undefined} */
let libraryList;

function librariesOfTheSystem() {
  const ldconfig = findProgram('ldconfig') ?? '/sbin/ldconfig';
  libraryList ??= spawnSync(ldconfig, ['-p'], { encoding: 'utf8' }).stdout ?? '';
  return libraryList;
}
