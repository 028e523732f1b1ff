/** Puts a text on the clipboard; tells whether it could. */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copySelected(text);
  }
}

/**
 * Puts a text on the clipboard that is still to come; tells whether it could. Throws what the text throws.
 *
 * Webviews let a page write only while they remember what the person just did, so the clipboard is asked for at once and
 * given the text later, where that is known.
 */
export async function copyTextOf(text: Promise<string>): Promise<boolean> {
  if (typeof ClipboardItem !== 'undefined') {
    try {
      const blob = text.then((ready) => new Blob([ready], { type: 'text/plain' }));
      await navigator.clipboard.write([new ClipboardItem({ 'text/plain': blob })]);
      return true;
    } catch {
      // Refused, or the text failed; that comes out next.
    }
  }
  return copyText(await text);
}

/** Some webviews refuse the clipboard's own interface; a selected field can still be copied. */
function copySelected(text: string): boolean {
  const field = document.createElement('textarea');
  field.value = text;
  field.setAttribute('aria-hidden', 'true');
  field.style.position = 'fixed';
  field.style.opacity = '0';
  const focused = document.activeElement;
  document.body.append(field);
  field.select();
  const copied = document.execCommand('copy');
  field.remove();
  if (focused instanceof HTMLElement) focused.focus();
  return copied;
}
