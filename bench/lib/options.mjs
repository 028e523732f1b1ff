// What can be said on the command line.

import { parseArgs } from 'node:util';

import { Stop } from '../../scripts/lib/console.mjs';

/** Rounds that count, after one that does not. */
const ROUNDS = 5;

/**
 * @param {string[]} args what follows `npm run bench --`
 * @param {string[]} known the names of the parts
 * @returns {{ parts: string[], rounds: number, small: boolean, dataOnly: boolean, buzz?: string }}
 */
export function readOptions(args, known) {
  let values;
  try {
    ({ values } = parseArgs({
      args,
      options: {
        file: { type: 'string', multiple: true, default: [] },
        rounds: { type: 'string', default: String(ROUNDS) },
        small: { type: 'boolean', default: false },
        'data-only': { type: 'boolean', default: false },
        buzz: { type: 'string' },
      },
    }));
  } catch (error) {
    throw new Stop(
      `${error.message}\nUsage: npm run bench [-- --file NAME … --rounds N --small --data-only --buzz PATH]`,
      2,
    );
  }
  const unknown = values.file.find((name) => !known.includes(name));
  if (unknown) throw new Stop(`There is no file \`${unknown}\` to measure with; there are ${known.join(', ')}.`, 2);
  if (!/^[1-9]\d*$/.test(values.rounds)) throw new Stop('--rounds takes a number of at least 1.', 2);
  return {
    parts: known.filter((name) => values.file.length === 0 || values.file.includes(name)),
    rounds: Number(values.rounds),
    small: values.small,
    dataOnly: values['data-only'],
    buzz: values.buzz,
  };
}
