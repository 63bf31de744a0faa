// Sending again and dropping: what was counted is frozen, shown, confirmed, and exactly that is touched.

import { download, post, Refusal } from './page-api.js';
import { changesPart } from './page-changes.js';
import { note, openDialog, trouble, waiting } from './page-dialog.js';
import { h, put } from './page-dom.js';
import { groupLines } from './page-groups.js';
import { button, check, field, fold, plainInput } from './page-parts.js';
import { begun } from './page-run.js';
import { t } from './page-words.js';

/// Opens a dialog that freezes what fits a query and hands it on; `count again` begins anew.
function withSnapshot(heading, query, fill) {
  openDialog(heading, (content, close) => {
    const freeze = async () => {
      put(content, waiting(t('snapshot.counting')));
      try {
        const snapshot = await post('/api/dead/snapshot', { query });
        if (!content.isConnected) return;
        if (snapshot.count === 0) {
          put(content, h('p.empty', t('snapshot.none')), h('div.buttons', button(t('dialog.close'), close)));
        } else {
          fill(content, snapshot, close, freeze);
        }
        content.querySelector('[data-first]')?.focus();
      } catch (error) {
        put(content, trouble(error, freeze));
      }
    };
    freeze();
  });
}

/// What was counted.
const frozen = (snapshot) => [
  h('p.big', t('snapshot.count', { n: snapshot.count })),
  groupLines(snapshot.groups),
  snapshot.missed > 0 && h('p.hint.warn', t('dead.missed', { n: snapshot.missed })),
  h('p.dim', t('snapshot.frozen')),
];

/// Asks how to send again what fits a query, then does it. `bodies` holds texts that a person has written, by key.
export function openSend({ query, bodies = {}, onBegin = () => {} }) {
  withSnapshot(t('send.title'), query, (content, snapshot, close, again) => {
    const isMany = snapshot.count > 1;
    const pace = number('pace', { min: 1 });
    const canary = number('canary', { min: 1, max: Math.min(snapshot.count, 1000) });
    const share = number('share', { min: 0, max: 100 });
    const wait = h('input', { type: 'checkbox', checked: snapshot.count <= 1000 });
    const changes = changesPart();
    const confirmed = h('input', {
      type: 'checkbox', onchange: () => { send.disabled = !confirmed.checked; },
    });
    const send = submitButton(t('send.do', { n: snapshot.count }),
      { class: 'first', disabled: isMany, 'data-first': !isMany });
    const says = h('div', { role: 'alert' });
    const hasDoubt = snapshot.groups.some((group) => group.reason === 'outcome_unknown');
    put(content, h('form', { onsubmit: submit }, frozen(snapshot),
      hasDoubt && h('p.hint.warn', t('send.doubt')),
      Object.keys(bodies).length > 0 && h('p.hint', t('send.edited')),
      isMany && h('div.options', pace.element, canary.element, share.element),
      check(wait, t('send.wait')),
      fold(t(isMany ? 'send.changes' : 'send.changes.one'), changes.element),
      isMany && check(confirmed, t('send.confirm', { n: snapshot.count }), 'check confirm'),
      says, h('div.buttons', send, button(t('dialog.cancel'), close))));

    async function submit(event) {
      event.preventDefault();
      put(says);
      const { list, to, fault } = changes.read();
      if (fault) { put(says, h('p.says', fault)); return; }
      send.disabled = true;
      try {
        const run = await post('/api/dead/requeue', {
          snapshot: snapshot.snapshot, changes: list, bodies, to, wait: wait.checked,
          rate: pace.value === null ? null : `${pace.value}/s`, canary: canary.value, stop_on_errors: share.value,
        });
        begun(run);
        close();
        onBegin(run);
      } catch (error) {
        put(says, trouble(error, error.code === 'snapshot_gone' ? again : null));
        send.disabled = isMany && !confirmed.checked;
      }
    }
  });
}

const submitButton = (text, more) => h('button', { type: 'submit', ...more }, text);

function number(name, limits) {
  const input = h('input', {
    type: 'number', id: `send-${name}`, step: 1, inputmode: 'numeric', placeholder: t(`send.${name}.none`), ...limits,
  });
  return {
    element: field(t(`send.${name}`), input, h('span.dim', t(`send.${name}.more`))),
    get value() { return input.value === '' ? null : Number(input.value); },
  };
}

/// Saves what fits a query, then takes it from the queue.
export function openDrop({ query, onBegin = () => {} }) {
  withSnapshot(t('drop.title'), query, (content, snapshot, close, again) => {
    const says = h('div', { role: 'alert' });
    let receipt = null;
    const typed = plainInput({
      id: 'drop-count', inputmode: 'numeric', disabled: true,
      oninput: () => { drop.disabled = typed.value.trim() !== String(snapshot.count); },
    });
    const drop = submitButton(t('drop.do', { n: snapshot.count }), { class: 'danger', disabled: true });
    const save = button(t('drop.save'), keep, { 'data-first': true });
    const second = t('drop.second', { number: String(snapshot.count) });
    put(content, h('form', { onsubmit: submit }, frozen(snapshot),
      h('ol.steps', h('li', h('p', t('drop.first')), save), h('li', h('label', { for: 'drop-count' }, second), typed)),
      says, h('div.buttons', drop, button(t('dialog.cancel'), close))));

    async function keep() {
      save.disabled = true;
      put(says);
      try {
        const saved = await saveExport(snapshot.snapshot);
        receipt = saved.receipt;
        put(save, t('drop.saved', { name: saved.name }));
        typed.disabled = false;
        typed.focus();
      } catch (error) {
        put(says, trouble(error, error.code === 'snapshot_gone' ? again : null));
        save.disabled = false;
      }
    }

    async function submit(event) {
      event.preventDefault();
      if (drop.disabled) return;
      drop.disabled = true;
      try {
        const run = await post('/api/dead/drop', { snapshot: snapshot.snapshot, receipt });
        begun(run);
        close();
        onBegin(run);
      } catch (error) {
        put(says, trouble(error, error.code === 'snapshot_gone' ? again : null));
      }
    }
  });
}

/// Saves what fits a query, and leaves it where it is.
export function openExport({ query }) {
  withSnapshot(t('export.title'), query, (content, snapshot, close) => {
    const says = h('div', { role: 'alert' });
    const save = button(t('export.do', { n: snapshot.count }), async () => {
      save.disabled = true;
      put(says);
      try {
        const { name } = await saveExport(snapshot.snapshot);
        note(t('drop.saved', { name }));
        close();
      } catch (error) {
        put(says, trouble(error));
        save.disabled = false;
      }
    }, { class: 'first', 'data-first': true });
    put(content, frozen(snapshot), h('p', t('export.more')), says,
      h('div.buttons', save, button(t('dialog.cancel'), close)));
  });
}

/// Hands an export to the browser as a file; what has not come to its end is none.
async function saveExport(snapshot) {
  const { blob, name } = await download(`/api/dead/export?snapshot=${encodeURIComponent(snapshot)}`);
  const receipt = await receiptOf(blob);
  if (!receipt) throw new Refusal(0, 'export_cut');
  const link = h('a', { href: URL.createObjectURL(blob), download: name, hidden: true });
  document.body.append(link);
  link.click();
  link.remove();
  // The browser reads the bytes a little later.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
  return { name, receipt };
}

/// The receipt in the last line of an export; null if that is another line, or half of one.
async function receiptOf(blob) {
  const end = await blob.slice(-256).text();
  if (!end.endsWith('\n')) return null;
  try {
    const line = JSON.parse(end.trimEnd().split('\n').at(-1));
    return line.wxpush_export_end === 1 ? line.receipt : null;
  } catch {
    return null;
  }
}
