// The apps: token, pauses with their causes, what came of their jobs, and what WeChat's quota says when asked.

import { post } from './page-api.js';
import { openDialog, trouble, waiting } from './page-dialog.js';
import { h, put } from './page-dom.js';
import { count, foreign, oneLine, span } from './page-format.js';
import { reasonLabel } from './page-reasons.js';
import { t, has } from './page-words.js';

/// The part of the overview that shows the apps.
export function appsPart(now) {
  const apps = now.apps ?? [];
  return h('section.apps', h('h2', t('apps.title')),
    apps.length === 0 ? h('p.empty', t('apps.none')) : h('ul.cards', apps.map((app) => card(app))));
}

function card(app) {
  const pauses = app.pauses ?? [];
  return h('li.card', { 'data-key': app.name, class: pauses.length > 0 ? 'paused' : null },
    h('div.head', h('h3', foreign(app.name)), h('span.tag', has(`type.${app.type}`) ? t(`type.${app.type}`) : app.type),
      pauses.length > 0 ? h('span.tag.warn', t('apps.paused')) : null),
    h('p.dim.mono', foreign(app.appid ?? '')),
    pauses.length === 0 ? null : h('ul.pauses', pauses.map(pause)),
    h('dl.facts', token(app.token),
      app.rate ? [h('dt', t('apps.rate')), h('dd', app.rate)] : null,
      app.totals ? [h('dt', t('apps.totals')), h('dd.totals', totals(app.totals))] : null),
    h('button.quiet', { type: 'button', onclick: () => showQuota(app.name) }, t('quota.ask')));
}

function pause(one) {
  const seconds = one.remaining_seconds;
  const rest = seconds > 0 ? t('pause.remaining', { span: span(seconds) }) : t('pause.probe');
  // The word for programs, and behind it what WeChat has said.
  const [, word, said] = /^(\w+): (.*)$/s.exec(one.cause) ?? [null, one.cause, null];
  const what = one.scope === 'app' ? t('pause.app') : [t(`pause.${one.scope}`), ' ', foreign(one.what ?? '')];
  return h('li',
    h('p', h('b', reasonLabel(word)), ' ', h('span.dim', what), ' ', rest), said && h('p.dim', oneLine(said)));
}

function token(one) {
  if (!one) return [h('dt', t('apps.token')), h('dd', '–')];
  const life = one.remaining_seconds === null || one.remaining_seconds === undefined
    ? t('token.none') : t('token.remaining', { span: span(one.remaining_seconds) });
  const source = has(`token.${one.source}`) ? t(`token.${one.source}`) : one.source ?? '';
  const left = one.refreshes_left;
  return [
    h('dt', t('apps.token')), h('dd', life, ' ', h('span.dim', source)),
    left === null || left === undefined ? null
      : [h('dt', t('apps.budget')), h('dd', { class: left < 3 ? 'bad' : null }, t('budget.left', { n: left }))],
  ];
}

const totals = (sums) => Object.entries(sums)
  .filter(([status, sum]) => sum > 0 || status === 'sent')
  .map(([status, sum]) => h('span.nowrap',
    h('i', { class: `swatch series-${status}` }), `${count(sum)} ${t(`status.${status}`)}`));

/// Asks WeChat what is left of today's calls: that costs one of them, so only when somebody wants to know.
function showQuota(app) {
  openDialog(t('quota.heading', { app }), (content) => {
    const ask = async () => {
      put(content, waiting(t('quota.asking')));
      try {
        const { quota } = await post('/api/quota', { app });
        put(content, quota.length === 0 ? h('p.empty', t('quota.none')) : h('ul.quota', quota.map(row)));
      } catch (error) {
        put(content, trouble(error, ask));
      }
    };
    ask();
  });
}

function row(one) {
  const limit = one.daily_limit ?? 0;
  return h('li', h('code', foreign(one.api)),
    h('meter', { min: 0, max: limit || 1, value: one.used ?? 0, high: limit * 0.9, optimum: 0, 'aria-label': one.api }),
    h('span.dim', t('quota.row', { used: one.used ?? 0, limit, remain: one.remain ?? 0 })));
}
