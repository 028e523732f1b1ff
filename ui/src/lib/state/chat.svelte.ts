import * as api from '$lib/api';
import type { ChatEvent, ConversationSummary } from '$lib/api';
import { after, failed, isOpen, turnsOf, waiting, type Turn } from '$lib/chat/turns';
import { library } from './library.svelte';
import { toasts } from './toasts.svelte';

/** Text arrives in many small pieces; it is shown this often. */
const SHOWN_EVERY_MS = 40;

/** The conversation that is open, and the list of all. */
export class Chat {
  conversationId = $state<string | null>(null);
  title = $state('');
  turns = $state.raw<Turn[]>([]);
  /** The question that is being typed. */
  draft = $state('');
  conversations = $state.raw<ConversationSummary[]>([]);
  /** Datasets that were chosen by hand; null follows the dataset that is open. */
  chosen = $state.raw<string[] | null>(null);
  opening = $state(false);
  #requestId = $state<string | null>(null);
  #pending = '';
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** Whether an answer is under way. */
  readonly busy = $derived(this.#requestId !== null);

  /** The ids of the datasets that the next question is about; every dataset where none is open. */
  readonly scope = $derived.by(() => {
    const chosen = this.chosen?.filter((id) => library.datasets.some((each) => each.id === id)) ?? [];
    if (chosen.length > 0) return chosen;
    if (library.current !== undefined) return [library.current.id];
    return library.datasets.map((each) => each.id);
  });

  async loadConversations(): Promise<void> {
    try {
      this.conversations = await api.conversationsList();
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

  async remove(conversation: ConversationSummary): Promise<void> {
    try {
      await api.conversationRemove(conversation.id);
      if (this.conversationId === conversation.id) this.fresh();
      await this.loadConversations();
    } catch (thrown) {
      toasts.bad(thrown);
    }
  }

  /** Sends a question; nothing happens while another is being answered. */
  async ask(question: string): Promise<void> {
    const text = question.trim();
    if (text === '' || this.busy) return;
    const requestId = crypto.randomUUID();
    this.#requestId = requestId;
    this.turns = [...this.turns, { role: 'user', text }, waiting()];
    if (this.title === '') this.title = text;
    try {
      await api.chatAsk(this.conversationId, this.scope, text, requestId, (event) => {
        if (this.#requestId === requestId) this.#take(event);
      });
    } catch (thrown) {
      if (this.#requestId === requestId) {
        this.#show();
        this.#change((answer) => failed(answer, api.toApiError(thrown)));
      }
    }
  }

  /** Asks the last question once more. */
  async again(): Promise<void> {
    const question = this.turns.findLast((turn) => turn.role === 'user');
    if (question?.role === 'user') await this.ask(question.text);
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
    if (event.type === 'started') {
      this.conversationId = event.conversation_id;
      void this.loadConversations();
    }
    this.#change((answer) => after(answer, event));
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
    const changed = how(last);
    this.turns = [...this.turns.slice(0, -1), changed];
    if (changed.role === 'assistant' && !isOpen(changed)) this.#requestId = null;
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
