// What broke, at a glance: letters counted by what they have in common.

import { h } from './page-dom.js';
import { count, shortened, when } from './page-format.js';
import { button, listRow, listTable, none } from './page-parts.js';
import { reasonTag } from './page-reasons.js';
import { t } from './page-words.js';

const SHOWN = 12;
const COLUMNS = ['count', 'reason', 'errcode', 'app', 'template', 'first', 'last'];

/// The table of groups; each is a link to its letters.
export function groupsPart(groups, others) {
  const columns = COLUMNS.map((name) => [t(`column.${name}`), name === 'count' ? 'number' : null]);
  const rows = groups.slice(0, SHOWN).map(row);
  const table = listTable('groups', { 'aria-labelledby': 'groups-title' }, columns, rows);
  const rest = groups.slice(SHOWN);
  const all = button(t('groups.more', { n: rest.length }), () => {
    table.querySelector('tbody').append(...rest.slice(0, 1000).map(row));
    all.remove();
  }, { class: 'quiet' });
  return h('section.what',
    h('h2', { id: 'groups-title' }, t('groups.title')), table,
    rest.length > 0 && all,
    others > 0 && h('p.dim', t('groups.others', { n: others })));
}

function row(group) {
  const label = t('groups.open', { n: group.count, reason: group.reason });
  return listRow(group.query, [
    ['count number', h('b', count(group.count))],
    ['reason', h('a', { href: `/dead?${group.query}`, 'aria-label': label }, reasonTag(group.reason))],
    ['errcode', group.errcode ?? none()],
    ['app', group.app ? shortened(group.app, 32) : none()],
    ['template', group.template ? shortened(group.template, 64) : none()],
    ['first', when(group.first)],
    ['last', when(group.last)],
  ]);
}

/// The same in a dialog: the largest groups, in a line each.
export function groupLines(groups) {
  const rest = groups.slice(6).reduce((sum, group) => sum + group.count, 0);
  return h('ul.lines',
    groups.slice(0, 6).map((group) => h('li',
      h('b.number', count(group.count)), reasonTag(group.reason), h('span.dim', marks(group)))),
    rest > 0 && h('li', h('b.number', count(rest)), t('groups.rest')));
}

const marks = (group) => [group.errcode, group.app, group.template]
  .filter((mark) => mark !== null && mark !== undefined && mark !== '')
  .map((mark, index) => [index > 0 && ' · ', shortened(mark, 40)]);
