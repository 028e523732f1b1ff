// As much of a WebDriver client as these tests need: https://www.w3.org/TR/webdriver2/.

import { until } from './until.mjs';

/** The key under which WebDriver gives an element. */
const ELEMENT = 'element-6066-11e4-a52e-4f735466cecf';

/** Keys of the keyboard by their WebDriver code points. */
export const KEYS = {
  control: '\ue009',
  shift: '\ue008',
  enter: '\ue007',
  escape: '\ue00c',
  tab: '\ue004',
  home: '\ue011',
  down: '\ue015',
  right: '\ue014',
};

/** Seconds after which a driver that does not answer is given up. */
const PATIENCE = 60;

async function request(method, url, body) {
  const response = await fetch(url, {
    method,
    signal: AbortSignal.timeout(PATIENCE * 1000),
    headers: { 'content-type': 'application/json' },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const { value } = await response.json();
  if (!response.ok) {
    throw Object.assign(new Error(`${value.error}: ${value.message}`), { code: value.error });
  }
  return value;
}

/** One driven webview. */
export class Session {
  /**
   * Starts a program and takes its webview over.
   * @param {string} driver the driver's address
   * @param {string} application the program's path
   */
  static async start(driver, application) {
    const value = await request('POST', `${driver}/session`, {
      capabilities: { alwaysMatch: { browserName: 'wry', 'tauri:options': { application } } },
    });
    return new Session(`${driver}/session/${value.sessionId}`);
  }

  constructor(url) {
    this.url = url;
  }

  /** Closes the window. */
  async end() {
    await request('DELETE', this.url);
  }

  /** Runs a function's body in the page; its arguments are `arguments[0]` and so on. */
  script(body, ...args) {
    return request('POST', `${this.url}/execute/sync`, { script: body, args });
  }

  /** Runs a function's body in the page that calls its last argument with its result, once it has one. */
  wait(body, ...args) {
    return request('POST', `${this.url}/execute/async`, { script: body, args });
  }

  /** How long a script may take, in seconds. */
  async patience(seconds) {
    await request('POST', `${this.url}/timeouts`, { script: seconds * 1000 });
  }

  /** The elements that match a selector now. */
  async all(selector) {
    const found = await request('POST', `${this.url}/elements`, { using: 'css selector', value: selector });
    return found.map((reference) => new Element(this, reference[ELEMENT]));
  }

  /** The first element that matches, waited for. */
  get(selector, seconds = 30) {
    return until(async () => (await this.all(selector))[0], { what: `an element ${selector}`, seconds });
  }

  /** The visible text of the first element that matches; empty when there is none. */
  text(selector) {
    return this.script('return document.querySelector(arguments[0])?.innerText ?? ""', selector);
  }

  /** Clicks the first element that matches, once it is there and can be clicked. */
  async click(selector) {
    await until(
      async () => {
        try {
          await (await this.get(selector)).click();
          return true;
        } catch (error) {
          // It was replaced while it was looked at, or something still covers it: look again.
          if (/stale element|not interactable|click intercepted|no such element/.test(error.code)) return false;
          throw error;
        }
      },
      { what: `a click on ${selector}` },
    );
  }

  /** Presses a key while others are held, where the keyboard is. */
  async press(key, ...held) {
    const down = [...held, key].map((value) => ({ type: 'keyDown', value }));
    const up = [key, ...held].map((value) => ({ type: 'keyUp', value }));
    await request('POST', `${this.url}/actions`, {
      actions: [{ type: 'key', id: 'keyboard', actions: [...down, ...up] }],
    });
  }

  /** Replaces what a field holds. */
  async fill(selector, text) {
    const field = await this.get(selector);
    await field.click();
    await field.type(`${KEYS.control}a${KEYS.control}`);
    await field.type(text);
  }
}

/** One element of the page. */
class Element {
  constructor(session, id) {
    this.url = `${session.url}/element/${id}`;
  }

  click() {
    return request('POST', `${this.url}/click`, {});
  }

  text() {
    return request('GET', `${this.url}/text`);
  }

  type(text) {
    return request('POST', `${this.url}/value`, { text });
  }
}
