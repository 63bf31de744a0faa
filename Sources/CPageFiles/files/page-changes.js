// What is changed in all letters before they are sent again: values at paths, another app, another queue.

import { h } from './page-dom.js';
import { typed } from './page-json.js';
import * as live from './page-live.js';
import { button, field, plainInput } from './page-parts.js';
import { t } from './page-words.js';

/// The form of changes; `read` gives `{ list, to, fault }`.
export function changesPart() {
  const rows = h('div.rows');
  const apps = (live.now?.apps ?? []).map((app) => app.name);
  const app = h('select', { id: 'change-app' }, h('option', { value: '' }, t('change.app.same')),
    apps.map((name) => h('option', { value: name }, name)));
  const to = plainInput({ id: 'change-to', placeholder: t('change.to.same') });
  const add = button(t('change.add'), () => {
    rows.append(row());
    rows.lastChild.querySelector('input').focus();
  }, { class: 'quiet' });
  const element = h('div.changes', rows, add,
    h('div.options', field(t('change.app'), app), field(t('change.to'), to)));
  rows.append(row());

  return {
    element,
    read() {
      const list = [];
      for (const one of rows.children) {
        const path = one.querySelector('.path').value.trim();
        const value = one.querySelector('.value').value;
        const sort = one.querySelector('select').value;
        if (!path) {
          if (value) return { fault: t('change.no.path') };
          continue;
        }
        if (sort === 'remove') list.push({ path, remove: true });
        else if (sort === 'text') list.push({ path, value });
        else {
          try {
            list.push({ path, value: typed(value) });
          } catch {
            return { fault: t('change.no.json', { path }) };
          }
        }
      }
      if (app.value) list.push({ path: 'app', value: app.value });
      return { list, to: to.value.trim() || null };
    },
  };
}

function row() {
  const path = plainInput({ class: 'path', 'aria-label': t('change.path'), placeholder: 'params.title' });
  const value = plainInput({ class: 'value', 'aria-label': t('change.value'), placeholder: 'Tea' });
  const sort = h('select', {
    'aria-label': t('change.sort'), onchange: () => { value.disabled = sort.value === 'remove'; },
  }, ['text', 'json', 'remove'].map((one) => h('option', { value: one }, t(`change.${one}`))));
  return h('div.row', path, sort, value);
}
