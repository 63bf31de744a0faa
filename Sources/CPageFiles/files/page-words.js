// Every visible word comes from here, in the language of the page.

import { deadWords } from './page-words-dead.js';
import { frameWords } from './page-words-frame.js';
import { overviewWords } from './page-words-overview.js';

const words = { ...frameWords, ...overviewWords, ...deadWords };
const root = document.documentElement;

/// The language: 'en' or 'zh'.
export const language = () => (root.lang.startsWith('zh') ? 'zh' : 'en');

/// Changes the language for this browser.
export function setLanguage(next) {
  root.lang = next === 'zh' ? 'zh-CN' : 'en';
  remember('wxpush.language', next);
}

/// Keeps a choice for the next time, where the browser lets us.
export function remember(key, value) {
  try {
    if (value === null) localStorage.removeItem(key);
    else localStorage.setItem(key, value);
  } catch { /* Then it holds until the page is left. */ }
}

/// Whether there is a text for a key.
export const has = (key) => Object.hasOwn(words, key);

/// A text. `{name}` stands for a value, `{n|letter|letters}` for the word that goes with a number.
export function t(key, values = {}) {
  const text = has(key) ? words[key][language() === 'zh' ? 1 : 0] : key;
  return text.replace(/\{(\w+)(?:\|([^|}]*)\|([^}]*))?\}/g, (_, name, one, many) => {
    if (one !== undefined) return values[name] === 1 ? one : many;
    const value = values[name] ?? '';
    return typeof value === 'number' ? value.toLocaleString(root.lang) : String(value);
  });
}
