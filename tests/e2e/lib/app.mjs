// The app under test: a scratch folder that stands for a person's computer, and windows of the app in it.

import { once } from 'node:events';
import {
  closeSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { awsFiles, startBedrock } from '../../../scripts/lib/bedrock.mjs';
import { driver } from '../../../scripts/lib/driver.mjs';
import { ROOT } from '../../../scripts/lib/project.mjs';
import { builtProgram } from '../../../scripts/lib/rust.mjs';
import { startChild, stopChild } from './children.mjs';
import { Screen } from './screen.mjs';
import { until } from './until.mjs';
import { Session } from './webdriver.mjs';

/** Pictures of failures go here. */
const OUT = join(dirname(dirname(fileURLToPath(import.meta.url))), 'out');

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  return port;
}

/** A person's computer: a screen, a home of its own, a library, and AWS or none. */
export class Computer {
  /** What has to be taken down at the end, the newest first. */
  #standing = [];

  /**
   * Sets a computer up.
   * @param {{
   *   aws?: boolean,
   *   script?: object,
   *   largest?: { width: number, height: number },
   *   profile?: 'dev' | 'release',
   *   home?: string,
   *   named?: boolean,
   *   env?: Record<string, string>,
   * }} [options] `aws`: whether there is an AWS profile, and the stand-in for Bedrock behind it; `script`: what the
   *   stand-in plays; `largest`: the size of the largest window that is to fit on the screen; `profile`: how the app was built;
   *   `home`: the folder that stands for the person's home, made and removed here; one with a name of its own by default;
   *   `named`: whether the environment says where the library is; `env`: what else it says
   */
  static async start({ aws = false, script, largest, profile = 'dev', home, named = true, env = {} } = {}) {
    const computer = new Computer();
    computer.named = named;
    computer.further = env;
    computer.program = builtProgram(ROOT, 'buzz-csv', profile);
    try {
      await computer.#setUp(aws, script, largest, home);
    } catch (error) {
      await computer.stop();
      throw error;
    }
    return computer;
  }

  async #setUp(aws, script, largest, home) {
    if (home) mkdirSync(home);
    this.home = home ?? mkdtempSync(join(tmpdir(), 'buzz-e2e-'));
    this.#standing.push(() => rmSync(this.home, { recursive: true, force: true }));
    this.library = this.named ? join(this.home, 'library') : join(this.home, 'data', 'buzz-csv');
    for (const name of ['config', 'data', 'cache', 'run']) mkdirSync(join(this.home, name), { mode: 0o700 });

    this.log = openSync(join(this.home, 'app.log'), 'a');
    this.#standing.push(() => closeSync(this.log));

    this.screen = await Screen.start(largest);
    this.#standing.push(() => this.screen.stop());

    this.aws = awsFiles(this.home, false);
    if (aws) {
      const program = builtProgram(ROOT, 'bedrock-stand-in');
      const args = script ? ['--script', this.file('script.json', JSON.stringify(script))] : [];
      const bedrock = await startBedrock(program, this.home, args);
      this.#standing.push(() => bedrock.stop());
      this.aws = bedrock.env;
    }
  }

  /** Closes the window and takes everything down. */
  async stop() {
    await this.close();
    for (const takeDown of this.#standing.reverse()) await takeDown();
    this.#standing = [];
  }

  /** The environment of the app: nothing of the person who runs the tests. */
  get env() {
    const inherited = Object.entries(process.env).filter(([name]) => !/^(AWS_|BUZZ_|XDG_)/.test(name));
    return {
      ...Object.fromEntries(inherited),
      ...this.screen.env,
      ...this.aws,
      ...(this.named ? { BUZZ_LIBRARY: this.library } : {}),
      ...this.further,
      XDG_CONFIG_HOME: join(this.home, 'config'),
      XDG_DATA_HOME: join(this.home, 'data'),
      XDG_CACHE_HOME: join(this.home, 'cache'),
      XDG_RUNTIME_DIR: join(this.home, 'run'),
      // Numbers are written the way the tests read them, on every machine.
      LANG: 'C.UTF-8',
      LC_ALL: 'C.UTF-8',
      // Nothing of a desktop is running that settings could be asked of.
      GSETTINGS_BACKEND: 'memory',
      // A screen without a graphics card: let nothing try to use one.
      LIBGL_ALWAYS_SOFTWARE: '1',
      WEBKIT_DISABLE_DMABUF_RENDERER: '1',
    };
  }

  /** Opens the app's window and waits until its page is there. */
  async open() {
    const [port, nativePort] = [await freePort(), await freePort()];
    this.driver = startChild(driver(), ['--port', port, '--native-port', nativePort], {
      env: this.env,
      stdio: ['ignore', this.log, this.log],
    });
    const address = `http://127.0.0.1:${port}`;
    await until(
      () =>
        fetch(`${address}/status`).then(
          (response) => response.ok,
          () => false,
        ),
      { what: 'tauri-driver to answer' },
    );
    this.window = await Session.start(address, this.program);
    return this.window;
  }

  /** Closes the window, as its owner would at the end of a day. */
  async close() {
    if (!this.driver) return;
    await this.window?.end().catch(() => {});
    this.window = undefined;
    await stopChild(this.driver);
    this.driver = undefined;
  }

  /** Ends the app's process as a power cut would: at once, with nothing told. */
  async crash() {
    process.kill(this.pid, 'SIGKILL');
    await this.close();
  }

  /** The number of the app's process. */
  get pid() {
    return Number(this.screen.xdotool('search', '--name', '^Buzz CSV$', 'getwindowpid').split('\n')[0]);
  }

  /** Takes the AWS profile away, or gives it back; the app sees it when it is opened again. */
  signIn(withProfile) {
    awsFiles(this.home, withProfile);
  }

  /** The path of a new file in the person's home. */
  file(name, content) {
    const path = join(this.home, name);
    if (content !== undefined) writeFileSync(path, content);
    return path;
  }

  /** The names in one of the library's folders; none when the folder is not there. */
  inLibrary(folder) {
    const path = join(this.library, folder);
    return existsSync(path) ? readdirSync(path) : [];
  }

  /** Drops files onto the middle of the window. */
  async drop(...files) {
    return this.screen.drop(files, { x: 600, y: 400 });
  }

  /** Saves what can be seen, for whoever has to find out why a test failed. */
  picture(name) {
    mkdirSync(OUT, { recursive: true });
    this.screen.picture(join(OUT, `${name}.png`));
    copyFileSync(join(this.home, 'app.log'), join(OUT, `${name}.log`));
  }
}

/**
 * Runs a test with a computer and an open window, takes both down after it, and keeps pictures when it fails.
 * @param {import("node:test").TestContext} t
 * @param {{ aws?: boolean, script?: object }} options
 * @param {(computer: Computer, window: Session, step: Step) => Promise<void>} body
 * @typedef {(name: string, body: () => Promise<void>) => Promise<void>} Step one thing that a person does; those that
 *   follow build on it, so that nothing goes on after one that failed
 */
export async function withWindow(t, options, body) {
  const computer = await Computer.start(options);
  const picture = (name) => computer.picture(name.replace(/[^a-z0-9]+/gi, '-').toLowerCase());
  const step = async (name, stepBody) => {
    let failure;
    await t.test(name, async () => {
      try {
        await stepBody();
      } catch (error) {
        failure = error;
        picture(name);
        throw error;
      }
    });
    if (failure) throw new Error(`nothing was tried after: ${name}`);
  };
  try {
    await body(computer, await computer.open(), step);
  } catch (error) {
    picture(t.name);
    throw error;
  } finally {
    await computer.stop();
  }
}
