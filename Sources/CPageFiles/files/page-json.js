// JSON as text: laid out and coloured sign by sign, never parsed into values, so that no digit of a number is lost.

import { h } from './page-dom.js';
import { bytes, visible } from './page-format.js';
import { t } from './page-words.js';

const TOKEN = /("(?:[^"\\\u0000-\u001f]|\\.)*")|(-?\d[\d.eE+-]*)|(true|false|null)|([{}[\],:])|([ \t\r\n]+)/gy;
/// Beyond this, a text is shown plain: a coloured one would have too many elements.
const COLOUR_LIMIT = 40_000;
/// Beyond this, the rest is shown when somebody asks for it.
const FIRST_LOOK = 24_000;

/// The tokens of a text; null if it is no JSON even at a glance.
function tokens(text) {
  const found = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    const match = TOKEN.exec(text);
    if (!match) return null;
    if (match[1] !== undefined) found.push({ sort: 'text', text: match[1] });
    else if (match[2] !== undefined) found.push({ sort: 'number', text: match[2] });
    else if (match[3] !== undefined) found.push({ sort: 'word', text: match[3] });
    else if (match[4] !== undefined) found.push({ sort: 'sign', text: match[4] });
  }
  return found;
}

/// A text with each member in a line of its own; the text itself if it is no JSON, or nests too deep to lay out.
export function laidOut(text) {
  if (!isJSON(text)) return text;
  const parts = [];
  let depth = 0;
  let last = '';
  for (const token of tokens(text) ?? []) {
    const sign = token.sort === 'sign' ? token.text : '';
    const isClosing = sign === '}' || sign === ']';
    if (isClosing) depth -= 1;
    const followsOpening = last === '{' || last === '[';
    if ((followsOpening && !isClosing) || (isClosing && !followsOpening) || last === ',') {
      parts.push('\n', '  '.repeat(depth));
    }
    parts.push(sign === ':' ? ': ' : token.text);
    if (sign === '{' || sign === '[') depth += 1;
    if (depth > 64) return text;
    last = sign;
  }
  return parts.join('');
}

/// JSON that goes out as somebody has typed it: a number of JavaScript has 16 digits, and an order may have more.
class Typed {
  #text;

  constructor(text) { this.#text = text; }

  toString() { return this.#text; }
}

/// A text that is JSON, as a value that goes out as it stands; throws what is no JSON.
export function typed(text) {
  JSON.parse(text);
  return new Typed(text);
}

/// Whether a value stands for text that somebody has typed.
export const isTyped = (value) => value instanceof Typed;

/// Reads a text, and leaves numbers as they are typed; throws what is no JSON.
export function exact(text) {
  JSON.parse(text);
  const all = tokens(text);
  let at = 0;
  const isSign = (signs) => all[at].sort === 'sign' && signs.includes(all[at].text);
  function value() {
    const token = all[at];
    at += 1;
    if (token.sort === 'number') return new Typed(token.text);
    if (token.sort !== 'sign') return JSON.parse(token.text);
    const whole = token.text === '[' ? [] : {};
    while (!isSign(']}')) {
      if (isSign(',')) at += 1;
      const name = Array.isArray(whole) ? whole.length : value();
      if (isSign(':')) at += 1;
      // An assignment would take `__proto__` for something else.
      Object.defineProperty(whole, name, { value: value(), enumerable: true, writable: true, configurable: true });
    }
    at += 1;
    return whole;
  }
  return value();
}

/// A value as JSON; what was typed stands in it as it was.
export function written(value) {
  if (isTyped(value)) return String(value);
  if (Array.isArray(value)) return `[${value.map(written).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value).filter(([, inner]) => inner !== undefined);
  return `{${members.map(([name, inner]) => `${JSON.stringify(name)}:${written(inner)}`).join(',')}}`;
}

// Whether a browser takes a text for JSON.
function isJSON(text) {
  try { JSON.parse(text); return true; } catch { return false; }
}

/// A text from outside as a block to read; JSON is laid out and coloured.
export function block(text, label) {
  const whole = laidOut(text);
  const element = h('pre.code', { tabindex: 0, role: 'region', 'aria-label': label ?? t('json.block') });
  if (whole.length <= FIRST_LOOK) {
    element.append(...coloured(whole));
    return element;
  }
  element.append(visible(whole.slice(0, FIRST_LOOK)));
  const more = h('button.quiet', { type: 'button', onclick: () => {
    element.replaceChildren(visible(whole));
    more.remove();
  } }, t('json.all', { size: bytes(new Blob([whole]).size) }));
  return h('div.long', element, more);
}

function coloured(text) {
  if (text.length > COLOUR_LIMIT || !isJSON(text)) return [visible(text)];
  const pieces = [];
  let plain = '';
  const found = text.match(/("(?:[^"\\]|\\.)*")(\s*:)?|-?\d[\d.eE+-]*|true|false|null|[^"\dtfn-]+|./gs) ?? [text];
  for (const piece of found) {
    const kind = kindOf(piece);
    if (!kind) { plain += piece; continue; }
    if (plain) { pieces.push(visible(plain)); plain = ''; }
    pieces.push(h(`span.json-${kind}`, visible(piece)));
  }
  if (plain) pieces.push(visible(plain));
  return pieces;
}

function kindOf(piece) {
  if (piece[0] === '"') return /"\s*:$/.test(piece) ? 'name' : 'text';
  return /^(-?\d|true|false|null)/.test(piece) ? 'number' : null;
}

/// Line and column of a byte that the server has named; null where there is none.
export function placeOf(sentence, text) {
  const match = /\bbyte (\d+)\b/.exec(sentence ?? '');
  if (!match) return null;
  const head = new TextDecoder().decode(new TextEncoder().encode(text).slice(0, Number(match[1])));
  const lines = head.split('\n');
  return { line: lines.length, column: Array.from(lines.at(-1)).length + 1 };
}
