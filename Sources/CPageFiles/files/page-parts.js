// What views are put together from, so that they need not spell it out.

import { h } from './page-dom.js';

/// A button that does something at a press; `more` holds further attributes, such as `class`.
export const button = (text, onclick, more = {}) => h('button', { type: 'button', onclick, ...more }, text);

/// The heading of a view, which can be reached by script.
export const heading = (...content) => h('h1', { tabindex: -1 }, content);

/// A box to tick, with its words behind it.
export const check = (input, text, kind = 'check') => h('label', { class: kind }, input, h('span', text));

/// A field with its label above it, and what belongs behind it.
export const field = (label, input, ...behind) => h('div.field', h('label', { for: input.id }, label), input, behind);

/// A field for names and codes: nothing guesses what could be meant.
export const plainInput = (more) => h('input', {
  type: 'text', autocomplete: 'off', spellcheck: 'false', autocapitalize: 'off', ...more,
});

/// What is on the left of a fold and what opens below it.
export const fold = (summary, ...content) => h('details', h('summary', summary), content);

/// A table of plain rows. Columns are `[label, class]`, rows are lists of cells, the first of which names the row.
export function table(kind, columns, rows) {
  const cell = (content, index) => (index === 0
    ? h('th', { scope: 'row' }, content)
    : h('td', { class: columns[index][1] }, content));
  return h('table', { class: kind },
    h('thead', h('tr', columns.map(([label, kind]) => h('th', { scope: 'col', class: kind }, label)))),
    h('tbody', rows.map((row) => h('tr', row.map(cell)))));
}

/// A table whose rows are opened: roles are written out, as narrow pages show the rows as cards.
export function listTable(kind, labels, columns, rows) {
  return h('table', { class: kind, role: 'table', ...labels },
    h('thead', { role: 'rowgroup' }, h('tr', { role: 'row' },
      columns.map(([label, kind]) => h('th', { role: 'columnheader', scope: 'col', class: kind }, label)))),
    h('tbody', { role: 'rowgroup' }, rows));
}

/// A row of such a table; `cells` are `[class, content]`, one of which holds the link that a click anywhere follows.
export function listRow(key, cells) {
  const open = (event) => {
    if (event.target.closest('a, button') || !getSelection().isCollapsed) return;
    event.currentTarget.querySelector('a').click();
  };
  return h('tr', { role: 'row', 'data-row': key, onclick: open },
    cells.map(([kind, ...content]) => h('td', { role: 'cell', class: kind }, content)));
}

/// A dash for what is not there.
export const none = () => h('span.dim', '–');
