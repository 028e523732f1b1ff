import * as api from '$lib/api';
import type {
  AskedMatch,
  ChatEvent,
  ConversationSummary,
  FoundConversation,
  KeptMatch,
  SuggestedChart,
  VerifiedQuestion,
} from '$lib/api';
import { after, failed, isOpen, turnOf, turnsOf, waiting, type Turn } from '$lib/chat/turns';
import { safeFileName, thisMoment } from '$lib/format';
import { strings } from '$lib/strings';
import { library } from './library.svelte';
import { toasts } from './toasts.svelte';

/** Text arrives in many small pieces; it is shown this often. */
const SHOWN_EVERY_MS = 40;

/** A question with SQL that answers it without any model. */
export interface KnownQuestion {
  question: string;
  sql: string;
  chart: SuggestedChart | null;
  datasetIds: string[];
}

/** The conversation that is open, and the list of all. */
export class Chat {
  conversationId = $state<string | null>(null);
  title = $state('');
  turns = $state.raw<Turn[]>([]);
  /** The question that is being typed. */
  draft = $state('');
  conversations = $state.raw<ConversationSummary[]>([]);
  /** What was found of a text in all conversations; null where nothing is looked for. */
  found = $state.raw<FoundConversation[] | null>(null);
  /** Questions whose SQL the person has checked. */
  verified = $state.raw<VerifiedQuestion[]>([]);
  /** Datasets that were chosen by hand; null follows the dataset that is open. */
  chosen = $state.raw<string[] | null>(null);
  opening = $state(false);
  /** The number of the answer of which a step is being run anew. */
  rerunning = $state<number | null>(null);
  #requestId = $state<string | null>(null);
  #pending = '';
  #timer: ReturnType<typeof setTimeout> | undefined;
  #search = 0;

  /** Whether an answer is under way. */
  readonly busy = $derived(this.#requestId !== null);

  /** The ids of the datasets that the next question is about; every dataset where none is open. */
  readonly scope = $derived.by(() => {
    const chosen = this.chosen?.filter((id) => library.datasets.some((each) => each.id === id)) ?? [];
    if (chosen.length > 0) return chosen;
    if (library.current !== undefined) return [library.current.id];
    return library.datasets.map((each) => each.id);
  });

  /** Tokens of all answers of the conversation, sent and received. */
  readonly tokens = $derived(
    this.turns.reduce(
      (sum, turn) =>
        turn.role === 'assistant' && turn.usage !== null
          ? { input: sum.input + turn.usage.input_tokens, output: sum.output + turn.usage.output_tokens }
          : sum,
      { input: 0, output: 0 },
    ),
  );

  async loadConversations(): Promise<void> {
    try {
      this.conversations = await api.conversationsList();
    } catch (thrown) {
      toasts.bad(thrown);
    }
  }

  async loadVerified(): Promise<void> {
    try {
      this.verified = await api.verifiedList();
    } catch (thrown) {
      toasts.bad(thrown);
    }
  }

  /** Looks for a text in all conversations; an empty one shows all again. */
  async search(text: string): Promise<void> {
    const search = (this.#search += 1);
    if (text.trim() === '') {
      this.found = null;
      return;
    }
    try {
      const found = await api.conversationsSearch(text);
      if (search === this.#search) this.found = found;
    } catch (thrown) {
      toasts.bad(thrown);
    }
  }

  /** Begins anew; an answer that is under way is stopped. */
  fresh(): void {
    if (this.busy) void this.stop();
    this.#leave();
    this.conversationId = null;
    this.title = '';
    this.turns = [];
    this.chosen = null;
  }

  /** Opens a conversation that was kept. */
  async open(conversation: ConversationSummary): Promise<void> {
    if (this.busy) void this.stop();
    this.#leave();
    this.opening = true;
    this.turns = [];
    this.conversationId = conversation.id;
    this.title = conversation.title;
    try {
      const detail = await api.conversationShow(conversation.id);
      if (this.conversationId !== conversation.id) return;
      this.turns = turnsOf(detail.messages);
      this.title = detail.conversation.title;
      this.chosen = detail.conversation.dataset_ids.length > 0 ? detail.conversation.dataset_ids : null;
    } catch (thrown) {
      toasts.bad(thrown);
    } finally {
      this.opening = false;
    }
  }

  async rename(conversation: ConversationSummary, title: string): Promise<void> {
    if (title.trim() === '') return;
    try {
      await api.conversationRename(conversation.id, title.trim());
      if (this.conversationId === conversation.id) this.title = title.trim();
      await this.loadConversations();
    } catch (thrown) {
      toasts.bad(thrown);
    }
  }

  /** Asks where to, and writes the conversation there as Markdown. */
  async export(conversation: ConversationSummary): Promise<void> {
    try {
      const name = safeFileName((conversation.title || strings.chat.untitled).slice(0, 60));
      const path = await api.exportPick(`${name}.md`, 'markdown');
      if (path === null) return;
      await api.conversationExport(conversation.id, path);
      toasts.good(strings.chat.exported);
    } catch (thrown) {
      toasts.bad(thrown);
    }
  }

  async remove(conversation: ConversationSummary): Promise<void> {
    try {
      await api.conversationRemove(conversation.id);
      if (this.conversationId === conversation.id) this.fresh();
      this.found = this.found?.filter((each) => each.conversation.id !== conversation.id) ?? null;
      await this.loadConversations();
    } catch (thrown) {
      toasts.bad(thrown);
    }
  }

  /** Sends a question; nothing happens while another is being answered. */
  async ask(question: string): Promise<void> {
    await this.#ask(question, this.turns, {});
  }

  /** Asks again from a question on, with another text or with other meanings of its words. */
  async askFrom(index: number, question: string, matches: AskedMatch[] = []): Promise<void> {
    const turn = this.turns[index];
    if (turn?.role !== 'user') return;
    // A question that was never kept has nothing to be replaced.
    const fromMessage = turn.messageId;
    await this.#ask(question, this.turns.slice(0, index), { matches, fromMessage });
  }

  async #ask(question: string, before: Turn[], asking: api.Asking): Promise<void> {
    const text = question.trim();
    if (text === '' || this.busy) return;
    const requestId = crypto.randomUUID();
    this.#requestId = requestId;
    this.turns = [...before, { role: 'user', text, messageId: null }, waiting()];
    if (this.title === '') this.title = text;
    try {
      await api.chatAsk(
        this.conversationId,
        this.scope,
        text,
        requestId,
        (event) => {
          if (this.#requestId === requestId) this.#take(event);
        },
        asking,
      );
    } catch (thrown) {
      if (this.#requestId === requestId) {
        this.#show();
        this.#change((answer) => failed(answer, api.toApiError(thrown)));
      }
    }
  }

  /** Answers a question whose SQL is known; no model is asked, and nothing leaves the computer. */
  async run(known: KnownQuestion): Promise<void> {
    if (this.busy) return;
    const requestId = crypto.randomUUID();
    this.#requestId = requestId;
    this.turns = [...this.turns, { role: 'user', text: known.question, messageId: null }, waiting()];
    if (this.title === '') this.title = known.question;
    try {
      const { question, sql, chart, datasetIds } = known;
      const reply = await api.chatRun(this.conversationId, datasetIds, question, sql, chart, requestId);
      if (this.#requestId !== requestId) return;
      this.#started(reply.conversation_id, reply.question_id);
      this.#change(() => turnOf(reply.answer));
    } catch (thrown) {
      if (this.#requestId === requestId) this.#change((answer) => failed(answer, api.toApiError(thrown)));
    }
  }

  /** Runs a step of an answer anew with other SQL; what came after the answer goes. */
  async rerun(index: number, step: number, sql: string): Promise<void> {
    const turn = this.turns[index];
    const { conversationId } = this;
    if (turn?.role !== 'assistant' || turn.messageId === null || conversationId === null || this.busy) return;
    const requestId = crypto.randomUUID();
    this.#requestId = requestId;
    this.rerunning = index;
    try {
      const message = await api.chatRerun(conversationId, turn.messageId, step, sql, this.scope, requestId);
      if (this.#requestId === requestId) this.turns = [...this.turns.slice(0, index), turnOf(message)];
    } catch (thrown) {
      toasts.bad(thrown);
    } finally {
      if (this.#requestId === requestId) this.#requestId = null;
      this.rerunning = null;
    }
  }

  /** Asks the last question once more. */
  async again(): Promise<void> {
    const index = this.turns.findLastIndex((turn) => turn.role === 'user');
    const question = this.turns[index];
    if (question?.role === 'user') await this.askFrom(index, question.text);
  }

  /** Allows or refuses what the answer waits for. */
  async confirm(allowed: boolean): Promise<void> {
    const requestId = this.#requestId;
    if (requestId === null) return;
    this.#change((answer) => ({ ...answer, pending: null }));
    try {
      await api.chatConfirm(requestId, allowed);
    } catch (thrown) {
      toasts.bad(thrown);
    }
  }

  /** Keeps a question with the SQL that answers it as trusted. */
  async verify(question: string, sql: string): Promise<void> {
    try {
      await api.verifiedAdd(question, sql, this.scope);
      toasts.good(strings.chat.verifiedDone);
      await this.loadVerified();
    } catch (thrown) {
      toasts.bad(thrown);
    }
  }

  async unverify(verified: VerifiedQuestion): Promise<void> {
    try {
      await api.verifiedRemove(verified.id);
      await this.loadVerified();
    } catch (thrown) {
      toasts.bad(thrown);
    }
  }

  /** Keeps a fact with a dataset, or where none is named with all that the conversation is about. */
  async keepFact(datasetName: string | null, fact: string): Promise<void> {
    const about = library.datasets.filter((each) =>
      datasetName === null ? this.scope.includes(each.id) : each.name === datasetName,
    );
    try {
      for (const dataset of about) library.noted(dataset.id, await api.datasetSetFact(dataset.id, fact, true));
      toasts.good(strings.chat.kept);
    } catch (thrown) {
      toasts.bad(thrown);
    }
  }

  /** Remembers what a word means in a dataset. */
  async keepMatch(datasetName: string, meant: KeptMatch): Promise<void> {
    const dataset = library.datasets.find((each) => each.name === datasetName);
    if (dataset === undefined) return;
    try {
      library.noted(dataset.id, await api.datasetSetMatch(dataset.id, meant));
      toasts.good(strings.chat.kept);
    } catch (thrown) {
      toasts.bad(thrown);
    }
  }

  /** Stops the answer that is under way. */
  async stop(): Promise<void> {
    const requestId = this.#requestId;
    if (requestId === null) return;
    try {
      await api.chatStop(requestId);
    } catch (thrown) {
      toasts.bad(thrown);
    }
  }

  #take(event: ChatEvent): void {
    if (event.type === 'text') {
      this.#pending += event.delta;
      this.#timer ??= setTimeout(() => this.#show(), SHOWN_EVERY_MS);
      return;
    }
    this.#show();
    if (event.type === 'started') this.#started(event.conversation_id, event.question_id);
    this.#change((answer) => after(answer, event));
  }

  /** The question is kept. */
  #started(conversationId: string, questionId: number): void {
    this.conversationId = conversationId;
    const index = this.turns.findLastIndex((turn) => turn.role === 'user');
    this.turns = this.turns.map((turn, at) =>
      at === index && turn.role === 'user' ? { ...turn, messageId: questionId } : turn,
    );
    void this.loadConversations();
  }

  /** Shows the text that has come since the last time. */
  #show(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const delta = this.#pending;
    this.#pending = '';
    if (delta !== '') this.#change((answer) => after(answer, { type: 'text', delta }));
  }

  #change(how: (answer: ReturnType<typeof waiting>) => Turn): void {
    const last = this.turns.at(-1);
    if (last?.role !== 'assistant') return;
    let changed = how(last);
    if (changed.role === 'assistant' && !isOpen(changed)) {
      this.#requestId = null;
      changed = { ...changed, at: changed.at ?? thisMoment() };
    }
    this.turns = [...this.turns.slice(0, -1), changed];
  }

  /** Forgets the answer under way; its events are of no interest any more. */
  #leave(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#pending = '';
    this.#requestId = null;
  }
}

export const chat = new Chat();
