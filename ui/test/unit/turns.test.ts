import { describe, expect, it } from 'vitest';
import type { ChatAnswer, ChatEvent, ChatMessage, ChatStep } from '$lib/api';
import { after, failed, isOpen, textOf, turnsOf, waiting, type Answer } from '$lib/chat/turns';

const table: ChatEvent = {
  type: 'table',
  step: 1,
  result_id: 'r1',
  columns: [{ name: 'n', type: 'BIGINT' }],
  rows: 1,
  preview: [['336776']],
  seconds: 0.01,
};
const step: ChatStep = {
  step: 1,
  text: 'Counting.',
  sql: 'select count(*) as n from "flights"',
  result_id: 'r1',
  columns: [{ name: 'n', type: 'BIGINT' }],
  rows: 1,
  preview: [['336776']],
  error: null,
  seconds: 0.01,
};
const answer: ChatAnswer = {
  conversation_id: 'c1',
  text: 'There are 336,776 rows.',
  steps: [step],
  notes: ['A note.'],
  ended: 'complete',
  model: 'a model',
  input_tokens: 10,
  output_tokens: 5,
};

const play = (events: ChatEvent[]): Answer => events.reduce(after, waiting());

describe('an answer', () => {
  it('grows with its text, in one piece', () => {
    const turn = play([
      { type: 'started', conversation_id: 'c1' },
      { type: 'text', delta: 'There ' },
      { type: 'text', delta: 'are' },
    ]);
    expect(turn.state).toBe('streaming');
    expect(turn.parts).toEqual([{ kind: 'text', text: 'There are' }]);
  });

  it('keeps text and queries in their order', () => {
    const turn = play([
      { type: 'text', delta: 'Counting.' },
      { type: 'sql', step: 1, sql: step.sql },
      table,
      { type: 'text', delta: 'Done.' },
    ]);
    expect(turn.parts.map((part) => part.kind)).toEqual(['text', 'step', 'text']);
    expect(turn.parts[1]).toMatchObject({ step: { state: 'done', resultId: 'r1', rows: 1, preview: [['336776']] } });
  });

  it('shows a query that failed and the next that did not', () => {
    const turn = play([
      { type: 'sql', step: 1, sql: 'select x' },
      { type: 'sql_error', step: 1, code: 'sql_error', message: 'no x' },
      { type: 'sql', step: 2, sql: 'select y' },
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
    expect(turn.usage).toEqual({ model: 'a model', input: 10, output: 5 });
  });

  it('keeps what had arrived when the stream is cut', () => {
    const cut: ChatEvent = { type: 'failed', code: 'stream_cut', message: 'It broke off.', kept_text: 'There are' };
    const turn = play([{ type: 'text', delta: 'There are' }, { type: 'sql', step: 1, sql: 'select 1' }, cut]);
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

describe('a conversation that was kept', () => {
  it('looks as it did', () => {
    const messages: ChatMessage[] = [
      { id: 1, role: 'user', created: '', text: 'How many?', steps: [], notes: [], ended: null, error: null },
      {
        id: 2,
        role: 'assistant',
        created: '',
        text: answer.text,
        steps: [step],
        notes: [],
        ended: 'complete',
        error: null,
      },
      {
        id: 3,
        role: 'assistant',
        created: '',
        text: 'Half',
        steps: [],
        notes: [],
        ended: 'failed',
        error: { code: 'timed_out', message: 'Too slow.' },
      },
      { id: 4, role: 'assistant', created: '', text: 'Ha', steps: [], notes: [], ended: 'cancelled', error: null },
    ];
    const turns = turnsOf(messages);
    expect(turns[0]).toEqual({ role: 'user', text: 'How many?' });
    expect(turns[1]).toMatchObject({
      state: 'done',
      parts: [{ text: 'Counting.' }, { kind: 'step' }, { text: answer.text }],
    });
    expect(turns[2]).toMatchObject({ state: 'failed', error: { message: 'Too slow.' } });
    expect(turns[3]).toMatchObject({ state: 'stopped', error: null });
  });
});
