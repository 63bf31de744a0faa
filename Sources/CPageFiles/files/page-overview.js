// How things stand: what is in the way, what waits where, what becomes of jobs, which apps are paused.

import { get } from './page-api.js';
import { appsPart } from './page-apps.js';
import { chart } from './page-charts.js';
import { trouble, waiting } from './page-dialog.js';
import { h, put, update } from './page-dom.js';
import { bytes, clock, count, figure, oneLine, shortened, span } from './page-format.js';
import * as live from './page-live.js';
import { heading, table } from './page-parts.js';
import { reasonLabel } from './page-reasons.js';
import { title } from './page-router.js';
import { t } from './page-words.js';

// The six ends of a job, the best first.
const STATUSES = ['sent', 'duplicate', 'refused', 'expired', 'unknown', 'failed'];
const DEPTHS = ['jobs', 'delay', 'dead'];
const LENGTH = 900;

/// The view.
export async function overviewView(root) {
  title(t('overview.title'));
  put(root, heading(t('overview.title')), waiting());
  let history = null;
  let isOpen = true;
  let parts = null;
  let last = null;
  const charts = {
    results: chart({ name: t('chart.results'), stacked: true, unit: '/s' }),
    flight: chart({ name: t('chart.flight'), whole: true }),
    depth: chart({ name: t('chart.depth'), whole: true }),
  };

  async function load() {
    try {
      const answer = await get('/api/overview');
      if (!isOpen) return;
      history = answer.history;
      show(answer.now);
    } catch (error) {
      if (isOpen && error.status !== 401) put(root, heading(t('overview.title')), trouble(error, load));
    }
  }

  function show(now) {
    last = now;
    const fresh = layout(now, charts);
    if (parts?.isConnected) update(parts, fresh);
    else { parts = fresh; put(root, parts); }
    draw();
  }

  function draw() {
    if (!history) return;
    const series = (keys, word) => keys
      .filter((key) => (history.series[key] ?? []).some((value) => value !== null))
      .map((key) => ({ key, label: t(`${word}.${key}`), values: history.series[key] }));
    charts.results.set(series(STATUSES, 'status'), history.end, history.step_ms);
    charts.flight.set(series(['in_flight'], 'chart'), history.end, history.step_ms);
    charts.depth.set(series(DEPTHS, 'queue'), history.end, history.step_ms);
  }

  function take(now) {
    if (!history) return;
    const steps = Math.round((now.at - history.end) / history.step_ms);
    // After a pause the server knows better what was in between.
    if (steps > 15) { load(); return; }
    if (steps > 0) {
      extend(history, now, steps);
      history.end += steps * history.step_ms;
    }
    show(now);
  }

  await load();
  const ends = [
    live.listen('now', take),
    live.listen('state', (state) => {
      if (state === 'live') load();
      else if (last) show(last);
    }),
  ];
  return {
    leave() {
      isOpen = false;
      for (const end of ends) end();
      for (const one of Object.values(charts)) one.end();
    },
  };
}

/// Adds what is so now to the end of each series, and nothing for the seconds in between.
function extend(history, now, steps) {
  const value = (key) => {
    if (key === 'in_flight') return now.in_flight ?? null;
    const queue = (now.queues ?? []).find((one) => one.role === key);
    return queue ? queue.messages ?? null : now.rates?.[key] ?? null;
  };
  for (const [key, values] of Object.entries(history.series)) {
    const held = steps > 1 && now.mode === 'serve' ? value(key) : null;
    for (let index = 1; index < steps; index += 1) values.push(held);
    values.push(value(key));
    values.splice(0, Math.max(0, values.length - LENGTH));
  }
}

function layout(now, charts) {
  const isWorker = now.mode !== 'serve';
  return h('div.overview',
    h('h1.unseen', { tabindex: -1 }, t('overview.title')),
    state(now, isWorker),
    tiles(now, isWorker),
    h('section.charts', { 'aria-label': t('overview.charts') },
      isWorker && h('div.card.wide', { 'data-key': 'results' }, kept(charts.results)),
      isWorker && h('div.card', { 'data-key': 'flight' }, kept(charts.flight)),
      h('div.card', { 'data-key': 'depth' }, kept(charts.depth))),
    isWorker && h('div.columns', { 'data-key': 'columns' }, results(now), reasons(now)),
    appsPart(now),
    isWorker && process(now));
}

// The chart's own element is put in once; later layouts find it there.
function kept(one) {
  const place = h('div', { 'data-kept': 'chart' });
  if (!one.element.isConnected) place.append(one.element);
  return place;
}

function state(now, isWorker) {
  if (live.state === 'reconnecting') {
    return banner('stale', t('state.stale'), h('p', t('state.stale.more', { time: clock(now.at) })));
  }
  if (!isWorker) return banner('serve', t('state.serve'), h('p', t('state.serve.more')));
  const isWorking = now.phase === 'working' || !now.phase;
  if (isWorking && now.ready === true) return banner('ready', t('state.ready'), h('p', t('state.ready.more')));
  const cause = ({ part, detail }) => h('li', h('b', t(`part.${part}`)), h('span', oneLine(detail)));
  const title = t(`state.${isWorking ? 'blocked' : now.phase}`);
  return banner('blocked', title, h('ul.causes', (now.causes ?? []).map(cause)));
}

const banner = (kind, title, more) => h('section', { class: `state state-${kind}`, role: 'status' },
  h('i.lamp', { 'aria-hidden': 'true' }), h('div', h('strong', title), more));

function tiles(now, isWorker) {
  const tile = (role) => {
    const queue = (now.queues ?? []).find((one) => one.role === role);
    const hasReaders = ['jobs', 'results'].includes(role) && Number.isInteger(queue?.consumers);
    return [h('span.label', t(`queue.${role}`)), h('b', count(queue?.messages)),
      h('span.foot', hasReaders ? t('queue.consumers', { n: queue.consumers }) : shortened(queue?.name ?? '', 22))];
  };
  const isLoud = (now.queues ?? []).some((queue) => queue.role === 'dead' && queue.messages > 0);
  return h('section.tiles', { 'aria-label': t('overview.queues') },
    h('div.tile', tile('jobs')), isWorker && flight(now), h('div.tile', tile('delay')),
    h('a.tile', { href: '/dead', class: isLoud && 'loud' }, tile('dead')), h('div.tile', tile('results')));
}

function flight(now) {
  const limit = now.in_flight_limit ?? 0;
  return h('div.tile', h('span.label', t('chart.in_flight')), h('b', count(now.in_flight)),
    h('progress', { max: limit || 1, value: now.in_flight || 0, 'aria-label': t('chart.in_flight') }),
    h('span.foot', t('flight.limit', { limit, span: span(now.oldest_seconds ?? 0) })));
}

const swatch = (status) => h('i', { class: `swatch series-${status}` });

function results(now) {
  const columns = [[t('column.status')], [t('column.rate'), 'number'], [t('column.total'), 'number']];
  return h('section.card', h('h2', t('overview.results')), table('plain', columns, STATUSES.map((status) =>
    [[swatch(status), t(`status.${status}`)], figure(now.rates?.[status] ?? NaN), count(now.totals?.[status])])));
}

function reasons(now) {
  const columns = [[t('column.reason')], [t('column.minute'), 'number'], [t('column.total'), 'number']];
  const rows = (now.reasons ?? []).map((one) =>
    [[swatch(one.status), reason(one)], count(one.last_minute), count(one.count)]);
  return h('section.card', h('h2', t('overview.reasons')),
    rows.length === 0 ? h('p.empty', t('overview.reasons.none')) : table('plain', columns, rows));
}

// Only what failed or is unknown lies among the dead letters.
const reason = (one) => (['failed', 'unknown'].includes(one.status)
  ? h('a', { href: `/dead?reason=${encodeURIComponent(one.reason)}`, title: one.reason }, reasonLabel(one.reason))
  : h('span', { title: one.reason }, reasonLabel(one.reason)));

function process(now) {
  const figures = now.process ?? {};
  const item = (name, value) => [h('dt', name), h('dd', value)];
  const links = (lane) =>
    `${t('link.consumer')} ${oneLine(lane.consumer)} · ${t('link.publisher')} ${oneLine(lane.publisher)}`;
  return h('section.process', h('h2.unseen', t('overview.process')), h('dl',
    item(t('process.uptime'), span(figures.uptime_seconds ?? NaN)),
    item(t('process.memory'), bytes(figures.memory_bytes ?? NaN)),
    item(t('process.cpu'), span(figures.cpu_seconds ?? NaN)),
    (now.lanes ?? []).map((lane) => item(oneLine(lane.name), links(lane)))));
}
