/**
 * A model's Markdown as HTML that can do nothing. Two walls: markdown-it makes no HTML of the text's own, and DOMPurify
 * lets through only the tags below, without a single attribute. Links and pictures are text with their address in
 * full: nothing is fetched and nothing is followed.
 */
import DOMPurify from 'dompurify';
import MarkdownIt, { type Token } from 'markdown-it';

// prettier-ignore
const TAGS = [
  'p', 'br', 'hr', 'em', 'strong', 's', 'code', 'pre', 'blockquote', 'ul', 'ol', 'li',
  'h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'table', 'thead', 'tbody', 'tr', 'th', 'td',
];

const markdown = new MarkdownIt({ html: false, linkify: false, typographer: false, breaks: true });
const { escapeHtml } = markdown.utils;

/** The address of the link that ends at this place; links are not nested. */
function addressBefore(tokens: Token[], index: number): string {
  const open = tokens.slice(0, index).findLast((token) => token.type === 'link_open');
  return String(open?.attrGet('href') ?? '');
}

markdown.renderer.rules['link_open'] = () => '';
markdown.renderer.rules['link_close'] = (tokens, index) => {
  const address = addressBefore(tokens, index);
  const before = tokens[index - 1];
  const same = before?.type === 'text' && before.content === address;
  return same || address === '' ? '' : ` (${escapeHtml(address)})`;
};
markdown.renderer.rules['image'] = (tokens, index) => {
  const image = tokens[index];
  return escapeHtml(`${image?.content ?? ''} (${image?.attrGet('src') ?? ''})`);
};

/** A place in a text, in UTF-16 units. */
interface Range {
  start: number;
  end: number;
}

/*
 * Characters for private use say where a figure begins, which one it is, and where it ends: they mean nothing in Markdown
 * and nothing in HTML, so that they come through both where they were put. A text's own ones are replaced.
 */
const BEGIN = '\uE000';
const NAMED = '\uE001';
const END = '\uE002';
const OWN = /[\uE000-\uE002]/g;
const MARKED = /\uE000(\d+)\uE001([^<\uE000-\uE002]*)\uE002/g;

function withMarks(text: string, ranges: Range[]): string {
  let marked = '';
  let at = 0;
  ranges.forEach(({ start, end }, index) => {
    if (start < at || end <= start || end > text.length) return;
    marked += `${text.slice(at, start)}${BEGIN}${index}${NAMED}${text.slice(start, end)}${END}`;
    at = end;
  });
  return marked + text.slice(at);
}

/**
 * HTML of the tags above and nothing else, whatever the text is; but each of the ranges, where it lies within one piece
 * of text, becomes a `span` whose `data-figure` is its number and whose class is what `classOf` says.
 */
export function toSafeHtml(text: string, ranges: Range[] = [], classOf: (index: number) => string = () => ''): string {
  const own = text.replace(OWN, '\uFFFD');
  const html = DOMPurify.sanitize(markdown.render(withMarks(own, ranges)), {
    ALLOWED_TAGS: TAGS,
    ALLOWED_ATTR: [],
    ALLOW_ARIA_ATTR: false,
    ALLOW_DATA_ATTR: false,
  });
  // What is put in here is the app's own: a number and a class; what stands between was made harmless above.
  return html
    .replace(
      MARKED,
      (_all, index: string, inner: string) =>
        `<span role="button" tabindex="0" class="${classOf(Number(index))}" data-figure="${index}">${inner}</span>`,
    )
    .replace(/\uE000\d+\uE001/g, '')
    .replace(OWN, '');
}
