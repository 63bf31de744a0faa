// A letter's body: to read, or to mend with a look at what would be sent.

import { post } from './page-api.js';
import { h, put } from './page-dom.js';
import { editor } from './page-editor.js';
import { bytes, oneLine } from './page-format.js';
import { block, laidOut, placeOf } from './page-json.js';
import { button } from './page-parts.js';
import { reasonLabel } from './page-reasons.js';
import { t } from './page-words.js';

/// What was being written when somebody went elsewhere, by the letters' keys: an end of the session must not cost it.
const drafts = new Map();

/// The body and what becomes of it. `changed` is the new text, or null; `isFaulty` says whether that is no job.
export function bodyPart(letter, { onChange }) {
  // Laid out for reading; sent so only if somebody has written something.
  const original = letter.is_text ? laidOut(letter.body_text ?? '') : letter.body_text ?? '';
  const left = h('section.card.body');
  const right = h('section.card.sent', { 'aria-live': 'polite' });
  let field = null;
  let isFaulty = false;
  let asking = null;

  function read() {
    field?.end();
    field = null;
    isFaulty = false;
    const canEdit = letter.is_text && !letter.too_large;
    put(left,
      h('div.head', h('h2', t('body.title')), h('span.dim', bytes(letter.body_bytes)),
        canEdit && button(t('body.edit'), () => write(original), { class: 'quiet', 'data-key': 'edit' })),
      letter.is_text === false && h('p.hint', t('body.binary')),
      block(letter.body_text ?? '', t('body.title')));
    sent(letter);
    onChange();
  }

  function write(text) {
    const rows = Math.min(28, Math.max(10, text.split('\n').length + 1));
    field = editor({ text, label: t('body.edit'), onInput: check, rows });
    put(left,
      h('div.head', h('h2', t('body.title')), button(t('body.discard'), discard, { class: 'quiet' })),
      field.element, h('p.dim', t('body.hint')));
    field.field.focus();
    field.field.setSelectionRange(0, 0);
    check(text);
  }

  function discard() {
    drafts.delete(letter.key);
    asking?.abort();
    read();
  }

  async function check(text) {
    if (text === original) drafts.delete(letter.key);
    else drafts.set(letter.key, text);
    asking?.abort();
    const mine = asking = new AbortController();
    try {
      const answer = await post('/api/dead/preview', { key: letter.key, body: text }, mine.signal);
      isFaulty = Boolean(answer.fault);
      const said = answer.fault ? fault(answer.fault, text) : outcome(answer.payload, answer.faults ?? []);
      put(right, heading(true), said);
    } catch (error) {
      if (error.name === 'AbortError' || error.status === 401) return;
      put(right, heading(true), h('p.bad', error.sentence ?? error.message), error.detail && h('p.dim', error.detail));
    }
    onChange();
  }

  function fault({ reason, detail }, text) {
    const place = placeOf(detail, text);
    return h('div.fault', h('p.bad', h('b', reasonLabel(reason))), h('p', oneLine(detail)),
      place && button(t('body.place', place), () => field.reach(place), { class: 'quiet' }),
      h('p.dim', t('body.not.sent')));
  }

  function sent({ renders, render_faults: faults }) {
    const isKnown = renders !== undefined || faults;
    put(right, heading(false), isKnown ? outcome(renders ?? null, faults ?? []) : h('p.empty', t('sent.nothing')));
  }

  const heading = (isEdited) =>
    h('div.head', h('h2', t('sent.title')), isEdited && h('span.tag', t('sent.edited')));

  const outcome = (payload, faults) => [
    faults.length > 0 ? h('ul.faults', faults.map((one) => h('li', oneLine(one)))) : h('p.good', t('sent.good')),
    payload === null || payload === undefined ? null : block(JSON.stringify(payload), t('sent.title')),
  ];

  const part = {
    element: h('div.columns.mend', left, right),
    get changed() { return field && field.text !== original ? field.text : null; },
    get isFaulty() { return isFaulty; },
    end() { field?.end(); asking?.abort(); },
  };
  // The caller has the part in hand before it is told of a change.
  queueMicrotask(() => (drafts.has(letter.key) && letter.is_text ? write(drafts.get(letter.key)) : read()));
  return part;
}
