// Which view an address means. A view is a function that fills an element for an address; it may return `leave`, its
// end, and `visit`, which takes another address of the same path.

import { h, put } from './page-dom.js';
import { t } from './page-words.js';

const routes = new Map();
let current = {};
let turn = 0;
let isFirst = true;
let onChange = () => {};

/// Says which view an address has.
export function route(path, view) { routes.set(path, view); }

/// Sets what is told each time the place changes.
export function whenMoved(action) { onChange = action; }

/// Goes to an address of ours, or stays if it is this very one.
export function go(address, { replaces = false } = {}) {
  if (address !== location.pathname + location.search) {
    history[replaces ? 'replaceState' : 'pushState'](null, '', address);
  }
  return show();
}

/// Shows what the address means. A view that takes another query of its path is kept, unless it is to be made anew.
export async function show({ isAnew = false } = {}) {
  onChange();
  const url = new URL(location.href);
  if (!isAnew && current.path === url.pathname && current.visit) return current.visit(url);
  const mine = ++turn;
  current.leave?.();
  current = { path: url.pathname };
  const root = h('div.view');
  put(document.getElementById('main'), root);
  const view = routes.get(url.pathname);
  if (!view) {
    title(t('unknown.title'));
    put(root, h('h1', t('unknown.title')), h('p', h('a', { href: '/' }, t('unknown.way'))));
    return;
  }
  window.scrollTo(0, 0);
  const kept = await view(root, url);
  if (mine !== turn) { kept?.leave?.(); return; }
  current = { path: url.pathname, ...kept };
  // A page that was just loaded is read from its top.
  if (!isFirst && document.activeElement === document.body) root.querySelector('h1')?.focus({ preventScroll: true });
  isFirst = false;
}

/// Names the page in the window's title.
export function title(text) { document.title = `${text} · wxpush`; }

/// Follows links of ours without loading the page anew.
export function followLinks() {
  document.addEventListener('click', (event) => {
    const link = event.target.closest?.('a[href^="/"]');
    if (!link || event.defaultPrevented || event.button !== 0 || link.hasAttribute('download') || link.target) return;
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    go(link.getAttribute('href'));
  });
  window.addEventListener('popstate', () => show());
}
