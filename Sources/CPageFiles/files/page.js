// The beginning: who is here, which view the address means, and the bar above it.

import { loadSession, logOut, session } from './page-api.js';
import { deadView } from './page-dead.js';
import { note, trouble } from './page-dialog.js';
import { h, put, update } from './page-dom.js';
import { count, foreign } from './page-format.js';
import { followKeys, showKeys } from './page-keys.js';
import { letterView } from './page-letter.js';
import * as live from './page-live.js';
import { loginView } from './page-login.js';
import { overviewView } from './page-overview.js';
import { button } from './page-parts.js';
import { followLinks, go, route, show, whenMoved } from './page-router.js';
import { templatesView } from './page-templates.js';
import { language, remember, setLanguage, t } from './page-words.js';

const THEMES = ['auto', 'light', 'dark'];
const root = document.documentElement;

route('/', guarded(overviewView));
route('/dead', guarded(deadView));
route('/dead/letter', guarded(letterView));
route('/templates', guarded(templatesView));
route('/login', loginView(() => { live.start(); drawBar(); }));

/// A view for those who are logged in; others are asked for the token and come back.
function guarded(view) {
  return (place, url) => {
    if (!session.authenticated) { toLogin(); return undefined; }
    return view(place, url);
  };
}

function toLogin(hasEnded = false) {
  const here = location.pathname + location.search;
  if (location.pathname === '/login') return;
  go(`/login?next=${encodeURIComponent(here)}${hasEnded ? '&ended' : ''}`, { replaces: true });
}

live.whenSignedOut(() => {
  if (!session.authenticated && location.pathname === '/login') return;
  session.authenticated = false;
  live.stop();
  for (const dialog of document.querySelectorAll('dialog[open]')) dialog.close();
  drawBar();
  toLogin(true);
});

function drawBar() {
  const isIn = session.authenticated;
  update(document.getElementById('bar'), h('header', { id: 'bar' },
    h('a.skip', { href: '#main', onclick: skip }, t('bar.skip')),
    h('a.brand', { href: '/', 'aria-label': t('bar.home') },
      h('img', { src: '/icon.svg', alt: '', width: 24, height: 24 }), h('span', 'wxpush')),
    isIn && navigation(),
    h('div.tools', isIn && [liveness(), who()], switches(),
      isIn && session.needs_token && button(t('bar.logout'), leave, { class: 'quiet' }))));
}

function navigation() {
  const dead = (live.now?.queues ?? []).find((queue) => queue.role === 'dead')?.messages;
  const link = (path, word, extra) => {
    const isHere = location.pathname === path || (path === '/dead' && location.pathname === '/dead/letter');
    return h('a', { href: path, 'aria-current': isHere && 'page' }, t(word), extra);
  };
  const badge = () => h('span.badge', { 'aria-label': t('dead.inside', { n: dead }) }, count(dead));
  return h('nav', { 'aria-label': t('bar.nav') }, link('/', 'overview.title'),
    link('/dead', 'dead.title', dead > 0 && [' ', badge()]), link('/templates', 'templates.title'));
}

const liveness = () => h('span', { class: `live live-${live.state}`, role: 'status' },
  h('i', { 'aria-hidden': 'true' }), h('span', t(`live.${live.state}`)));

const who = () => session.name
  && h('span.who', { title: `${session.name} · wxpush ${session.version ?? ''}` }, foreign(session.name));

function switches() {
  const theme = root.dataset.theme ?? 'auto';
  const [sign, name, code] = language() === 'zh' ? ['EN', 'English', 'en'] : ['中', '中文', 'zh-CN'];
  const icon = (sign, label, action, more) =>
    button(sign, action, { class: 'icon', 'aria-label': label, title: label, ...more });
  return [
    icon(sign, name, turnLanguage, { lang: code }),
    icon({ auto: '◐', light: '☀', dark: '☾' }[theme], t(`theme.${theme}`), turnTheme),
    icon('?', t('keys.heading'), showKeys, { class: 'icon wide-only' }),
  ];
}

function skip(event) {
  event.preventDefault();
  document.getElementById('main').focus();
}

function turnLanguage() {
  setLanguage(language() === 'zh' ? 'en' : 'zh');
  drawBar();
  show({ isAnew: true });
}

function turnTheme() {
  const next = THEMES[(THEMES.indexOf(root.dataset.theme ?? 'auto') + 1) % THEMES.length];
  if (next === 'auto') delete root.dataset.theme;
  else root.dataset.theme = next;
  remember('wxpush.theme', next === 'auto' ? null : next);
  drawBar();
}

async function leave() {
  try {
    await logOut();
  } catch (error) {
    note(error.sentence ?? error.message, 'bad');
    return;
  }
  live.stop();
  drawBar();
  go('/login');
}

async function begin() {
  try {
    await loadSession();
  } catch (error) {
    put(document.getElementById('main'), trouble(error, begin));
    return;
  }
  if (session.authenticated) live.start();
  show();
}

whenMoved(drawBar);
live.listen('now', drawBar);
live.listen('state', drawBar);
followLinks();
followKeys();
drawBar();
begin();
