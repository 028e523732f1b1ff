import { spawn } from 'node:child_process';
import { once } from 'node:events';

const running = new Set();

// A test that throws where nobody catches it shall leave no screen and no window behind.
process.on('exit', () => running.forEach((child) => child.kill('SIGKILL')));

/**
 * Starts a program that ends with this process at the latest.
 * @param {string} program
 * @param {(string | number)[]} args
 * @param {import("node:child_process").SpawnOptions} options
 */
export function startChild(program, args, options) {
  const child = spawn(program, args.map(String), options);
  running.add(child);
  child.on('exit', () => running.delete(child));
  return child;
}

/** Ends a program that was started and waits until it is gone. */
export async function stopChild(child) {
  if (!running.has(child)) return;
  const gone = once(child, 'exit');
  child.kill();
  await gone;
}
