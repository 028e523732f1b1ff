import { describe, expect, it } from 'vitest';
import { toSafeHtml } from '$lib/chat/markdown';

/** Every element and every attribute that the HTML would make. */
function contents(html: string): { tags: string[]; attributes: string[] } {
  const root = document.createElement('div');
  root.innerHTML = html;
  const all = Array.from(root.querySelectorAll('*'));
  return {
    tags: all.map((each) => each.tagName.toLowerCase()),
    attributes: all.flatMap((each) => each.getAttributeNames()),
  };
}

describe('Markdown', () => {
  it('becomes paragraphs, lists, tables and code', () => {
    const { tags } = contents(toSafeHtml('**a** and `b`\n\n- c\n\n| d |\n|---|\n| e |\n\n```sql\nselect 1\n```'));
    expect(tags).toEqual(expect.arrayContaining(['p', 'strong', 'code', 'ul', 'li', 'table', 'td', 'pre']));
  });

  it.each([
    '<script>alert(1)</script>',
    '<img src=x onerror=alert(1)>',
    '<svg/onload=alert(1)>',
    '<iframe src="https://example.org"></iframe>',
    '<a href="javascript:alert(1)">x</a>',
    '[x](javascript:alert(1))',
    '[x](https://example.org "title\\" onmouseover=alert(1)")',
    '![x](https://example.org/pixel.png)',
    '<style>body{display:none}</style>',
    '<form action="https://example.org"><input name=q></form>',
    '<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>',
    '| <b onclick=alert(1)>x</b> |\n|---|\n| <img src=x onerror=alert(1)> |',
    '```"><img src=x onerror=alert(1)>\nx\n```',
    '<https://example.org/"onmouseover=alert(1)>',
    '&lt;img src=x onerror=alert(1)&gt;',
  ])('lets nothing act: %s', (text) => {
    const { tags, attributes } = contents(toSafeHtml(text));
    expect(attributes).toEqual([]);
    for (const tag of ['a', 'img', 'script', 'svg', 'iframe', 'style', 'form', 'input', 'math', 'b']) {
      expect(tags).not.toContain(tag);
    }
  });

  it('shows tags of the text as text', () => {
    expect(toSafeHtml('<b>bold</b>')).toContain('&lt;b&gt;bold&lt;/b&gt;');
  });

  it('shows the address of a link in full', () => {
    expect(toSafeHtml('see [the data](https://example.org/a?b=1&c)')).toContain(
      'see the data (https://example.org/a?b=1&amp;c)',
    );
    expect(toSafeHtml('<https://example.org>')).toBe('<p>https://example.org</p>\n');
    expect(toSafeHtml('![alt](https://example.org/p.png)')).toContain('alt (https://example.org/p.png)');
  });

  it('marks figures, and nothing but them', () => {
    const marked = toSafeHtml('**1,204** & 5', [{ start: 2, end: 7 }], () => 'figure traced');
    expect(marked).toBe(
      '<p><strong><span role="button" tabindex="0" class="figure traced" data-figure="0">1,204</span></strong> &amp; 5</p>\n',
    );
  });

  it('makes no mark of what a text brings itself, nor across tags', () => {
    const own = toSafeHtml('a \uE0000\uE001<img src=x>\uE002 b', [], () => 'figure');
    expect(own).not.toContain('data-figure');
    expect(contents(own).tags).not.toContain('img');
    const across = toSafeHtml('1**2**3', [{ start: 0, end: 7 }], () => 'figure');
    expect(across).toBe('<p>1<strong>2</strong>3</p>\n');
  });
});
