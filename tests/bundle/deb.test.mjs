// The .deb as a person meets it: installed by the system's package manager, started from its desktop entry by opening a
// file, upgraded, and removed. It changes this very computer and puts it back, so only `npm run bundle -- --test` runs it.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { test } from 'node:test';

import { Screen } from '../e2e/lib/screen.mjs';
import { until } from '../e2e/lib/until.mjs';

const DEB = process.env.BUZZ_DEB;
const PACKAGE = 'buzz-csv';

/** Where entries for programs are. */
const APPLICATIONS = '/usr/share/applications';
/** The entry of a program that is there while the test runs. */
const OTHER = 'writer-of-tables.desktop';

/** What it opens, as desktops name it. */
const TYPES = [
  'text/csv',
  'text/tab-separated-values',
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  'application/vnd.ms-excel',
  'application/vnd.oasis.opendocument.spreadsheet',
  'application/vnd.apache.parquet',
];

/** Runs a program and gives what it prints. */
function run(program, args, options = {}) {
  const done = spawnSync(program, args, { encoding: 'utf8', maxBuffer: 1 << 26, ...options });
  if (done.error) throw done.error;
  assert.equal(done.status, 0, `${program} ${args.join(' ')}\n${done.stdout}${done.stderr}`);
  return done.stdout;
}

/** Runs a program that changes the system. */
function asRoot(program, ...args) {
  const [first, ...rest] =
    process.getuid() === 0 ? [program, ...args] : ['sudo', '--non-interactive', program, ...args];
  return run(first, rest, { env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } });
}

const install = (deb) => asRoot('apt-get', 'install', '--yes', '--quiet', '--no-install-recommends', deb);

/** The installed version; empty when it is not installed. */
function installed() {
  const query = ['-W', '-f', '${db:Status-Status} ${Version}', PACKAGE];
  const [status, version] = spawnSync('dpkg-query', query, { encoding: 'utf8' }).stdout.split(' ');
  return status === 'installed' ? version : '';
}

/** The package again, under a higher version. */
function higher(folder) {
  const tree = join(folder, 'higher');
  run('dpkg-deb', ['-R', DEB, tree]);
  const control = join(tree, 'DEBIAN', 'control');
  writeFileSync(control, readFileSync(control, 'utf8').replace(/^Version: .*$/m, 'Version: 99.0.0'));
  const deb = join(folder, 'higher.deb');
  run('dpkg-deb', ['--root-owner-group', '-Zgzip', '-z1', '-b', tree, deb]);
  return deb;
}

test('the .deb from its installation to its removal', { skip: DEB ? false : 'no .deb was named' }, async (t) => {
  assert.equal(installed(), '', `${PACKAGE} is installed already: remove it, for this test removes it`);
  const home = mkdtempSync(join(tmpdir(), 'buzz-deb-'));
  for (const name of ['config', 'data', 'cache', 'run', 'state']) mkdirSync(join(home, name), { mode: 0o700 });
  const library = join(home, 'data', 'buzz-csv');
  const log = openSync(join(home, 'app.log'), 'a');
  const screen = await Screen.start();
  const inherited = Object.entries(process.env).filter(([name]) => !/^(AWS_|BUZZ_|XDG_)/.test(name));
  const env = {
    ...Object.fromEntries(inherited),
    ...screen.env,
    HOME: home,
    XDG_CONFIG_HOME: join(home, 'config'),
    XDG_DATA_HOME: join(home, 'data'),
    XDG_CACHE_HOME: join(home, 'cache'),
    XDG_RUNTIME_DIR: join(home, 'run'),
    XDG_STATE_HOME: join(home, 'state'),
    LANG: 'C.UTF-8',
    LC_ALL: 'C.UTF-8',
    GSETTINGS_BACKEND: 'memory',
    LIBGL_ALWAYS_SOFTWARE: '1',
    WEBKIT_DISABLE_DMABUF_RENDERER: '1',
  };

  /** The datasets of the library, as the installed command line tells them. */
  const datasets = () => JSON.parse(run('buzz', ['--json', 'datasets'], { env }));
  const names = () =>
    datasets()
      .map(({ name }) => name)
      .sort();
  /** The processes that have a window. */
  const windows = () => {
    const ids = screen.xdotool('search', '--name', '^Buzz CSV$').split('\n').filter(Boolean);
    return [...new Set(ids.map((id) => Number(screen.xdotool('getwindowpid', id))))].filter(Boolean);
  };
  const owned = () => run('dpkg', ['-L', PACKAGE]).split('\n').filter(Boolean);
  /** The entry of the menu, and the one under which desktops offer the program for a file. */
  const [inMenu, forFiles] = [
    '/usr/share/applications/Buzz CSV.desktop',
    '/usr/share/applications/zz-buzz-csv-open.desktop',
  ];
  /** Opens files as a file manager does when the person picks the program. */
  const open = (...files) =>
    run('gio', ['launch', files.length > 0 ? forFiles : inMenu, ...files], {
      env,
      cwd: home,
      stdio: ['ignore', log, log],
    });
  const close = async () => {
    const [pid] = windows();
    process.kill(pid, 'SIGTERM');
    await until(() => !existsSync(`/proc/${pid}`), { what: 'the program to end' });
  };

  /** What opens each of the types. */
  const defaults = () =>
    TYPES.map((type) => /^Default application for .*: (.*)$/m.exec(run('gio', ['mime', type], { env }))?.[1]);
  // A program that opened them before, as an office suite would.
  writeFileSync(
    join(home, OTHER),
    `[Desktop Entry]\nType=Application\nName=Other\nExec=true %F\nMimeType=${TYPES.join(';')};\n`,
  );
  asRoot('cp', join(home, OTHER), APPLICATIONS);
  asRoot('update-desktop-database', APPLICATIONS);

  try {
    await t.test('the package manager installs it', () => {
      install(DEB);
      assert.notEqual(installed(), '');
      const files = owned();
      for (const size of [16, 24, 32, 48, 64, 128, 256, 512]) {
        assert.ok(files.includes(`/usr/share/icons/hicolor/${size}x${size}/apps/buzz-csv.png`), `the icon of ${size}`);
      }
      assert.ok(files.includes('/usr/share/icons/hicolor/scalable/apps/buzz-csv.svg'));
      assert.match(run('buzz', ['--version'], { env }), /^buzz \d+\.\d+\.\d+/);
      const licences = files.find((path) => path.endsWith('third-party-licences.txt'));
      assert.match(readFileSync(licences, 'utf8'), /Stichting DuckDB Foundation/);
    });

    await t.test('what it needs is declared', () => {
      const libraries = [...run('ldd', ['/usr/bin/buzz-csv']).matchAll(/=> (\/\S+)/g)].map(([, path]) => path);
      assert.ok(libraries.length > 50);
      const needs = ['depends', '--recurse', '--no-recommends', '--no-suggests', '--no-conflicts', '--no-breaks'];
      const closure = run('apt-cache', [...needs, '--no-replaces', '--no-enhances', '--installed', PACKAGE]);
      const declared = new Set([...closure.matchAll(/^(\S+)$/gm)].map(([, name]) => name.split(':')[0]));
      // The same file may be known under its place before and after /lib became a part of /usr.
      const owner = (path) => {
        for (const known of [path, `/usr${path}`, path.replace(/^\/usr/, '')]) {
          const found = spawnSync('dpkg', ['-S', known], { encoding: 'utf8' });
          if (found.status === 0) return found.stdout.split(':')[0];
        }
        return null;
      };
      const missing = libraries.filter((path) => !declared.has(owner(path)));
      assert.deepEqual(missing, []);
    });

    await t.test('the program is stripped', () => {
      assert.doesNotMatch(run('readelf', ['--sections', '--wide', '/usr/bin/buzz-csv']), /\.symtab|\.debug_/);
    });

    await t.test('it offers to open its files and makes itself the default of none', () => {
      run('desktop-file-validate', [inMenu, forFiles]);
      for (const type of TYPES) {
        assert.ok(run('gio', ['mime', type], { env }).includes(basename(forFiles)), type);
      }
      assert.deepEqual(
        owned().filter((path) => /(mimeapps|defaults)\.list$/.test(path)),
        [],
      );
      assert.deepEqual(
        defaults(),
        TYPES.map(() => OTHER),
      );
      writeFileSync(join(home, 'a.parquet'), 'PAR1');
      assert.match(run('gio', ['info', '-a', 'standard::content-type', join(home, 'a.parquet')], { env }), /parquet/);
    });

    await t.test('a file that is opened with it becomes a dataset', async () => {
      const file = join(home, 'my sales é.csv');
      writeFileSync(file, 'id,amount\n007,1.50\n008,2.25\n');
      open(file);
      await until(() => existsSync(join(library, 'library.db')) && names().includes('my sales é'), {
        what: 'the file to be converted',
        seconds: 90,
        every: 500,
      });
      assert.equal(datasets()[0].rows, 2);
      assert.equal(windows().length, 1);
    });

    await t.test('a second start gives its file to the first window and ends', async () => {
      const before = windows();
      writeFileSync(join(home, 'second.csv'), 'a\n1\n');
      // As typed in a terminal, from the folder in which the file is.
      run('buzz-csv', ['second.csv'], { env, cwd: home });
      await until(() => names().includes('second'), { what: 'the second file to be converted', every: 500 });
      assert.deepEqual(windows(), before);
      await close();
    });

    const kept = datasets();
    await t.test('an upgrade leaves the library as it is', async () => {
      install(higher(home));
      assert.equal(installed(), '99.0.0');
      assert.deepEqual(datasets(), kept);
      open();
      await until(() => windows().length === 1, { what: 'the window of the upgraded program' });
      await close();
      assert.deepEqual(datasets(), kept);
    });

    await t.test('its removal leaves what is the person’s', () => {
      asRoot('apt-get', 'purge', '--yes', '--quiet', PACKAGE);
      assert.equal(installed(), '');
      assert.ok(!existsSync('/usr/bin/buzz-csv') && !existsSync('/usr/bin/buzz'));
      assert.ok(statSync(join(library, 'library.db')).size > 0);
      for (const { id } of kept) assert.ok(existsSync(join(library, 'datasets', id, 'data.parquet')), id);
    });
  } catch (error) {
    t.diagnostic(readFileSync(join(home, 'app.log'), 'utf8'));
    throw error;
  } finally {
    for (const pid of windows()) process.kill(pid, 'SIGKILL');
    await screen.stop();
    closeSync(log);
    if (installed() !== '') asRoot('apt-get', 'purge', '--yes', '--quiet', PACKAGE);
    asRoot('rm', join(APPLICATIONS, OTHER));
    asRoot('update-desktop-database', APPLICATIONS);
    rmSync(home, { recursive: true, force: true });
  }
});
