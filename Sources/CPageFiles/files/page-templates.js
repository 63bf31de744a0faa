// The templates, and a try-out: values in, the payload and what is wrong with it out.

import { get, post } from './page-api.js';
import { trouble, waiting } from './page-dialog.js';
import { h, put } from './page-dom.js';
import { foreign, oneLine } from './page-format.js';
import { block } from './page-json.js';
import { debounced } from './page-later.js';
import { paramsPart } from './page-params.js';
import { button, field, fold, heading, plainInput } from './page-parts.js';
import { go, title } from './page-router.js';
import { t, has } from './page-words.js';

/// The view.
export async function templatesView(root, url) {
  title(t('templates.title'));
  let all = [];
  let chosen = null;
  let tryout = null;
  const names = h('div.names');
  const place = h('div.tryout');
  const search = plainInput({
    type: 'search', 'data-key': 'filter', placeholder: t('templates.search'), 'aria-label': t('templates.search'),
    oninput: () => list(),
  });

  async function load() {
    put(root, heading(t('templates.title')), waiting());
    try {
      const answer = await get('/api/templates');
      all = answer.templates;
      put(root, heading(t('templates.title')),
        answer.fault && h('div.hint.warn', h('strong', t('templates.fault')), h('p', oneLine(answer.fault))),
        answer.note && h('p.hint', oneLine(answer.note)),
        all.length === 0 ? h('div.empty.large', h('strong', t('templates.none')), h('p', t('templates.none.more')))
          : h('div.split', h('section.side', search, names), place));
      if (all.length > 0) visit(new URL(location.href));
    } catch (error) {
      if (error.status !== 401) put(root, heading(t('templates.title')), trouble(error, load));
    }
  }

  function list() {
    const wanted = search.value.trim().toLowerCase();
    const found = all.filter((one) => [one.name, one.description, one.kind, one.app, one.template_id]
      .some((text) => String(text ?? '').toLowerCase().includes(wanted)));
    put(names, found.length === 0 ? h('p.empty', t('templates.not.found')) : h('ul', found.slice(0, 500).map(entry)));
  }

  const entry = (one) => h('li', { 'data-row': one.name },
    h('a', { href: `/templates?name=${encodeURIComponent(one.name)}`, 'aria-current': one === chosen && 'true' },
      h('b', foreign(one.name)), h('span.dim', foreign(one.description || kindLabel(one.kind)))));

  function visit(to) {
    const wanted = to.searchParams.get('name');
    const next = all.find((one) => one.name === wanted) ?? (wanted === null ? all[0] : null);
    // On a phone the list comes first; what was asked for by name is shown at once.
    root.classList.toggle('named', wanted !== null);
    if (next !== chosen || !next) {
      tryout?.end();
      tryout = null;
      chosen = next;
      if (chosen) tryout = tryOut(place, chosen);
      else put(place, h('p.empty', t('templates.unknown')), button(t('templates.all'), () => go('/templates')));
    }
    list();
  }

  await load();
  return { visit, leave() { tryout?.end(); } };
}

const kindLabel = (kind) => (has(`kind.${kind}`) ? t(`kind.${kind}`) : kind ?? '');

function tryOut(place, template) {
  const above = () => h('div.head', h('h2', t('sent.title')));
  const result = h('section.card.sent', { 'aria-live': 'polite' });
  const page = override('page');
  const link = override('url');
  let asking = null;

  async function render() {
    asking?.abort();
    const mine = asking = new AbortController();
    const { params: values, fault } = params.read();
    if (fault) { put(result, above(), h('ul.faults', h('li', fault))); return; }
    const body = { template: template.name, params: values };
    if (page.value) body.page = page.value;
    if (link.value) body.url = link.value;
    try {
      const answer = await post('/api/templates/render', body, mine.signal);
      const faults = answer.faults ?? [];
      put(result, above(),
        faults.length > 0 ? h('ul.faults', faults.map((one) => h('li', oneLine(one)))) : h('p.good', t('sent.good')),
        answer.payload ? block(answer.payload_text ?? JSON.stringify(answer.payload), t('sent.title')) : null);
    } catch (error) {
      if (error.name === 'AbortError' || error.status === 401) return;
      put(result, above(), trouble(error, render));
    }
  }
  const later = debounced(render, 250);
  const params = paramsPart(template, later);
  for (const input of [page, link]) input.addEventListener('input', later);

  put(place,
    h('a.back', { href: '/templates' }, `← ${t('templates.title')}`), head(template),
    h('div.columns',
      h('section.card', params.element,
        fold(t('templates.overrides'), field('page', page), field('url', link))),
      result));
  render();
  return { end() { asking?.abort(); later.cancel(); params.end(); } };
}

const head = (template) => h('header',
  h('h2.name', foreign(template.name)), template.description && h('p', foreign(template.description)),
  h('p.dim.tags', h('span.tag', kindLabel(template.kind)), template.app && h('span.tag', foreign(template.app)),
    template.template_id && h('code', foreign(template.template_id)),
    template.place && h('span', foreign(template.place))));

const override = (name) => plainInput({ id: `try-${name}` });
