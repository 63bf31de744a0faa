// The letters of a query, one in a row.

import { h } from './page-dom.js';
import { count, oneLine, shortened, when } from './page-format.js';
import { listRow, listTable, none } from './page-parts.js';
import { letterAddressOf } from './page-query.js';
import { reasonTag } from './page-reasons.js';
import { t } from './page-words.js';

const COLUMNS = ['reason', 'letter', 'from', 'to', 'tries', 'died'];

/// The table; each row is a link to its letter.
export function letterList(letters) {
  const columns = COLUMNS.map((name) => [t(`column.${name}`), name === 'tries' ? 'number' : null]);
  return listTable('letters', { 'aria-label': t('list.title') }, columns, letters.map(row));
}

function row(letter) {
  const sort = letter.template || letter.kind;
  const times = t('list.requeues', { n: letter.requeues });
  return listRow(letter.key, [
    ['reason', reasonTag(letter.reason, letter.errcode)],
    ['letter',
      h('a', { href: letterAddressOf(`@${letter.key}`) }, shortened(letter.id ?? letter.address)),
      letter.detail && h('span.detail', oneLine(letter.detail).slice(0, 300))],
    ['from', letter.app ? shortened(letter.app, 28) : none(), sort && h('span.dim', shortened(sort, 28))],
    ['to', letter.to ? shortened(letter.to, 16) : none()],
    ['number tries', count(letter.attempts),
      letter.requeues > 0 && h('span', { title: times }, ` ↻${letter.requeues}`)],
    ['died', when(letter.died_at)],
  ]);
}
