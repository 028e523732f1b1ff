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

/** HTML of the tags above and nothing else, whatever the text is. */
export function toSafeHtml(text: string): string {
  return DOMPurify.sanitize(markdown.render(text), {
    ALLOWED_TAGS: TAGS,
    ALLOWED_ATTR: [],
    ALLOW_ARIA_ATTR: false,
    ALLOW_DATA_ATTR: false,
  });
}
