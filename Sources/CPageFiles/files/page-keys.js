// What the keyboard does, besides what every page does.

import { openDialog } from './page-dialog.js';
import { h, put } from './page-dom.js';
import { go } from './page-router.js';
import { t } from './page-words.js';

/// The keys, for the help: what is pressed, and which text says what it does.
const HELP = [
  [['/'], 'keys.filter'], [['j', '↓'], 'keys.next'], [['k', '↑'], 'keys.previous'], [['Enter'], 'keys.open'],
  [['r'], 'keys.again'], [['s'], 'keys.send'], [['Esc'], 'keys.close'],
  [['g', 'o'], 'keys.overview'], [['g', 'd'], 'keys.dead'], [['g', 't'], 'keys.templates'], [['?'], 'keys.help'],
];

let isAfterG = false;

/// Shows what the keys do.
export function showKeys() {
  openDialog(t('keys.heading'), (content) => {
    put(content, h('dl.keys', HELP.map(([keys, text]) => h('div',
      h('dt', keys.map((key, index) => [index > 0 ? ' ' : null, h('kbd', key)])), h('dd', t(text))))));
  });
}

/// Listens to the keyboard.
export function followKeys() {
  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    const isTyping = event.target.closest?.('input, textarea, select, [contenteditable]');
    if (isTyping) {
      if (event.key === 'Escape' && !event.target.closest('dialog')) event.target.blur();
      return;
    }
    if (document.querySelector('dialog[open]')) return;
    if (act(event)) event.preventDefault();
  });
}

function act(event) {
  if (isAfterG) {
    isAfterG = false;
    const address = { o: '/', d: '/dead', t: '/templates' }[event.key];
    if (address) go(address);
    return Boolean(address);
  }
  switch (event.key) {
    case '/': return reach('[data-key="filter"]');
    case '?': showKeys(); return true;
    case 'g': isAfterG = true; return true;
    case 'r': return press('[data-key="again"]');
    case 's': return press('[data-key="send"]');
    case 'j': return step(1);
    case 'k': return step(-1);
    // Arrows scroll, unless one is in a list already.
    case 'ArrowDown': return isInList() && step(1);
    case 'ArrowUp': return isInList() && step(-1);
    default: return false;
  }
}

function reach(selector) {
  const element = document.querySelector(selector);
  element?.focus();
  element?.select?.();
  return Boolean(element);
}

function press(selector) {
  const element = document.querySelector(selector);
  if (!element || element.disabled || element.offsetParent === null) return false;
  element.click();
  return true;
}

const isInList = () => Boolean(document.activeElement?.closest('[data-row]'));

function step(by) {
  const rows = [...document.querySelectorAll('[data-row]')].filter((row) => row.offsetParent !== null);
  if (rows.length === 0) return false;
  const at = rows.findIndex((row) => row.contains(document.activeElement));
  const next = rows[at < 0 ? (by > 0 ? 0 : rows.length - 1) : Math.max(0, Math.min(rows.length - 1, at + by))];
  (next.querySelector('a[href]') ?? next).focus();
  next.scrollIntoView({ block: 'nearest' });
  return true;
}
