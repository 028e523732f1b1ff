import { describe, expect, it } from 'vitest';
import type { ChatAnswer, ChatEvent, ChatMessage, ChatStep } from '$lib/api';
import { after, failed, isOpen, layoutOf, NO_EXTRAS, textOf, turnsOf, waiting, type Answer } from '$lib/chat/turns';

const table: ChatEvent = {
  type: 'table',
  step: 1,
  result_id: 'r1',
  columns: [{ name: 'n', type: 'BIGINT' }],
  rows: 1,
  preview: [['336776']],
  seconds: 0.01,
  withheld: false,
};
const step: ChatStep = {
  step: 1,
  tool: 'run_sql',
  text: 'Counting.',
  reading: null,
  input: null,
  output: null,
  withheld: false,
  notes: [],
  sql: 'select count(*) as n from "flights"',
  result_id: 'r1',
  columns: [{ name: 'n', type: 'BIGINT' }],
  rows: 1,
  preview: [['336776']],
  error: null,
  seconds: 0.01,
};
const usage = { model: 'a model', input_tokens: 10, output_tokens: 5, cached_tokens: 0, requests: 2 };
const answer: ChatAnswer = {
  conversation_id: 'c1',
  message_id: 2,
  text: 'There are 336,776 rows.',
  steps: [step],
  notes: ['A note.'],
  extras: NO_EXTRAS,
  ended: 'complete',
  usage,
};

const play = (events: ChatEvent[]): Answer => events.reduce(after, waiting());

describe('an answer', () => {
  it('grows with its text, in one piece', () => {
    const turn = play([
      { type: 'started', conversation_id: 'c1', question_id: 1 },
      { type: 'text', delta: 'There ' },
      { type: 'text', delta: 'are' },
    ]);
    expect(turn.state).toBe('streaming');
    expect(turn.parts).toEqual([{ kind: 'text', text: 'There are' }]);
  });

  it('keeps text and queries in their order', () => {
    const turn = play([
      { type: 'text', delta: 'Counting.' },
      { type: 'sql', step: 1, sql: step.sql, reading: null },
      table,
      { type: 'text', delta: 'Done.' },
    ]);
    expect(turn.parts.map((part) => part.kind)).toEqual(['text', 'step', 'text']);
    expect(turn.parts[1]).toMatchObject({ step: { state: 'done', resultId: 'r1', rows: 1, preview: [['336776']] } });
  });

  it('shows a query that failed and the next that did not', () => {
    const turn = play([
      { type: 'sql', step: 1, sql: 'select x', reading: null },
      { type: 'sql_error', step: 1, code: 'sql_error', message: 'no x' },
      { type: 'sql', step: 2, sql: 'select y', reading: null },
    ]);
    expect(turn.parts).toMatchObject([{ step: { state: 'failed', error: 'no x' } }, { step: { state: 'running' } }]);
  });

  it('is what the core says at the end, with its notes', () => {
    const turn = play([
      { type: 'text', delta: 'Ther' },
      { type: 'done', answer },
    ]);
    expect(turn.state).toBe('done');
    expect(isOpen(turn)).toBe(false);
    expect(turn.notes).toEqual(['A note.']);
    expect(textOf(turn)).toBe('Counting.\n\nThere are 336,776 rows.');
    expect(turn.usage).toEqual(usage);
    expect(turn.messageId).toBe(2);
  });

  it('keeps what had arrived when the stream is cut', () => {
    const cut: ChatEvent = { type: 'failed', code: 'stream_cut', message: 'It broke off.', kept_text: 'There are' };
    const turn = play([
      { type: 'text', delta: 'There are' },
      { type: 'sql', step: 1, sql: 'select 1', reading: null },
      cut,
    ]);
    expect(turn.state).toBe('failed');
    expect(turn.error?.message).toBe('It broke off.');
    expect(turn.parts).toMatchObject([{ text: 'There are' }, { step: { state: 'failed' } }]);
    expect(play([cut]).parts).toEqual([{ kind: 'text', text: 'There are' }]);
  });

  it('that was stopped is no failure', () => {
    const turn = play([
      { type: 'text', delta: 'There' },
      { type: 'failed', code: 'cancelled', message: 'Stopped.', kept_text: 'There' },
    ]);
    expect(turn.state).toBe('stopped');
    expect(turn.error).toBeNull();
  });

  it('does not change after its end', () => {
    const turn = play([{ type: 'done', answer }]);
    expect(after(turn, { type: 'text', delta: 'late' })).toBe(turn);
    expect(failed(turn, { code: 'x', message: 'y' })).toBe(turn);
  });
});

describe('the layout of an answer', () => {
  it('has the words first, then the query behind them, and apart from them what led there', () => {
    const turn = play([
      {
        type: 'done',
        answer: {
          ...answer,
          steps: [
            { ...step, step: 1 },
            { ...step, step: 2, text: '' },
          ],
        },
      },
    ]);
    const { prose, main, way } = layoutOf(turn);
    expect(prose).toBe('There are 336,776 rows.');
    expect(main?.step).toBe(2);
    expect(way).toMatchObject([
      { kind: 'text', text: 'Counting.' },
      { kind: 'step', step: { step: 1 } },
    ]);
  });

  it('follows the core in which query is behind it', () => {
    const extras = { ...NO_EXTRAS, result_step: 1 };
    const turn = play([{ type: 'done', answer: { ...answer, extras, steps: [step, { ...step, step: 2 }] } }]);
    expect(layoutOf(turn).main?.step).toBe(1);
  });

  it('takes no text that leads up to a query for the answer', () => {
    const turn = play([
      { type: 'text', delta: 'Counting.' },
      { type: 'sql', step: 1, sql: step.sql, reading: null },
    ]);
    expect(layoutOf(turn)).toMatchObject({ prose: '', main: null });
  });

  it('leaves out a text that is sent back to be corrected', () => {
    const turn = play([
      { type: 'text', delta: 'There are 5.' },
      { type: 'correcting', figures: ['5'] },
    ]);
    expect(layoutOf(turn).prose).toBe('');
  });
});

describe('what waits for the person', () => {
  it('is shown until it is decided', () => {
    const turn = play([{ type: 'confirm', sql: 'select 1', payload: null }]);
    expect(turn.pending).toEqual({ kind: 'sql', text: 'select 1' });
    expect(play([{ type: 'confirm', sql: null, payload: '{}' }]).pending).toEqual({ kind: 'request', text: '{}' });
    expect(after(turn, { type: 'done', answer }).pending).toBeNull();
  });
});

describe('a conversation that was kept', () => {
  it('looks as it did', () => {
    const rest = { steps: [], notes: [], extras: NO_EXTRAS, usage: null, error: null };
    const messages: ChatMessage[] = [
      { ...rest, id: 1, role: 'user', created: '', text: 'How many?', ended: null },
      { ...rest, id: 2, role: 'assistant', created: '', text: answer.text, steps: [step], ended: 'complete', usage },
      {
        ...rest,
        id: 3,
        role: 'assistant',
        created: '',
        text: 'Half',
        ended: 'failed',
        error: { code: 'timed_out', message: 'Too slow.' },
      },
      { ...rest, id: 4, role: 'assistant', created: '', text: 'Ha', ended: 'cancelled' },
    ];
    const turns = turnsOf(messages);
    expect(turns[0]).toEqual({ role: 'user', text: 'How many?', messageId: 1 });
    expect(turns[1]).toMatchObject({
      state: 'done',
      parts: [{ text: 'Counting.' }, { kind: 'step' }, { text: answer.text }],
    });
    expect(turns[2]).toMatchObject({ state: 'failed', error: { message: 'Too slow.' } });
    expect(turns[3]).toMatchObject({ state: 'stopped', error: null });
  });
});
