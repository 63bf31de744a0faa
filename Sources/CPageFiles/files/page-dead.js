// The dead letters: what broke, and the letters that fit the query in the address.

import { openDrop, openExport, openSend } from './page-actions.js';
import { get } from './page-api.js';
import { trouble, waiting } from './page-dialog.js';
import { h, put } from './page-dom.js';
import { filterBar } from './page-filter.js';
import { clock } from './page-format.js';
import { groupsPart } from './page-groups.js';
import { letterList } from './page-list.js';
import * as live from './page-live.js';
import { button, heading } from './page-parts.js';
import { readAddress, toAddress } from './page-query.js';
import { go, title } from './page-router.js';
import { runsPart } from './page-run.js';
import { t } from './page-words.js';

/// How many letters are listed, one step after the other; the last is as many as the server gives.
const STEPS = [50, 200, 1000];

/// The view.
export function deadView(root, url) {
  title(t('dead.title'));
  let terms = [];
  let limit = STEPS[0];
  let order = 'newest';
  let answer = null;
  let controller = null;

  const runs = runsPart();
  const filter = filterBar({ onQuery: (next) => visitTerms(next) });
  const hint = newsPart(() => load());
  const again = button(t('dead.again'), () => load(), { class: 'quiet', 'data-key': 'again' });
  const status = h('p.dim', { role: 'status' });
  const body = h('div.found');
  put(root, h('div.title', heading(t('dead.title')), status, again), runs.element, filter.element, hint.element, body);

  function address(changes = {}) {
    const next = { terms, limit, order, ...changes };
    const parts = [toAddress(next.terms)];
    if (next.limit !== STEPS[0]) parts.push(`limit=${next.limit}`);
    if (next.order !== 'newest') parts.push(`order=${next.order}`);
    const query = parts.filter(Boolean).join('&');
    return query ? `/dead?${query}` : '/dead';
  }

  function visitTerms(next) {
    const to = address({ terms: next, limit: STEPS[0] });
    if (to === location.pathname + location.search) load();
    else go(to);
  }

  function visit(to) {
    terms = readAddress(to.search);
    const wanted = Number(to.searchParams.get('limit'));
    limit = Number.isInteger(wanted) && wanted > 0 ? Math.min(wanted, STEPS.at(-1)) : STEPS[0];
    order = to.searchParams.get('order') === 'oldest' ? 'oldest' : 'newest';
    return load();
  }

  async function load() {
    controller?.abort();
    const mine = controller = new AbortController();
    filter.show(terms, answer?.groups ?? []);
    hint.forget();
    body.setAttribute('aria-busy', 'true');
    put(status, waiting(t('dead.looking')));
    const patience = setTimeout(() => put(status, waiting(t('dead.queueing'))), 4000);
    again.disabled = true;
    try {
      const query = [toAddress(terms), `limit=${limit}`, `order=${order}`].filter(Boolean).join('&');
      answer = await get(`/api/dead?${query}`, mine.signal);
      hint.compareWith(answer);
      put(status, t('dead.asof', { n: answer.depth, time: clock(answer.at) }));
      filter.show(terms, answer.groups);
      draw();
    } catch (error) {
      if (error.name === 'AbortError' || error.status === 401) return;
      put(status);
      put(body);
      if (error.code === 'bad_query') filter.complain(error.message);
      else put(body, trouble(error, load));
    } finally {
      clearTimeout(patience);
      if (mine === controller) {
        body.removeAttribute('aria-busy');
        again.disabled = false;
      }
    }
  }

  function draw() {
    const { groups, letters, count, others, missed } = answer;
    if (count === 0) {
      put(body, h('div.empty.large',
        h('strong', t(terms.length > 0 ? 'dead.none.fit' : 'dead.none')),
        h('p', terms.length > 0 ? h('a', { href: '/dead' }, t('dead.all')) : t('dead.none.more'))));
      return;
    }
    put(body,
      missed > 0 && h('p.hint.warn', t('dead.missed', { n: missed })),
      groupsPart(groups, others), actions(count), listHead(), letterList(letters), more(letters.length, count));
  }

  function actions(count) {
    const query = toAddress(terms);
    return h('div.actions',
      h('strong', t(terms.length > 0 ? 'dead.fit' : 'dead.inside', { n: count })),
      h('div.buttons',
        button(t('action.send'), () => openSend({ query }), { class: 'first', 'data-key': 'send' }),
        button(t('action.drop'), () => openDrop({ query }), { 'data-key': 'drop' }),
        button(t('action.export'), () => openExport({ query }), { class: 'quiet' })));
  }

  function listHead() {
    const choice = (one) =>
      button(t(`list.${one}`), () => go(address({ order: one })), { 'aria-pressed': String(order === one) });
    return h('div.listhead',
      h('h2', t('list.title')),
      h('div.choice', { role: 'group', 'aria-label': t('list.order') }, ['newest', 'oldest'].map(choice)));
  }

  function more(shown, all) {
    if (shown >= all) return h('p.foot', t('list.end', { n: all }));
    const next = STEPS.find((step) => step > limit);
    return h('p.foot', t('list.part', { shown, all }), ' ',
      next ? button(t('list.more'), () => go(address({ limit: next })), { class: 'quiet' }) : t('list.narrow'));
  }

  const end = live.listen('now', (now) => hint.take(now));
  visit(url);
  return {
    visit,
    leave() {
      controller?.abort();
      end();
      runs.end();
    },
  };
}

/// Says that the queue is no longer what was looked at; whether to look again is for the reader to decide.
function newsPart(load) {
  const element = h('div.newer', { role: 'status' });
  let seen = null;

  function say(text) {
    if ((element.firstChild?.textContent ?? '') === text) return;
    put(element, text && [h('span', text), ' ', button(t('dead.again'), load, { class: 'quiet' })]);
  }

  return {
    element,
    forget() {
      seen = null;
      say('');
    },
    compareWith({ depth, at }) { seen = { depth, at: Date.parse(at), lower: 0, sounding: null }; },
    take(now) {
      const queue = (now.queues ?? []).find((one) => one.role === 'dead');
      if (!seen || !queue || !(now.queues_at > seen.at) || now.queues_at === seen.sounding) return;
      seen.sounding = now.queues_at;
      const change = queue.messages - seen.depth;
      // While somebody looks, letters count as being away; so fewer of them is news the second time only.
      seen.lower = change < 0 ? seen.lower + 1 : 0;
      const key = change > 0 ? 'dead.newer' : seen.lower > 1 ? 'dead.fewer' : null;
      say(key ? t(key, { n: Math.abs(change) }) : '');
    },
  };
}
