import { tick } from 'svelte';

/** Below this width, in rem, the question panel lies over the table instead of beside it. */
const BESIDE = 70;

/** What of the ledger is to be seen first. */
export interface LedgerPlace {
  /** The conversation whose requests are wanted; null for those of all. */
  conversationId: string | null;
  /** The newest request until then is opened, RFC 3339; null opens none. */
  until: string | null;
}

/** What is open in the window besides the view in the middle. */
export class Layout {
  /** Whether the question panel is open. */
  asking = $state(true);
  /** Whether the window is too narrow for the panel to stand beside the view. */
  narrow = $state(false);
  /** What is shown of what was sent; null where nothing is. */
  ledger = $state.raw<LedgerPlace | null>(null);
  /** Whether the palette is open. */
  commanding = $state(false);
  /** Whether the guide is open. */
  helping = $state(false);
  /** Whether the licences are open. */
  licences = $state(false);
  /** What is being dragged over the window. */
  dropping = $state.raw<string[]>([]);

  /** Takes the window's width in pixels; on a narrow window the panel is closed until it is asked for. */
  fit(width: number): void {
    const rem = parseFloat(getComputedStyle(document.documentElement).fontSize) || 16;
    const narrow = width / rem < BESIDE;
    if (narrow !== this.narrow) this.asking = !narrow;
    this.narrow = narrow;
  }

  /** Opens the question panel and puts the cursor into it. */
  ask(): void {
    this.asking = true;
    void tick().then(() => document.querySelector<HTMLElement>('[data-testid="chat-input"]')?.focus());
  }
}

export const layout = new Layout();
