/** The fake core with every function watched: a test may change an answer for itself, and it is back after the test. */
import { vi } from 'vitest';
import * as fake from './fake-api';

type Any = (...args: unknown[]) => unknown;

export default Object.fromEntries(
  Object.entries(fake).map(([name, value]) => [
    name,
    typeof value === 'function' && name !== 'ApiError' && name !== 'toApiError' ? vi.fn(value as Any) : value,
  ]),
) as typeof fake;
