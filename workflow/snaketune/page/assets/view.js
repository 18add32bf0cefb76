// What is chosen on the page, as text behind the # of its address: a view that can be shared, and that is there again
// when the page is read anew.

const VIEW_DELAY = 200;

class View {
  constructor() {
    this.parts = new Map();
    this.wanted = new URLSearchParams(location.hash.slice(1));
    this.notUnderstood = new Set();
    this.changed = debounced(() => this.save(), VIEW_DELAY);
    addEventListener('hashchange', () => this.restore());
  }

  /**
   * A part of the view: `read()` gives its text, '' for how the page begins; `write(text)` takes it up, and throws if
   * there is no such thing. What the address says of it is taken up at once.
   */
  add(key, read, write) {
    this.parts.set(key, { read, write });
    if (this.wanted.has(key)) this.take(key);
  }

  take(key) {
    const text = this.wanted.get(key) ?? '';
    try {
      this.parts.get(key).write(text);
    } catch {
      this.notUnderstood.add(`${key}=${text}`);
    }
  }

  /** Call it when all parts have been added; gives what the address asks for that is not there. */
  complete() {
    for (const [key, text] of this.wanted) if (!this.parts.has(key)) this.notUnderstood.add(`${key}=${text}`);
    this.wanted = new URLSearchParams();
    this.changed();
    return this.notUnderstood;
  }

  /** The view of another address, such as one that was pasted. */
  restore() {
    if (location.hash.slice(1) === this.text()) return;
    this.wanted = new URLSearchParams(location.hash.slice(1));
    this.notUnderstood.clear();
    for (const key of this.parts.keys()) this.take(key);
    this.onNotUnderstood?.(this.complete());
  }

  text() {
    const found = new URLSearchParams();
    for (const [key, { read }] of this.parts) if (read()) found.set(key, read());
    // Parts that are still to come.
    for (const [key, text] of this.wanted) if (!this.parts.has(key)) found.set(key, text);
    return found.toString();
  }

  save() {
    const text = this.text();
    if (location.hash.slice(1) !== text) history.replaceState(null, '', text ? `#${text}` : location.pathname + location.search);
  }
}

const view = new View();

/** Texts as one text, and back. */
const packed = (texts) => texts.map(encodeURIComponent).join(',');
const unpacked = (text) => (text ? text.split(',').map(decodeURIComponent) : []);

/** A labelled drop-down list, a part of the view by its `key` if it has one; `choices` are [value, text] pairs. */
function choice(key, label, choices, chosen, onChange) {
  const select = el('select', { 'data-key': key, on: { change: () => { onChange(select.value); view.changed(); } } });
  for (const [value, text] of choices) select.append(el('option', { value }, shorten(text, 40)));
  select.value = chosen;
  if (key) view.add(key, () => (select.value === String(chosen) ? '' : select.value), (text) => {
    const wanted = text || String(chosen);
    if (!choices.some(([value]) => String(value) === wanted)) throw new Error('no such choice');
    if (select.value === wanted) return;
    select.value = wanted;
    onChange(wanted);
  });
  return el('label', {}, `${label} `, select);
}

/** A labelled box to tick, a part of the view by its `key`. */
function checkbox(key, label, checked, onChange) {
  const box = el('input', { type: 'checkbox', 'data-key': key, on: { change: () => { onChange(box.checked); view.changed(); } } });
  box.checked = checked;
  view.add(key, () => (box.checked === checked ? '' : box.checked ? 'on' : 'off'), (text) => {
    if (!['', 'on', 'off'].includes(text)) throw new Error('on or off');
    const wanted = text ? text === 'on' : checked;
    if (box.checked === wanted) return;
    box.checked = wanted;
    onChange(wanted);
  });
  return el('label', { class: 'check' }, box, ` ${label}`);
}
