// A screen without a monitor, and hands on it: the pointer, the keyboard, and files that are dragged.

import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

import { startChild, stopChild } from './children.mjs';
import { until } from './until.mjs';

const DRAG_SOURCE = join(dirname(dirname(fileURLToPath(import.meta.url))), 'drag_source.py');

/** Debian's own Python: the one that has GTK, whatever else is on PATH. */
const PYTHON = '/usr/bin/python3';

/** The window's size when it opens, in pixels. */
export const WINDOW = { width: 1280, height: 800 };

/** How much larger than the window a screen is: there is room beside it for files to come from. */
const BESIDE = { width: 320, height: 200 };

/** One virtual screen with the programs that act on it. */
export class Screen {
  #server;

  /**
   * Starts a virtual screen under the first free number.
   * @param {{ width: number, height: number }} [window] the size of the largest window that is to fit on it
   */
  static async start(window = WINDOW) {
    const screen = new Screen();
    screen.size = { width: window.width + BESIDE.width, height: window.height + BESIDE.height };
    const mode = `${screen.size.width}x${screen.size.height}x24`;
    screen.#server = startChild('Xvfb', ['-displayfd', '3', '-screen', '0', mode, '-nolisten', 'tcp'], {
      stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
    });
    const [number] = await Promise.race([
      once(screen.#server.stdio[3], 'data'),
      once(screen.#server, 'exit').then(() => Promise.reject(new Error('Xvfb ended before it had a display'))),
    ]);
    screen.display = `:${number.toString().trim()}`;
    return screen;
  }

  /** What a program needs to open its windows here. */
  get env() {
    return { DISPLAY: this.display, GDK_BACKEND: 'x11', WAYLAND_DISPLAY: '', GTK_USE_PORTAL: '0', NO_AT_BRIDGE: '1' };
  }

  /** Runs xdotool and gives what it prints. An action that finds nothing prints nothing. */
  xdotool(...args) {
    const done = spawnSync('xdotool', args.map(String), { env: { ...process.env, ...this.env }, encoding: 'utf8' });
    if (done.error) throw done.error;
    return done.stdout.trim();
  }

  /**
   * Drags files from beside the window and drops them on it.
   * @param {string[]} files absolute paths
   * @param {{ x: number, y: number }} at where on the screen
   * @param {() => Promise<void>} [above] what is done while they are held above it
   * @returns {Promise<"accepted" | "refused">} what became of the drag
   */
  async drop(files, at, above) {
    const from = { x: this.size.width - 70, y: this.size.height - 70 };
    const source = startChild(PYTHON, [DRAG_SOURCE, from.x, from.y, ...files], {
      env: { ...process.env, ...this.env },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let said = '';
    source.stdout.on('data', (chunk) => (said += chunk));
    try {
      await until(() => said.includes('ready'), { what: 'the drag source to be on the screen' });
      const start = { x: from.x + 30, y: from.y + 30 };
      this.xdotool('mousemove', start.x, start.y, 'mousedown', 1);
      // A drag starts only after the pointer has travelled, and a target sees only the steps it is shown.
      const steps = 30;
      for (let step = 1; step <= steps; step++) {
        const part = step / steps;
        const x = Math.round(start.x + (at.x - start.x) * part);
        const y = Math.round(start.y + (at.y - start.y) * part);
        this.xdotool('mousemove', x, y);
        await sleep(20);
      }
      await sleep(500);
      await above?.();
      this.xdotool('mouseup', 1);
      return await until(() => /accepted|refused/.exec(said)?.[0], { what: 'the drag to end' });
    } finally {
      await stopChild(source);
    }
  }

  /** The ids of the windows that can be seen. */
  windows() {
    return this.xdotool('search', '--onlyvisible', '--name', '.').split('\n').filter(Boolean);
  }

  /**
   * Answers a native file dialog that an action opens: types a path and presses Return.
   * @param {() => Promise<void>} open the action, like a click on Export
   * @param {string} path the absolute path to type
   */
  async answerDialog(open, path) {
    const before = new Set(this.windows());
    await open();
    const dialog = await until(() => this.windows().find((id) => !before.has(id)), { what: 'a file dialog to open' });
    // Without a window manager nobody gives a new window the keyboard.
    this.xdotool('windowfocus', '--sync', dialog);
    await sleep(500);
    // Goes to the field for the name in a dialog for saving, and opens one for a path in a dialog for opening.
    this.xdotool('key', 'ctrl+l');
    await sleep(300);
    this.xdotool('key', 'ctrl+a');
    this.xdotool('type', '--delay', '15', path);
    await sleep(300);
    const isClosed = () => !this.windows().includes(dialog);
    // Where a folder is asked for, the first time completes its name.
    await until(
      () => {
        if (isClosed()) return true;
        this.xdotool('key', 'Return');
        return false;
      },
      { what: `the file dialog to take ${path} and close`, every: 1_000 },
    );
  }

  /** Moves the pointer away from everything, so that nothing is shown as pointed at. */
  away() {
    this.xdotool('mousemove', this.size.width - 5, 5);
  }

  /** Gives the app's window a size in pixels, as its owner would with the mouse. */
  resize({ width, height }) {
    this.xdotool('search', '--onlyvisible', '--name', '^Buzz CSV$', 'windowsize', '--sync', width, height);
  }

  /** Saves what is on the whole screen, native dialogs included, as a picture. */
  picture(path) {
    this.#import('root', path);
  }

  /** Saves what the app's window shows as a picture. */
  windowPicture(path) {
    this.#import(this.xdotool('search', '--onlyvisible', '--name', '^Buzz CSV$').split('\n')[0], path);
  }

  #import(window, path) {
    spawnSync('import', ['-window', window, path], { env: { ...process.env, ...this.env } });
  }

  /** Ends the screen. */
  stop() {
    return stopChild(this.#server);
  }
}
