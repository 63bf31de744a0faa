// A field for JSON with numbered lines.

import { h, put } from './page-dom.js';
import { debounced } from './page-later.js';

/// The field. `onInput` is told a moment after the last key.
export function editor({ text, label, onInput, rows = 14 }) {
  const lines = h('pre.gutter', { 'aria-hidden': 'true' });
  const field = h('textarea.code', {
    spellcheck: 'false', autocomplete: 'off', autocapitalize: 'off', wrap: 'off', rows, 'aria-label': label,
    oninput: () => { number(); later(); }, onscroll: () => { lines.scrollTop = field.scrollTop; }, onkeydown: indent,
  });
  let shown = 0;
  const later = debounced(() => onInput(field.value), 300);
  const element = h('div.editor', lines, field);
  field.value = text;
  number();

  function number() {
    let total = 1;
    for (let at = field.value.indexOf('\n'); at >= 0; at = field.value.indexOf('\n', at + 1)) total += 1;
    if (total === shown) return;
    shown = total;
    put(lines, Array.from({ length: total }, (_, index) => index + 1).join('\n'));
  }

  // Tab leaves the field, as everywhere; a new line begins where the last one did.
  function indent(event) {
    if (event.key !== 'Enter' || event.isComposing || event.ctrlKey || event.metaKey) return;
    const before = field.value.slice(0, field.selectionStart);
    const spaces = /(?:^|\n)( *)[^\n]*$/.exec(before.slice(-2000))?.[1] ?? '';
    if (!spaces) return;
    event.preventDefault();
    // The one way to write into a field that the browser can undo.
    document.execCommand('insertText', false, `\n${spaces}`);
  }

  return {
    element, field,
    get text() { return field.value; },
    set text(next) { field.value = next; number(); },
    /// Puts the cursor at a place.
    reach({ line, column }) {
      const start = field.value.split('\n').slice(0, line - 1).reduce((sum, one) => sum + one.length + 1, 0);
      field.focus();
      field.setSelectionRange(start + column - 1, start + column);
      field.scrollTop = Math.max(0, (line - 5) * parseFloat(getComputedStyle(field).lineHeight));
    },
    end: () => later.cancel(),
  };
}
