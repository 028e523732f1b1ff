/** Brings a part of the dialog into view when something new is said in it. */
export function shown(element: HTMLElement): () => void {
  const observer = new MutationObserver(() => element.scrollIntoView({ block: 'nearest' }));
  observer.observe(element, { childList: true });
  return () => observer.disconnect();
}
