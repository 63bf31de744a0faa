// Dialogs, and short notes that go by themselves.

import { h, put } from './page-dom.js';
import { button } from './page-parts.js';
import { t } from './page-words.js';

/// Opens a dialog with a heading. `build(content, close)` fills it; Esc and the cross close it.
export function openDialog(heading, build, { onClose = () => {} } = {}) {
  const before = document.activeElement;
  const content = h('div.content', { tabindex: -1, autofocus: true });
  const dialog = h('dialog', { 'aria-labelledby': 'dialog-heading' },
    h('div.head', h('h2', { id: 'dialog-heading' }, heading),
      button('×', () => dialog.close(), { class: 'icon', 'aria-label': t('dialog.close') })),
    content);
  dialog.addEventListener('close', () => {
    dialog.remove();
    onClose();
    if (before?.isConnected) before.focus({ preventScroll: true });
  });
  document.body.append(dialog);
  build(content, () => dialog.close());
  dialog.showModal();
  dialog.querySelector('[data-first]')?.focus();
  return dialog;
}

/// Says something in passing, to eyes and ears.
export function note(text, sort = 'plain') {
  const place = document.getElementById('notes');
  const element = h('div', { class: `note note-${sort}` }, text);
  place.append(element);
  setTimeout(() => element.remove(), 6000);
}

/// Copies a text and says so.
export async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    note(t('copy.done'));
  } catch {
    // Without HTTPS browsers give no clipboard to scripts, so the text is put where one can take it.
    openDialog(t('copy.heading'), (content) => {
      const field = h('textarea.code', { readonly: true, rows: 3, 'aria-label': t('copy.heading') });
      field.value = text;
      put(content, field);
      field.addEventListener('focus', () => field.select());
    });
  }
}

/// A trouble with a way out, in place of what could not be shown.
export function trouble(error, retry) {
  const detail = error.sentence ? error.detail : String(error.message);
  return h('div.trouble', { role: 'alert' },
    h('strong', error.sentence ?? t('error.script')), detail && h('p.dim', detail),
    retry && button(t('error.retry'), () => retry()));
}

/// What is shown while something is on its way.
export const waiting = (text) =>
  h('p.waiting', { role: 'status' }, h('i.dots', { 'aria-hidden': 'true' }), text ?? t('wait'));
