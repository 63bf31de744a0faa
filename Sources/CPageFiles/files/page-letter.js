// One letter: what broke and what to do about it, what would be sent now, its body to mend, and its past.

import { openDrop, openSend } from './page-actions.js';
import { get } from './page-api.js';
import { bodyPart } from './page-body.js';
import { copy, trouble, waiting } from './page-dialog.js';
import { h, put } from './page-dom.js';
import { count, exact, foreign, oneLine, shortened, visible, when } from './page-format.js';
import { button, fold, heading, table } from './page-parts.js';
import { exactly, letterAddressOf, toAddress } from './page-query.js';
import { happened, reasonTag } from './page-reasons.js';
import { title } from './page-router.js';
import { runsPart } from './page-run.js';
import { language, t } from './page-words.js';

/// The view.
export async function letterView(root, url) {
  const address = url.searchParams.get('address') ?? '';
  const controller = new AbortController();
  let own = null;
  let body = null;
  title(t('letter.title'));
  const runs = runsPart({ only: () => own });
  const place = h('div.whole');
  const back = h('nav.crumbs', { 'aria-label': t('letter.way') }, h('a', { href: '/dead' }, `← ${t('dead.title')}`));
  put(root, back, runs.element, place);

  async function load() {
    put(place, h('h1.unseen', { tabindex: -1 }, t('letter.title')), waiting(t('dead.looking')));
    try {
      const { letters } = await get(`/api/dead/letter?address=${encodeURIComponent(address)}`, controller.signal);
      if (letters.length === 0) put(place, heading(shortened(address, 80)), gone());
      else if (letters.length === 1) show(letters[0]);
      else put(place, heading(shortened(letters[0].id ?? address, 80)), choice(letters));
    } catch (error) {
      if (error.name === 'AbortError' || error.status === 401) return;
      put(place, heading(shortened(address, 80)), trouble(error, load));
    }
  }

  function show(letter) {
    const query = `key=${letter.key}`;
    const onBegin = (run) => {
      own = run.run;
      runs.draw();
      // The letter is on its way: what stands here is its past.
      place.querySelector('.buttons').hidden = true;
      window.scrollTo(0, 0);
    };
    const send = button(t('action.send'), () => {
      openSend({ query, bodies: body.changed === null ? {} : { [letter.key]: body.changed }, onBegin });
    }, { class: 'first', 'data-key': 'send' });
    body?.end();
    body = bodyPart(letter, { onChange: () => { send.disabled = body.isFaulty; } });
    title(oneLine(letter.id ?? letter.address).slice(0, 60));
    put(place, head(letter), advice(letter),
      letter.too_large ? h('p.hint.warn', t('letter.too.large')) : h('div.buttons', send,
        button(t('action.drop'), () => openDrop({ query, onBegin }), { 'data-key': 'drop' }),
        h('a.quiet', { href: `/dead?${kind(letter)}` }, t('letter.kind'))),
      body.element, h('div.columns', history(letter), facts(letter)), properties(letter), headers(letter));
  }

  await load();
  return {
    leave() {
      controller.abort();
      body?.end();
      runs.end();
    },
  };
}

const gone = () => h('div.empty.large', h('strong', t('letter.gone')), h('p', t('letter.gone.more')));

/// The letters of one id: it has died more than once.
const choice = (letters) => [
  h('p', t('letter.several', { n: letters.length })),
  h('ul.lines', letters.map((letter) => h('li', { 'data-row': letter.key },
    reasonTag(letter.reason), h('a', { href: letterAddressOf(`@${letter.key}`) }, shortened(`@${letter.key}`, 20)),
    when(letter.died_at), h('span.dim', oneLine(letter.detail).slice(0, 200))))),
];

/// The query of all letters of the same kind.
const kind = (letter) => toAddress(['reason', 'errcode', 'app', 'template']
  .map((key) => ({ key, isNot: false, value: exactly(letter[key] ?? '') })));

function head(letter) {
  const name = letter.id ?? `@${letter.key}`;
  return h('header.letter',
    reasonTag(letter.reason), letter.is_unknown && h('span.tag.warn', t('letter.doubt')),
    heading(shortened(name, 128),
      button(t('copy.short'), () => copy(name), { class: 'quiet', 'aria-label': t('letter.copy') })),
    h('p.dim', t('letter.died'), ' ', when(letter.died_at), ' · ', t('letter.tries', { n: letter.attempts ?? 0 }),
      letter.requeues > 0 && ` · ${t('list.requeues', { n: letter.requeues })}`,
      letter.worker && [' · ', foreign(letter.worker)]));
}

function advice(letter) {
  const words = letter.advice ?? [];
  const hasCode = letter.errcode !== null && letter.errcode !== undefined;
  return h('section.advice',
    (letter.detail || hasCode) && h('div', h('h2', t('letter.broke')),
      letter.detail && h('p', { dir: 'auto' }, visible(letter.detail)),
      hasCode && h('p.dim', t('letter.wechat'), ' ', h('code', String(letter.errcode)), ' ',
        foreign(letter.errmsg ?? ''))),
    h('div', h('h2', t('letter.do')),
      words.length === 0 && h('p', t('letter.no.advice')),
      words.map((one) => h('p', language() === 'zh' ? one.zh : english(one)))));
}

// What WeChat's code stands for is said in English only; the Chinese advice names it itself.
const english = ({ meaning, en }) => [meaning && h('span.dim', `${capital(meaning)}. `), en];

const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1).replace(/\.$/, '');

function history(letter) {
  return h('section.card', h('h2', t('letter.history')), h('ol.history', (letter.history ?? []).map((step) => h('li',
    h('span.time', step.time ? exact(step.time) : '–'), h('span', happened(visible(step.what)))))));
}

function facts(letter) {
  const item = (name, value) => value && [h('dt', t(`column.${name}`)), h('dd', shortened(value, 64))];
  return h('section.card', h('h2', t('letter.facts')), h('dl.facts',
    item('app', letter.app), item('kind', letter.kind), item('template', letter.template), item('to', letter.to),
    item('reply', letter.reply_to), item('key', letter.key)));
}

function properties(letter) {
  const list = Object.entries(letter.properties ?? {}).filter(([name]) => name !== 'headers');
  const text = (value) => (typeof value === 'string' ? value : JSON.stringify(value));
  return h('div.fold', fold(t('letter.properties'), list.length === 0 ? h('p.empty', t('letter.none'))
    : h('dl.facts', list.map(([name, value]) => [h('dt', foreign(name)), h('dd', foreign(text(value), 'code'))]))));
}

function headers(letter) {
  const list = letter.headers ?? [];
  if (list.length === 0) return null;
  const columns = [[t('column.header')], [t('column.type'), 'dim'], [t('column.value')]];
  const rows = list.slice(0, 500).map((header) =>
    [foreign(header.name), oneLine(header.type), h('code', oneLine(header.value).slice(0, 4000))]);
  const summary = [t('letter.headers'), h('span.dim', ` ${count(list.length)}`)];
  return h('div.fold', fold(summary, table('plain headers', columns, rows)));
}
