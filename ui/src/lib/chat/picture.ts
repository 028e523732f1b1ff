/** A drawn chart as a picture of its own: an SVG that needs no style sheet, or a PNG. */

const SVG = 'http://www.w3.org/2000/svg';
/** What of the window's style a shape has. */
const STYLED = ['fill', 'fill-opacity', 'stroke', 'stroke-width', 'stroke-linejoin', 'font-family', 'font-size'];
/** Room for the title above, and around. */
const TITLE = 30;
const AROUND = 16;
/** Pixels of a PNG for each of the window's. */
const SCALE = 2;

/** The chart as SVG text, with its title and on its ground. */
export function svgOf(chart: SVGSVGElement, title: string): string {
  const width = chart.width.baseVal.value + 2 * AROUND;
  const height = chart.height.baseVal.value + 2 * AROUND + TITLE;
  const picture = document.createElementNS(SVG, 'svg');
  picture.setAttributeNS('http://www.w3.org/2000/xmlns/', 'xmlns', SVG);
  picture.setAttribute('width', String(width));
  picture.setAttribute('height', String(height));
  picture.setAttribute('viewBox', `0 0 ${width} ${height}`);
  const page = getComputedStyle(document.documentElement);
  const style = getComputedStyle(chart);
  const ground = document.createElementNS(SVG, 'rect');
  ground.setAttribute('width', '100%');
  ground.setAttribute('height', '100%');
  ground.setAttribute('fill', page.getPropertyValue('--ground').trim() || 'white');
  const heading = document.createElementNS(SVG, 'text');
  heading.setAttribute('x', String(AROUND));
  heading.setAttribute('y', String(AROUND + 14));
  heading.setAttribute('fill', page.getPropertyValue('--ink').trim() || 'black');
  heading.setAttribute('font-family', style.fontFamily);
  heading.setAttribute('font-size', '15');
  heading.setAttribute('font-weight', '600');
  heading.textContent = title;
  const shapes = document.createElementNS(SVG, 'g');
  shapes.setAttribute('transform', `translate(${AROUND} ${AROUND + TITLE})`);
  for (const child of chart.children) shapes.append(selfStyled(child));
  picture.append(ground, heading, shapes);
  return new XMLSerializer().serializeToString(picture);
}

/** A copy of a shape that has what the style sheet gives it as attributes. */
function selfStyled(shape: Element): Element {
  const copy = shape.cloneNode(false) as Element;
  const style = getComputedStyle(shape);
  copy.removeAttribute('class');
  copy.removeAttribute('style');
  for (const name of STYLED) {
    const value = style.getPropertyValue(name);
    if (value !== '') copy.setAttribute(name, value);
  }
  for (const child of shape.childNodes) {
    if (child instanceof Element) copy.append(selfStyled(child));
    else copy.append(child.cloneNode());
  }
  return copy;
}

/** An SVG as PNG, twice as many pixels on each side as the window shows. */
export async function pngOf(svg: string): Promise<Uint8Array> {
  const address = URL.createObjectURL(new Blob([svg], { type: 'image/svg+xml' }));
  try {
    const image = new Image();
    image.src = address;
    await image.decode();
    const canvas = document.createElement('canvas');
    canvas.width = image.width * SCALE;
    canvas.height = image.height * SCALE;
    canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height);
    const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/png'));
    if (blob === null) throw new Error('the picture could not be drawn');
    return new Uint8Array(await blob.arrayBuffer());
  } finally {
    URL.revokeObjectURL(address);
  }
}
