// Who is measured on which file, and how each is called.

import { program, PYTHON } from './tools.mjs';

/**
 * The level of zstd on all sides: buzz's. The peers' own is 3, which is smaller and slower.
 */
const ZSTD_LEVEL = 1;

/**
 * @typedef {object} Contender
 * @property {string} id
 * @property {string} title
 * @property {'buzz' | 'peer' | 'aside'} kind an `aside` is shown, and nothing is compared with it
 * @property {number} [cores] how many it may use
 * @property {(source: string, target: string) => string[]} command
 */

/**
 * @typedef {object} Section
 * @property {string} id
 * @property {string} title
 * @property {Contender[]} contenders
 */

/**
 * The sections of a file.
 * @param {string} name the file's
 * @param {string} program the path of `buzz`
 * @param {string} library a scratch folder: buzz must not touch the person's own library
 * @returns {Section[]}
 */
export function sections(name, buzzProgram, library) {
  const buzz = (id, codec, { memory = '256MB', threads, profile = true, cores } = {}) => ({
    id,
    kind: 'buzz',
    cores,
    title:
      [
        'buzz',
        ...(profile ? [] : ['--no-profile']),
        ...(memory === '256MB' ? [] : [`--memory ${memory}`]),
        ...(threads ? [`--threads ${threads}`] : []),
      ].join(' ') + onCores(cores),
    command: (source, target) => [
      buzzProgram,
      ...['convert', source, '--out', target, '--library', library, '--json', '--quiet'],
      ...['--compression', codec, '--memory', memory],
      ...(threads ? ['--threads', String(threads)] : []),
      ...(profile ? [] : ['--no-profile']),
    ],
  });
  const peer = (id, codec, { level, cores, kind = 'peer' } = {}) => {
    const used = level ?? (codec === 'zstd' ? String(ZSTD_LEVEL) : '-');
    const [title, script] = { duckdb: ['DuckDB', 'duckdb_convert.py'], polars: ['Polars', 'polars_convert.py'] }[id];
    return {
      id: kind === 'aside' ? `${id}-own-level` : id,
      kind,
      cores,
      title: title + (level ? ', zstd at its own level' : '') + onCores(cores),
      command: (source, target) => [PYTHON, program(script), source, target, codec, used, String(cores ?? '-')],
    };
  };
  if (name === 'sheet') {
    const polars = {
      ...peer('polars', 'zstd'),
      title: 'Polars with fastexcel',
      command: (source, target) => [PYTHON, program('polars_excel.py'), source, target, 'zstd', String(ZSTD_LEVEL)],
    };
    const contenders = [buzz('buzz', 'zstd'), buzz('buzz-no-profile', 'zstd', { profile: false }), polars];
    return [{ id: `${name}-zstd`, title: 'zstd', contenders }];
  }
  const usual = (codec) => [
    buzz('buzz', codec),
    buzz('buzz-no-profile', codec, { profile: false }),
    peer('duckdb', codec),
    peer('polars', codec),
  ];

  const zstd = { id: `${name}-zstd`, title: 'zstd', contenders: usual('zstd') };
  if (name !== 'lineitem-2') return [zstd];
  zstd.contenders.push(
    buzz('buzz-128', 'zstd', { memory: '128MB' }),
    peer('duckdb', 'zstd', { level: '-', kind: 'aside' }),
    peer('polars', 'zstd', { level: '-', kind: 'aside' }),
  );
  return [
    zstd,
    { id: `${name}-snappy`, title: 'snappy', contenders: usual('snappy') },
    {
      id: `${name}-one-core`,
      title: 'one core, zstd',
      contenders: [
        buzz('buzz', 'zstd', { threads: 1, cores: 1 }),
        buzz('buzz-no-profile', 'zstd', { threads: 1, cores: 1, profile: false }),
        peer('duckdb', 'zstd', { cores: 1 }),
        peer('polars', 'zstd', { cores: 1 }),
      ],
    },
    {
      id: `${name}-threads`,
      title: 'threads and cores, zstd',
      contenders: [
        buzz('buzz-1', 'zstd', { threads: 1, cores: 1 }),
        buzz('buzz-2', 'zstd', { threads: 2, cores: 2 }),
        buzz('buzz-4', 'zstd', { threads: 4, cores: 2 }),
      ],
    },
  ];
}

const onCores = (cores) => (cores ? ` on ${cores} ${cores === 1 ? 'core' : 'cores'}` : '');
