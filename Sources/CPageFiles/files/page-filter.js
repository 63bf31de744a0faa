// The filter: one field of terms as on the command line, the terms as chips, and menus of what is there to choose.

import { h, put } from './page-dom.js';
import { oneLine, visible } from './page-format.js';
import { button, fold, plainInput } from './page-parts.js';
import { adding, KEYS, readTyped, spelling, toTyped } from './page-query.js';
import { reasonLabel } from './page-reasons.js';
import { t } from './page-words.js';

const AGES = ['..10m', '..1h', '..1d', '1h..', '1d..', '7d..'];

/// The bar. `show` gives it the terms that hold and the groups there are; `complain` says what is wrong with a term.
export function filterBar({ onQuery }) {
  let terms = [];
  const field = plainInput({
    type: 'search', id: 'filter', 'data-key': 'filter', enterkeyhint: 'search',
    placeholder: 'reason=value_too_long age=1h.. app!=mini', 'aria-describedby': 'filter-says',
  });
  const says = h('p.says', { id: 'filter-says', role: 'alert' });
  const chips = h('ul.chips', { 'aria-label': t('filter.terms') });
  const menus = h('div.menus');
  const help = h('div.help', fold(t('filter.help'), h('dl',
    KEYS.map((key) => [h('dt', h('code', key)), h('dd', t(`filter.key.${key}`))]), h('dd.rule', t('filter.key.all')))));
  const element = h('form.filter', { role: 'search', onsubmit: submit },
    h('label', { for: 'filter' }, t('filter.label')),
    h('div.line', field, h('button', { type: 'submit' }, t('filter.apply'))), says,
    h('div.line.below', chips, menus), help);

  function submit(event) {
    event.preventDefault();
    onQuery(readTyped(field.value));
  }

  const chip = (term, index) => h('li.chip', { class: term.isNot && 'not' },
    h('span', term.key, h('i', term.isNot ? '≠' : '='),
      h('bdi', oneLine(term.value).slice(0, 80) || t('filter.empty'))),
    button('×', () => {
      onQuery(terms.filter((_, other) => other !== index));
      field.focus();
    }, { 'aria-label': t('filter.remove', { term: oneLine(spelling(term)) }) }));

  function menu(key, values, label = (value) => value) {
    if (values.length === 0) return null;
    const name = t(`filter.menu.${key}`);
    const select = h('select', {
      'aria-label': name, onchange: () => onQuery(adding(terms, { key, isNot: false, value: select.value })),
    }, h('option', { value: '', disabled: true, selected: true }, name),
    values.map((value) => h('option', { value }, visible(label(value)).slice(0, 60))));
    return select;
  }

  return {
    element,
    show(next, groups) {
      terms = next;
      // What is being typed is not taken away.
      const isTyping = document.activeElement === field && readTyped(field.value).length !== next.length;
      if (!isTyping) field.value = toTyped(next);
      field.removeAttribute('aria-invalid');
      put(says);
      const clear = () => h('li', button(t('filter.clear'), () => onQuery([]), { class: 'quiet' }));
      put(chips, next.map(chip), next.length > 1 && clear());
      put(menus,
        menu('reason', different(groups, 'reason'), reasonLabel), menu('app', different(groups, 'app')),
        menu('template', different(groups, 'template')),
        menu('age', AGES, (value) => t(`filter.age.${value.replaceAll('.', '_')}`)));
    },
    complain(sentence) {
      field.setAttribute('aria-invalid', 'true');
      put(says, sentence);
    },
  };
}

/// The values of a key that some group has, up to what one wants to see in a menu.
const different = (groups, key) =>
  [...new Set(groups.map((group) => group[key]).filter((value) => value != null && value !== ''))].slice(0, 40);
