// Runs that send letters again or drop them: how far they are, and what became of each letter.

import { get, post } from './page-api.js';
import { note } from './page-dialog.js';
import { h, update } from './page-dom.js';
import { clock, count, oneLine, shortened } from './page-format.js';
import * as live from './page-live.js';
import { button, fold } from './page-parts.js';
import { letterAddressOf } from './page-query.js';
import { t, has } from './page-words.js';

/// All runs that are known here, by their ids; the server remembers the last twenty.
const runs = new Map();
/// Those begun on this page, which stay in sight when they are done.
const own = new Set();
const dismissed = new Set();
const watchers = new Set();

live.listen('run', take);

function take(run) {
  // Words may overtake one another: what is done stays done.
  if (runs.get(run.run)?.finished_at && !run.finished_at) return;
  runs.set(run.run, run);
  for (const draw of watchers) draw();
}

/// Takes note of a run that was begun here.
export function begun(run) {
  own.add(run.run);
  take(run);
}

async function load() {
  const answer = await get('/api/dead/runs').catch(() => null);
  if (!answer) return;
  // What the server knows nothing of any more has ended with the process before it.
  const known = new Set(answer.runs.map((run) => run.run));
  for (const [id, run] of runs) if (!run.finished_at && !known.has(id)) runs.delete(id);
  for (const run of answer.runs) take(run);
  for (const draw of watchers) draw();
}

/// The runs to look at; `only` restricts them to one.
export function runsPart({ only = null } = {}) {
  const element = h('section.runs', { 'aria-label': t('run.title') });
  // Beside the events, as those may be cut off.
  const timer = setInterval(() => { if ([...runs.values()].some((run) => !run.finished_at)) load(); }, 5000);

  function draw() {
    const mine = [...runs.values()]
      .filter((run) => (!only || only() === run.run) && !dismissed.has(run.run))
      .sort((one, other) => Date.parse(other.started_at) - Date.parse(one.started_at));
    const isOpen = (run) => !run.finished_at || own.has(run.run);
    update(element, h('section.runs', { 'aria-label': t('run.title') },
      mine.filter(isOpen).map(panel), earlier(mine.filter((run) => !isOpen(run)))));
  }

  watchers.add(draw);
  if (!only) load();
  draw();
  return {
    element,
    draw,
    end() {
      watchers.delete(draw);
      clearInterval(timer);
    },
  };
}

function earlier(list) {
  if (list.length === 0) return null;
  return h('div.earlier', { 'data-key': 'earlier' }, fold(t('run.earlier', { n: list.length }), list.map(panel)));
}

const KINDS = { done: 'good', partly: 'warn', stopped: 'warn', failed: 'bad' };

function panel(run) {
  const done = (run.action === 'drop' ? run.dropped : run.requeued) ?? 0;
  const isRunning = !run.finished_at;
  const ending = run.state === 'done' && (run.kept > 0 || run.trouble_count > 0) ? 'partly' : run.state;
  const total = run.total || 1;
  return h('article', { class: `run run-${ending}`, 'data-key': run.run },
    h('div.head',
      h('h3', t(`run.${run.action}.${isRunning ? 'running' : 'ended'}`, { n: run.total })),
      h('span.tag', { class: KINDS[ending] }, t(`run.state.${ending}`)),
      isRunning ? button(t('run.stop'), () => stop(run.run)) : dismissal(run)),
    h('progress', { max: total, value: Math.min(done + (run.kept ?? 0), total), 'aria-label': t('run.progress') }),
    h('p.sums', sums(run, done)),
    run.stopped && h('p.warn', t('run.stopped', { why: oneLine(run.stopped) })),
    run.failure && h('p.bad', t('run.failed', { why: oneLine(run.failure) })),
    h('p.dim', clock(run.started_at), run.finished_at && `–${clock(run.finished_at)}`,
      ' · ', h('bdi', oneLine(run.query)), run.by && [' · ', h('bdi', oneLine(run.by))]),
    troubles(run));
}

const dismissal = (run) => button('×', (event) => {
  dismissed.add(run.run);
  event.target.closest('article').remove();
}, { class: 'icon', 'aria-label': t('run.dismiss') });

function sums(run, done) {
  const parts = [[t(`run.${run.action}.sum`, { n: done ?? 0 }), 'plain']];
  if (run.kept > 0) parts.push([t('run.kept', { n: run.kept }), 'warn']);
  if (!!run.finished_at && run.untouched > 0) parts.push([t('run.untouched', { n: run.untouched }), 'dim']);
  for (const [status, sum] of Object.entries(run.results ?? {})) {
    parts.push([`${count(sum)} ${has(`status.${status}`) ? t(`status.${status}`) : status}`, `series-text-${status}`]);
  }
  if (run.unanswered > 0) parts.push([t('run.unanswered', { n: run.unanswered }), 'dim']);
  return parts.map(([text, sort]) => h('span', { class: sort }, text));
}

function troubles(run) {
  const list = run.troubles ?? [];
  if (list.length === 0) return null;
  const all = run.trouble_count ?? list.length;
  const line = (one) => h('li',
    h('a', { href: letterAddressOf(one.address) }, shortened(one.address, 40)), h('span', oneLine(one.what)));
  return fold(t('run.troubles', { n: all }), h('ul.troubles', list.map(line),
    all > list.length && h('li.dim', t('run.troubles.more', { n: all - list.length }))));
}

async function stop(id) {
  try {
    take(await post('/api/dead/stop', { run: id }));
  } catch (error) {
    note(error.sentence ?? error.message, 'bad');
  }
}
