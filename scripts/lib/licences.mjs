// The works of others that are shipped with the app, and their licences.

import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { Stop } from './console.mjs';
import { capture } from './run.mjs';

/** Where the result lies: the window shows it, and the packages carry it as text. */
export const LICENCES = 'docs/licences.json';

/** The platforms that the app is built for. */
export const TARGETS = [
  'x86_64-unknown-linux-gnu',
  'x86_64-apple-darwin',
  'aarch64-apple-darwin',
  'x86_64-pc-windows-msvc',
];

/** The programs that are shipped. */
const PROGRAMS = ['buzz-csv', 'buzz-cli'];

/** The licences that may be shipped, those that are chosen first where a work offers several. */
export const ALLOWED = [
  'MIT',
  'Apache-2.0',
  'Apache-2.0 WITH LLVM-exception',
  'BSD-3-Clause',
  'BSD-2-Clause',
  'ISC',
  'Zlib',
  '0BSD',
  'MIT-0',
  'BSL-1.0',
  'Unicode-3.0',
  'MPL-2.0',
  'CC0-1.0',
  'Unlicense',
  'bzip2-1.0.6',
  'PSF-2.0',
];

const FILE = /^(un)?licen[cs]e|^copying|^notice/i;

/** Sources in other languages that a Rust package brings, with licences of their own. */
const INSIDE = {
  'aws-lc-sys': ['aws-lc/LICENSE', 'aws-lc/third_party/fiat/LICENSE'],
  'libmimalloc-sys': ['c_src/mimalloc/v2/LICENSE'],
  'zstd-sys': ['zstd/LICENSE'],
};

/** What DuckDB's amalgamated sources contain; they come without the files in which their licences stand. */
const IN_DUCKDB = `DuckDB contains, as sources of its own third_party folder: brotli (MIT), concurrentqueue (BSD-2-Clause), fast_float (MIT),
FastPFOR (Apache-2.0), fmt (MIT), fsst (MIT), cpp-httplib (MIT), hyperloglog from Redis (BSD-3-Clause), jaro_winkler (MIT), lz4
(BSD-2-Clause), mbedtls (Apache-2.0), miniz (MIT), Apache Parquet and Apache Thrift (Apache-2.0), pcg (Apache-2.0), pdqsort
(Zlib), re2 (BSD-3-Clause), ska_sort (BSL-1.0), skiplist (MIT), snappy (BSD-3-Clause), t-digest (Apache-2.0), utf8proc (MIT),
vergesort (MIT), yyjson (MIT), zstd (BSD-3-Clause).`;

/**
 * The licences among which a work lets one choose, each as the list of those that then hold at once.
 * @param {string} expression as SPDX writes it; the older `MIT/Apache-2.0` counts as OR
 * @returns {string[][]}
 */
export function choices(expression) {
  const tokens = expression.replace(/\s*\/\s*/g, ' OR ').match(/\(|\)|[^\s()]+/g) ?? [];
  let at = 0;
  const term = () => {
    if (tokens[at] === '(') {
      at++;
      const inside = or();
      if (tokens[at++] !== ')') throw new Error(`\`${expression}\` is no expression of licences`);
      return inside;
    }
    let name = tokens[at++];
    if (!name || name === ')') throw new Error(`\`${expression}\` is no expression of licences`);
    if (tokens[at] === 'WITH') name = `${name} ${tokens[at]} ${tokens[(at += 2) - 1]}`;
    return [[name]];
  };
  const and = () => {
    let all = term();
    while (tokens[at] === 'AND') {
      at++;
      const more = term();
      all = all.flatMap((one) => more.map((other) => [...new Set([...one, ...other])]));
    }
    return all;
  };
  const or = () => {
    const any = and();
    while (tokens[at] === 'OR') {
      at++;
      any.push(...and());
    }
    return any;
  };
  const all = or();
  if (at < tokens.length) throw new Error(`\`${expression}\` is no expression of licences`);
  return all;
}

/**
 * The licences under which a work is taken: the allowed choice that stands first in the list of those that are allowed.
 * @param {string} expression
 * @returns {string[] | null} null where none is allowed
 */
export function chosen(expression) {
  const rank = (licences) => Math.max(...licences.map((licence) => ALLOWED.indexOf(licence)));
  const allowed = choices(expression).filter((licences) => licences.every((licence) => ALLOWED.includes(licence)));
  return allowed.sort((a, b) => rank(a) - rank(b))[0] ?? null;
}

/**
 * The files among these that belong to the chosen licences; all of them where their names do not tell.
 * @param {string[]} names
 * @param {string[]} licences
 */
export function filesFor(names, licences) {
  const found = names.filter((name) => FILE.test(name)).sort();
  const words = licences.map((licence) => licence.split(/[-\s]/)[0].toLowerCase());
  const own = found.filter((name) => words.some((word) => name.toLowerCase().includes(word)));
  const notices = found.filter((name) => /^notice/i.test(name) && licences.some((each) => each.startsWith('Apache')));
  return own.length > 0 ? [...new Set([...own, ...notices])] : found.filter((name) => !/^notice/i.test(name));
}

/** A text as it is kept: without trailing blanks, which differ between copies of one text. */
const tidy = (text) =>
  text
    .replaceAll('\r\n', '\n')
    .replace(/^\uFEFF/, '')
    .replaceAll(/[ \t\f]+$/gm, '')
    .replaceAll(/\n{3,}/g, '\n\n')
    .trim();

/** The Rust packages in the shipped programs, on any of the platforms. */
function rustWorks(root) {
  const works = new Map();
  for (const target of TARGETS) {
    const args = ['metadata', '--locked', '--format-version=1', `--filter-platform=${target}`];
    const text = capture('cargo', args, { cwd: root });
    if (text === null) throw new Stop('`cargo metadata` failed: build the app once, so that its packages are there.');
    const { packages, resolve } = JSON.parse(text);
    const byId = new Map(packages.map((each) => [each.id, each]));
    const needs = new Map(resolve.nodes.map((node) => [node.id, node.deps]));
    const open = packages.filter((each) => !each.source && PROGRAMS.includes(each.name)).map((each) => each.id);
    const seen = new Set(open);
    while (open.length > 0) {
      for (const { pkg, dep_kinds: kinds } of needs.get(open.pop())) {
        // What only builds the app, or tests it, is not shipped.
        if (seen.has(pkg) || !kinds.some(({ kind }) => kind === null)) continue;
        seen.add(pkg);
        open.push(pkg);
      }
    }
    for (const id of seen) if (byId.get(id).source) works.set(id, byId.get(id));
  }
  return [...works.values()].map((work) => ({
    name: work.name,
    version: work.version,
    licence: work.license ?? '',
    authors: work.authors,
    folder: dirname(work.manifest_path),
  }));
}

/** The npm packages that the window's pages are made of. */
function npmWorks(root) {
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  // Svelte's compiler is needed to build only, but its runtime becomes part of the pages.
  const shipped = ([place, entry]) => place !== '' && (!entry.dev || place === 'node_modules/svelte');
  return Object.entries(packages)
    .filter(shipped)
    .map(([place]) => {
      const folder = join(root, place);
      const about = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
      const authors = [about.author?.name ?? about.author].filter(Boolean);
      return { name: about.name, version: about.version, licence: about.license ?? '', authors, folder };
    });
}

/** The texts that come with a work, or where none does, what its authors say in its manifest. */
function textsOf(root, { name, licence, authors, folder }, licences) {
  const names = filesFor(readdirSync(folder), licences);
  const files = [...names, ...(INSIDE[name] ?? [])]
    .map((each) => join(folder, each))
    .filter((each) => existsSync(each));
  const texts = files.map((path) => tidy(readFileSync(path, 'utf8'))).filter(Boolean);
  if (texts.length === 0) {
    const by = authors.map((author) => author.replace(/ <.*>$/, '')).join(', ') || `the authors of ${name}`;
    const said = `${name} comes without a text of its licence. Its manifest says: ${licence}, by ${by}.`;
    // The licence of this very app is MIT's, but for whose work it is.
    const mit = tidy(readFileSync(join(root, 'LICENSE'), 'utf8')).replace(/^Copyright .*$/m, `Copyright (c) ${by}`);
    texts.push(
      licences[0] === 'MIT' ? `${said}\n\n${mit}` : `${said} The text stands beside other works of this list.`,
    );
  }
  if (name === 'libduckdb-sys') texts.push(IN_DUCKDB);
  return [...new Set(texts)];
}

/**
 * Everything that is shipped, with its licence and the texts that go with it. Each text is there once, for most are the
 * same.
 * @param {string} root the project's folder
 * @returns {{ works: { name: string, version: string, licence: string, texts: number[] }[], texts: string[] }}
 */
export function collect(root) {
  const all = [...rustWorks(root), ...npmWorks(root)];
  const order = new Intl.Collator('en');
  all.sort((a, b) => order.compare(a.name, b.name) || order.compare(a.version, b.version));
  const texts = [];
  const places = new Map();
  const refused = [];
  const works = all.map((work) => {
    const licences = work.licence ? chosen(work.licence) : null;
    if (licences === null) refused.push(`${work.name} ${work.version}: ${work.licence || 'no licence'}`);
    const own = textsOf(root, work, licences ?? []).map((text) => {
      if (!places.has(text)) places.set(text, texts.push(text) - 1);
      return places.get(text);
    });
    return { name: work.name, version: work.version, licence: (licences ?? [work.licence]).join(' AND '), texts: own };
  });
  if (refused.length > 0) throw new Stop(`These may not be shipped under their licences:\n  ${refused.join('\n  ')}`);
  return { works, texts };
}

/** The file for the window: a line for each work and each text, so that a change can be read. */
export function asJson({ works, texts }) {
  const lines = (list) => list.map((each) => JSON.stringify(each)).join(',\n');
  return `{"works":[\n${lines(works)}\n],"texts":[\n${lines(texts)}\n]}\n`;
}

/** The file for the packages. */
export function asText({ works, texts }) {
  const rule = '-'.repeat(80);
  const parts = texts.map((text, place) => {
    const names = works.filter((work) => work.texts.includes(place)).map((work) => `${work.name} ${work.version}`);
    return `${rule}\n${names.join(', ')}\n${rule}\n\n${text}\n`;
  });
  const list = works.map(({ name, version, licence }) => `${name} ${version}: ${licence}`);
  return `Buzz CSV contains works of others under these licences.\n\n${list.join('\n')}\n\n${parts.join('\n')}`;
}
