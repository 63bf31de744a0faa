// Elements from descriptions. Text goes in as text and nothing else: there is no way from here to HTML.

const SVG = 'http://www.w3.org/2000/svg';

/// An element: `h('a.quiet', { href: '/', onclick }, 'text', child, [more])`. Values of null and false are left out.
export function h(name, ...rest) {
  return fill(document.createElement(name.split('.')[0]), name, rest);
}

/// The same in a drawing.
export function svg(name, ...rest) {
  return fill(document.createElementNS(SVG, name.split('.')[0]), name, rest);
}

function fill(element, name, rest) {
  const classes = name.split('.').slice(1);
  const isDescription = rest[0] && typeof rest[0] === 'object' && !(rest[0] instanceof Node) && !Array.isArray(rest[0]);
  const given = isDescription ? rest.shift() : {};
  for (const [key, value] of Object.entries(given)) {
    if (value === null || value === undefined || value === false) continue;
    if (key.startsWith('on')) listen(element, key.slice(2), value);
    else if (key === 'class') classes.push(...String(value).split(' ').filter(Boolean));
    else if (key === 'value' || key === 'checked') element[key] = value;
    else element.setAttribute(key, value === true ? '' : String(value));
  }
  if (classes.length > 0) element.setAttribute('class', classes.join(' '));
  append(element, rest);
  return element;
}

function append(element, children) {
  for (const child of children) {
    if (child === null || child === undefined || child === false) continue;
    if (Array.isArray(child)) append(element, child);
    else element.append(child instanceof Node ? child : String(child));
  }
}

// Handlers stand on their element by name, so that `update` can exchange them.
function listen(element, type, handler) {
  element.handlers ??= {};
  if (!(type in element.handlers)) element.addEventListener(type, dispatch);
  element.handlers[type] = handler;
}

function dispatch(event) {
  return this.handlers[event.type]?.call(this, event);
}

/// Takes everything out of an element and puts this in.
export function put(element, ...children) {
  element.replaceChildren();
  append(element, children);
}

/// Changes an element into what was built anew, where they differ: focus, selection and open details stay.
export function update(old, fresh) {
  if (old.nodeType !== fresh.nodeType || old.nodeName !== fresh.nodeName || old.dataset?.key !== fresh.dataset?.key) {
    old.replaceWith(fresh);
    return fresh;
  }
  if (old.nodeType !== Node.ELEMENT_NODE) {
    if (old.data !== fresh.data) old.data = fresh.data;
    return old;
  }
  for (const { name } of [...old.attributes]) {
    if (!fresh.hasAttribute(name) && name !== 'open') old.removeAttribute(name);
  }
  for (const { name, value } of fresh.attributes) {
    if (old.getAttribute(name) !== value) old.setAttribute(name, value);
  }
  for (const type of Object.keys(old.handlers ?? {})) old.handlers[type] = null;
  for (const [type, handler] of Object.entries(fresh.handlers ?? {})) listen(old, type, handler);
  // What is kept by somebody else, such as a chart, is left alone.
  if (!fresh.hasAttribute('data-kept')) updateChildren(old, [...fresh.childNodes]);
  return old;
}

function updateChildren(old, fresh) {
  const before = [...old.childNodes];
  fresh.forEach((node, index) => {
    if (index < before.length) update(before[index], node);
    else old.append(node);
  });
  for (const node of before.slice(fresh.length)) node.remove();
}
