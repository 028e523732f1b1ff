// What the scripts say, and how they stop.

/** A reason to stop that is written for the person at the keyboard: shown as it stands, without a stack. */
export class Stop extends Error {
  /**
   * @param {string} message one sentence that says what is wrong and what to do
   * @param {number} [code] the exit code
   */
  constructor(message, code = 1) {
    super(message);
    this.code = code;
  }
}

/** Says what is being done. Standard output is left to the programs that are run. */
export function say(text) {
  process.stderr.write(`${process.stderr.isTTY ? `\x1b[1m${text}\x1b[0m` : text}\n`);
}

/**
 * Runs a script's body and turns what it throws into an exit code.
 * @param {() => Promise<number | void>} body resolves to the exit code, 0 when it resolves to nothing
 */
export async function main(body) {
  try {
    process.exitCode = (await body()) ?? 0;
  } catch (error) {
    if (error instanceof Stop) {
      process.stderr.write(`${error.message}\n`);
      process.exitCode = error.code;
    } else {
      throw error;
    }
  }
}

/** `3 s` or `4 min 10 s`, for a number of milliseconds. */
export function duration(milliseconds) {
  const seconds = Math.round(milliseconds / 1000);
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}
