import { fireEvent, render, screen, waitFor } from '@testing-library/svelte';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import * as api from '$lib/api';
import Chart from '$lib/chat/Chart.svelte';
import { svgOf } from '$lib/chat/picture';
import { toasts } from '$lib/state/toasts.svelte';

vi.mock('$lib/api', async () => ({ ...(await import('../mocked-api')).default }));

const core = vi.mocked(api);
const HOSTILE = '<script>alert(1)</script>';

const chart: api.ChatChart = {
  step: 1,
  result_id: 'r1',
  kind: 'bar',
  spec: {
    title: 'Flights by carrier',
    mark: 'bar',
    encoding: {
      x: { field: 'carrier', type: 'nominal' },
      y: { field: 'flights', type: 'quantitative' },
    },
  },
};
const columns = [
  { name: 'carrier', type: 'VARCHAR' },
  { name: 'flights', type: 'BIGINT' },
];
const preview = [
  ['UA', '58665'],
  [HOSTILE, '54635'],
];

/** jsdom draws nothing, and knows no sizes of drawings. */
const size = (name: 'width' | 'height') =>
  Object.defineProperty(SVGSVGElement.prototype, name, {
    configurable: true,
    get(this: SVGSVGElement) {
      return { baseVal: { value: Number(this.getAttribute(name)) } };
    },
  });

beforeEach(() => {
  toasts.list = [];
  size('width');
  size('height');
});

afterEach(() => vi.restoreAllMocks());

const show = () => render(Chart, { chart, columns, preview, rows: 2, resultId: null, name: 'Who flies most?' });

describe('a chart as a picture', () => {
  it('is an SVG that stands for itself: with its title, its labels and its ground, and no style sheet', async () => {
    show();
    await fireEvent.click(await screen.findByTestId('chart-svg'));
    await waitFor(() => expect(core.pictureSave).toHaveBeenCalled());
    const [name, kind, bytes] = core.pictureSave.mock.lastCall ?? [];
    expect([name, kind]).toEqual(['Flights by carrier', 'svg']);

    const picture = new DOMParser().parseFromString(new TextDecoder().decode(bytes), 'image/svg+xml');
    expect(picture.querySelector('parsererror')).toBeNull();
    expect(picture.documentElement.tagName).toBe('svg');
    expect(Number(picture.documentElement.getAttribute('width'))).toBeGreaterThan(100);
    expect(picture.querySelector('text')?.textContent).toBe('Flights by carrier');
    // One for the ground, and a bar for each row.
    expect(picture.querySelectorAll('rect')).toHaveLength(3);
    expect(picture.documentElement.textContent).toContain('UA');
    // What stands in a cell is text in the picture, too.
    expect(picture.documentElement.textContent).toContain(HOSTILE);
    expect(picture.querySelector('script, [class], [style], style')).toBeNull();
    expect(toasts.list.map((each) => each.kind)).toEqual(['good']);
  });

  it('is a PNG of twice as many pixels', async () => {
    const context = { drawImage: vi.fn() };
    vi.stubGlobal(
      'Image',
      class {
        src = '';
        width = 400;
        height = 300;
        decode = () => Promise.resolve();
      },
    );
    URL.createObjectURL = vi.fn(() => 'blob:chart');
    URL.revokeObjectURL = vi.fn();
    vi.spyOn(HTMLCanvasElement.prototype, 'getContext').mockReturnValue(context as never);
    vi.spyOn(HTMLCanvasElement.prototype, 'toBlob').mockImplementation(function (this: HTMLCanvasElement, done) {
      done({
        arrayBuffer: () => Promise.resolve(new Uint8Array([this.width / 100, this.height / 100]).buffer),
      } as Blob);
    });
    show();
    await fireEvent.click(await screen.findByTestId('chart-png'));
    await waitFor(() => expect(core.pictureSave).toHaveBeenCalled());
    expect(core.pictureSave.mock.lastCall?.slice(0, 2)).toEqual(['Flights by carrier', 'png']);
    expect([...(core.pictureSave.mock.lastCall?.[2] ?? [])]).toEqual([8, 6]);
    expect(context.drawImage.mock.lastCall?.slice(1)).toEqual([0, 0, 800, 600]);
    expect(URL.revokeObjectURL).toHaveBeenCalledWith('blob:chart');
    vi.unstubAllGlobals();
  });

  it('that cannot be written says why, and one that is not wanted after all says nothing', async () => {
    core.pictureSave.mockRejectedValueOnce(new api.ApiError({ code: 'io', message: 'The disk is full.' }));
    show();
    await fireEvent.click(await screen.findByTestId('chart-svg'));
    await waitFor(() => expect(toasts.list.map((each) => each.kind)).toEqual(['bad']));
    toasts.list = [];
    core.pictureSave.mockResolvedValueOnce(null);
    await fireEvent.click(screen.getByTestId('chart-svg'));
    await waitFor(() => expect(core.pictureSave).toHaveBeenCalledTimes(2));
    expect(toasts.list).toEqual([]);
  });

  it('has the title that it is given', () => {
    show();
    const drawn = document.querySelector('svg[role="img"]') as SVGSVGElement;
    expect(svgOf(drawn, 'A & B <b>')).toContain('A &amp; B &lt;b&gt;');
  });
});
