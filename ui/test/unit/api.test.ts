import { clearMocks, mockIPC } from '@tauri-apps/api/mocks';
import { afterEach, describe, expect, it } from 'vitest';
import * as api from '$lib/api';

afterEach(clearMocks);

describe('the bridge', () => {
  it('gives the commands what they are called with, by the names that they know', async () => {
    const calls: [string, unknown][] = [];
    mockIPC((command, args) => {
      calls.push([command, args]);
      return command === 'dataset_page' ? new Uint8Array([1, 2]).buffer : 'id';
    });
    await api.datasetPage('d', 5, 10);
    await api.queryRun(['d'], 'select 1', 'q');
    await api.resultRelease('r');
    await api.importCancel('j');
    await api.exportPick('x.csv', 'csv');
    await api.chatAsk(null, ['d'], 'why?', 'c', () => undefined);
    expect(calls.slice(0, 5)).toEqual([
      ['dataset_page', { id: 'd', offset: 5, limit: 10 }],
      ['query_run', { dataset_ids: ['d'], sql: 'select 1', request_id: 'q' }],
      ['result_release', { result_id: 'r' }],
      ['import_cancel', { job_id: 'j' }],
      ['export_pick', { suggested_name: 'x.csv', kind: 'csv' }],
    ]);
    expect(calls[5]?.[0]).toBe('chat_ask');
    expect(calls[5]?.[1]).toMatchObject({
      conversation_id: null,
      dataset_ids: ['d'],
      question: 'why?',
      request_id: 'c',
    });
  });

  it('gives pages as bytes', async () => {
    mockIPC(() => new Uint8Array([1, 2, 3]).buffer);
    expect(await api.resultPage('r', 0, 3)).toEqual(new Uint8Array([1, 2, 3]));
  });

  it('throws what the core says, as code and sentence', async () => {
    mockIPC(() => {
      throw { code: 'not_found', message: 'There is no such dataset.' };
    });
    const failure = await api.datasetShow('x').catch((thrown: unknown) => thrown);
    expect(failure).toBeInstanceOf(api.ApiError);
    expect(failure).toMatchObject({ code: 'not_found', message: 'There is no such dataset.' });
  });

  it('makes an error of anything else that is thrown', () => {
    expect(api.toApiError('no such command')).toMatchObject({ code: 'bridge', message: 'no such command' });
    expect(api.toApiError(new TypeError('x'))).toMatchObject({ code: 'bridge', message: 'x' });
    const same = new api.ApiError({ code: 'a', message: 'b' });
    expect(api.toApiError(same)).toBe(same);
  });
});
