// Numbers, times and hostile texts as people read them.

import { h } from './page-dom.js';
import { t } from './page-words.js';

const locale = () => document.documentElement.lang;

/// A whole number with its separators; a dash if it is not known.
export const count = (value) => (Number.isFinite(value) ? value.toLocaleString(locale()) : '–');

/// A number with no more digits than one can take in.
export function figure(value) {
  if (!Number.isFinite(value)) return '–';
  const digits = Math.abs(value) < 10 && !Number.isInteger(value) ? 1 : 0;
  return value.toLocaleString(locale(), { maximumFractionDigits: digits });
}

const UNITS = [['d', 86400], ['h', 3600], ['min', 60], ['s', 1]];

/// Seconds in one or two units: `4 min 10 s`.
export function span(seconds) {
  if (!Number.isFinite(seconds)) return '–';
  if (seconds < 10 && seconds > 0) return t('unit.s', { n: Math.round(seconds * 10) / 10 });
  let rest = Math.max(0, Math.round(seconds));
  const parts = [];
  for (const [unit, size] of UNITS) {
    if (parts.length === 2 || (parts.length === 1 && rest < size)) break;
    if (rest >= size || (unit === 's' && parts.length === 0)) {
      parts.push(t(`unit.${unit}`, { n: Math.floor(rest / size) }));
      rest %= size;
    }
  }
  return parts.join(' ');
}

/// How many seconds ago a time was; NaN if it is none.
export const age = (time) => (Date.now() - Date.parse(time)) / 1000;

/// A moment as people put it, with the exact time for those who ask: `5 min ago`.
export function when(time) {
  const seconds = age(time);
  if (!Number.isFinite(seconds)) return h('span.dim', '–');
  const text = seconds < 1 ? t('time.now') : t('time.ago', { span: brief(seconds) });
  return h('time', { datetime: time, title: exact(time) }, text);
}

// One unit says enough in a list.
function brief(seconds) {
  const [unit, size] = UNITS.find(([, size]) => seconds >= size) ?? UNITS.at(-1);
  return t(`unit.${unit}`, { n: Math.floor(seconds / size) });
}

/// Date and time of this place.
export function exact(time) {
  const date = new Date(time);
  if (Number.isNaN(date.getTime())) return String(time ?? '–');
  return date.toLocaleString(locale(), { dateStyle: 'medium', timeStyle: 'medium', hourCycle: 'h23' });
}

/// Hours, minutes and seconds of this place.
export const clock = (time) => new Date(time).toLocaleTimeString(locale(), { hourCycle: 'h23' });

/// A number of bytes.
export function bytes(value) {
  if (!Number.isFinite(value)) return '–';
  const units = ['B', 'KB', 'MB', 'GB'];
  let index = 0;
  while (value >= 1024 && index < units.length - 1) { value /= 1024; index += 1; }
  const digits = value < 10 && index > 0 ? 1 : 0;
  return `${value.toLocaleString(locale(), { maximumFractionDigits: digits })} ${units[index]}`;
}

// Control characters, and those that turn the direction of what surrounds them or take no room.
const HIDDEN = new RegExp([
  '[\\u0000-\\u0008\\u000b-\\u001f\\u007f-\\u009f\\u00ad\\u061c\\u180e\\u200b-\\u200f\\u2028-\\u202e]',
  '[\\u2060-\\u206f\\ufeff\\ufff9-\\ufffb]',
  // Halves of characters.
  '[\\ud800-\\udbff](?![\\udc00-\\udfff])', '(?<![\\ud800-\\udbff])[\\udc00-\\udfff]',
].join('|'), 'g');

/// A text from outside with nothing in it that hides or disguises.
export const visible = (text) =>
  String(text ?? '').replace(HIDDEN, (sign) => `\\u{${sign.charCodeAt(0).toString(16)}}`);

/// The same in one line.
export const oneLine = (text) => visible(text).replace(/[\t\n]/g, (sign) => (sign === '\n' ? '⏎' : '⇥'));

/// A text from outside within ours: its direction stays its own.
export const foreign = (text, name = 'bdi') => h(name, oneLine(text));

/// A long text from outside, shortened in the middle; whole on hover.
export function shortened(text, limit = 48) {
  const line = oneLine(text);
  const signs = Array.from(line.length > 2000 ? line.slice(0, 2000) : line);
  if (signs.length <= limit) return h('bdi', line);
  const half = Math.floor((limit - 1) / 2);
  const tail = Array.from(line).slice(-half);
  return h('bdi', { title: line.slice(0, 500) }, `${signs.slice(0, half).join('')}…${tail.join('')}`);
}
