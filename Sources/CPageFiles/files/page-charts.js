// Small charts over the last minutes: drawings that fit their room, and can be read by pointer, keyboard and ear.

import { h, put, svg } from './page-dom.js';
import { clock, figure, span } from './page-format.js';
import { t } from './page-words.js';

const HEIGHT = 120;
/// How many points are drawn at most: more would be thinner than a line.
const COLUMNS = 150;

/// A chart of series `{ key, label, values }`; `stacked` puts them on top of one another. `set` gives it values.
export function chart({ name, stacked = false, unit = '', whole = false }) {
  const drawing = svg('svg', { 'aria-hidden': 'true', height: HEIGHT, width: '100%', focusable: 'false' });
  const legend = h('div.legend');
  const moment = h('span.moment');
  const reading = h('span.unseen', { 'aria-live': 'polite' });
  const element = h('figure.chart', { tabindex: 0, 'aria-label': name, role: 'group' },
    h('figcaption', h('h3', name), moment), legend, drawing, reading);
  let data = { series: [], end: 0, step: 1000 };
  let columns = [];
  let chosen = null;

  // There is no half of a job; a second's results may well be one in three.
  const said = (value) => (Number.isFinite(value) ? figure(whole ? Math.round(value) : value) + unit : '–');

  function draw() {
    const width = drawing.clientWidth || element.clientWidth || 300;
    columns = gathered(data, stacked);
    const top = ceiling(Math.max(1, ...columns.map((column) => column.top)));
    const x = (index) => (columns.length < 2 ? 0 : (index / (columns.length - 1)) * width);
    const y = (value) => HEIGHT - 4 - (value / top) * (HEIGHT - 16);
    const shapes = data.series.map((series, index) =>
      stacked ? area(columns, index, x, y, series.key) : line(columns, index, x, y, series.key));
    put(drawing,
      [0, top].map((value) => svg('line.grid', { x1: 0, x2: width, y1: y(value), y2: y(value) })),
      svg('text.tick', { x: width, y: y(top) - 3, 'text-anchor': 'end' }, figure(top) + unit),
      stacked ? shapes.reverse() : shapes,
      chosen === null ? null : svg('line.cursor', { x1: x(chosen), x2: x(chosen), y1: 8, y2: HEIGHT - 4 }));
    describe();
  }

  function describe() {
    const index = chosen ?? columns.length - 1;
    const column = columns[index];
    const range = longest(data) === 0 ? '' : t('chart.range', { span: span((data.step * longest(data)) / 1000) });
    put(moment, chosen === null || !column ? range : clock(column.at));
    put(legend, data.series.map((series, number) => h('span.entry',
      h('i', { class: `swatch series-${series.key}` }), h('span.dim', series.label), ' ',
      h('b', said(column?.values[number])))));
    const parts = data.series.map((series, number) => `${series.label} ${said(column?.values[number])}`);
    const text = chosen === null || !column ? '' : `${clock(column.at)}: ${parts.join(', ')}`;
    if (reading.textContent !== text) put(reading, text);
  }

  const choose = (index) => {
    chosen = index === null ? null : Math.max(0, Math.min(columns.length - 1, index));
    draw();
  };
  drawing.addEventListener('pointermove', (event) => {
    const box = drawing.getBoundingClientRect();
    choose(Math.round(((event.clientX - box.left) / box.width) * (columns.length - 1)));
  });
  drawing.addEventListener('pointerleave', () => choose(null));
  element.addEventListener('blur', () => choose(null));
  element.addEventListener('keydown', (event) => {
    const steps = { ArrowLeft: -1, ArrowRight: 1, PageUp: -10, PageDown: 10 };
    if (event.key in steps) choose((chosen ?? columns.length - 1) + steps[event.key]);
    else if (event.key === 'Home') choose(0);
    else if (event.key === 'End') choose(columns.length - 1);
    else if (event.key === 'Escape' && chosen !== null) choose(null);
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  const watcher = new ResizeObserver(() => draw());
  watcher.observe(element);

  return {
    element,
    set(series, end, step) { data = { series, end, step }; draw(); },
    end() { watcher.disconnect(); },
  };
}

const longest = (data) => Math.max(0, ...data.series.map((series) => series.values.length));

/// Neighbouring points put together as their mean, so that none is narrower than a line.
function gathered(data, stacked) {
  const total = longest(data);
  const width = Math.max(1, Math.ceil(total / COLUMNS));
  const columns = [];
  // Counted from the end, so that a column keeps its points while time goes on.
  for (let end = total; end > 0; end -= width) {
    const values = data.series.map((series) => mean(series.values.slice(Math.max(0, end - width), end)));
    const known = values.filter((value) => value !== null);
    const top = stacked ? known.reduce((sum, value) => sum + value, 0) : Math.max(0, ...known);
    columns.push({ values, at: data.end - (total - end) * data.step, top });
  }
  return columns.reverse();
}

function mean(values) {
  const known = values.filter((value) => Number.isFinite(value));
  return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0) / known.length;
}

/// The next round number.
function ceiling(value) {
  const power = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 2.5, 5, 10].map((step) => step * power).find((step) => step >= value) ?? value;
}

function line(columns, index, x, y, key) {
  let path = '';
  let isDown = false;
  columns.forEach((column, position) => {
    const value = column.values[index];
    if (value === null) { isDown = false; return; }
    path += `${isDown ? 'L' : 'M'}${x(position).toFixed(1)} ${y(value).toFixed(1)}`;
    isDown = true;
  });
  return svg('path', { class: `line series-${key}`, d: path });
}

function area(columns, index, x, y, key) {
  let path = '';
  let run = [];
  const close = () => {
    if (run.length > 0) {
      const upper = run.map((position) => `${x(position).toFixed(1)} ${y(stack(columns[position], index)).toFixed(1)}`);
      path += `M${x(run[0]).toFixed(1)} ${y(0)}L${upper.join('L')}L${x(run.at(-1)).toFixed(1)} ${y(0)}Z`;
    }
    run = [];
  };
  columns.forEach((column, position) => {
    if (column.values.every((value) => value === null)) close();
    else run.push(position);
  });
  close();
  return svg('path', { class: `area series-${key}`, d: path });
}

const stack = (column, index) => column.values.slice(0, index + 1).reduce((sum, value) => sum + (value ?? 0), 0);
