// Parameters of a template: a field for each, or all of them as JSON.

import { h, put } from './page-dom.js';
import { editor } from './page-editor.js';
import { oneLine } from './page-format.js';
import { exact, isTyped, laidOut, typed, written } from './page-json.js';
import { button, plainInput } from './page-parts.js';
import { t } from './page-words.js';

/// The form. `read` gives `{ params }`, or `{ fault }` with what is no JSON.
export function paramsPart(template, onInput) {
  let values = clone(template.example ?? {});
  let raw = null;
  let fields = [];
  const place = h('div.params');
  const turn = button('', toggle, { class: 'quiet' });
  const element = h('div', h('div.head', h('h2', t('params.title')), turn), place);

  function showFields() {
    raw?.end();
    raw = null;
    put(turn, t('params.raw'));
    const wanted = template.variables ?? [];
    const isWanted = (key) => wanted.some((name) => name === key || name.startsWith(`${key}.`));
    const besides = Object.keys(values).filter((key) => !isWanted(key));
    const names = [...new Set([...wanted, ...besides])];
    fields = names.map((name, index) => field(name, index, valueAt(values, name), onInput));
    put(place, names.length === 0 ? h('p.empty', t('params.none')) : fields.map((one) => one.element));
  }

  function showRaw() {
    put(turn, t('params.fields'));
    raw = editor({ text: laidOut(written(values)), label: t('params.raw'), onInput, rows: 14 });
    put(place, raw.element);
  }

  function toggle() {
    const { params, fault } = read();
    if (fault) { onInput(); return; }
    values = clone(params);
    if (raw) showFields();
    else showRaw();
    onInput();
  }

  function read() {
    if (raw) {
      try {
        if (isObject(exact(raw.text))) return { params: typed(raw.text) };
      } catch { /* Said below. */ }
      return { fault: t('params.no.object') };
    }
    const params = clone(values);
    for (const one of fields) {
      const { value, fault } = one.read();
      if (fault) return { fault };
      setAt(params, one.name, value);
    }
    return { params };
  }

  showFields();
  return { element, read, end() { raw?.end(); } };
}

function field(name, index, example, onInput) {
  const id = `param-${index}`;
  // What is no text stands there as JSON: 3, true, ["a"].
  const isText = example === undefined || typeof example === 'string';
  const text = isText ? example ?? '' : written(example);
  const isLong = text.length > 60 || text.includes('\n');
  const input = isLong
    ? h('textarea', { id, rows: 3, spellcheck: 'false', oninput: onInput })
    : plainInput({ id, oninput: onInput });
  input.value = text;
  const word = t('params.given', { name });
  const given = h('input', {
    type: 'checkbox', checked: example !== undefined, 'aria-label': word, title: word, onchange: onInput,
  });
  input.addEventListener('input', () => { given.checked = true; });
  const label = h('label', { for: id }, h('bdi', oneLine(name)), !isText && [' ', h('span.tag', 'JSON')]);
  return {
    name,
    element: h('div.field.param', label, h('div.line', input, given)),
    read() {
      if (!given.checked) return { value: undefined };
      if (isText) return { value: input.value };
      try { return { value: exact(input.value) }; } catch { return { fault: t('params.no.json', { name }) }; }
    },
  };
}

// Numbers are typed text from here on, whose digits nobody counts.
const clone = (values) => exact(written(values));

const isObject = (value) => typeof value === 'object' && value !== null && !Array.isArray(value) && !isTyped(value);

// A variable such as `user.name` lies in another one.
const valueAt = (values, path) => path.split('.')
  .reduce((inner, name) => (inner && Object.hasOwn(inner, name) ? inner[name] : undefined), values);

function setAt(values, path, value) {
  const names = path.split('.');
  const last = names.pop();
  let inner = values;
  for (const name of names) {
    if (!Object.hasOwn(inner, name) || typeof inner[name] !== 'object' || inner[name] === null
      || isTyped(inner[name])) {
      if (value === undefined) return;
      Object.defineProperty(inner, name, { value: {}, enumerable: true, writable: true, configurable: true });
    }
    inner = inner[name];
  }
  if (value === undefined) delete inner[last];
  else Object.defineProperty(inner, last, { value, enumerable: true, writable: true, configurable: true });
}
