import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';

/*
 * Makes resources/commonPasswords.json out of a list of the most common passwords, which ships with the console so
 * that the check needs no network. Run it by hand when the list is renewed:
 *
 *     npm pack @zxcvbn-ts/language-common && tar xzf zxcvbn-ts-language-common-*.tgz
 *     node build/commonPasswords.mjs package
 */

/** Bytes of the SHA-256 that are kept: at 50,000 entries a password is taken for one of them once in 20 million times. */
const PREFIX_BYTES = 5;

const [folder = 'package'] = process.argv.slice(2);
const { name, version, license } = JSON.parse(readFileSync(`${folder}/package.json`, 'utf8'));
const words = JSON.parse(readFileSync(`${folder}/src/passwords.json`, 'utf8'));
const prefixes = [...new Set(words.map((word) => word.toLowerCase()))]
  .map((word) => createHash('sha256').update(word, 'utf8').digest().subarray(0, PREFIX_BYTES))
  .sort(Buffer.compare);

writeFileSync(
  'resources/commonPasswords.json',
  `${JSON.stringify(
    {
      source: `${name} ${version}`,
      licence: license,
      licenceText: readFileSync(`${folder}/LICENSE.txt`, 'utf8').trim(),
      entries: prefixes.length,
      prefixBytes: PREFIX_BYTES,
      prefixes: Buffer.concat(prefixes).toString('base64'),
    },
    null,
    2,
  )}\n`,
);
process.stdout.write(`${prefixes.length} passwords\n`);
