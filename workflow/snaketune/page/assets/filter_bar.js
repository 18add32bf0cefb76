// The bar of filters: an expression, chips for status and search, tags, and what is active.

const EXPRESSION_DELAY = 150;

/** Chips that switch the values of a column on and off; all on is no filter. */
function toggles(study, filters, name, node) {
  const column = study.column(name);
  const counts = new Map();
  for (const code of column?.data ?? []) counts.set(code, (counts.get(code) ?? 0) + 1);
  if (counts.size < 2) return;
  const chosen = new Set();
  const buttons = [...counts].sort(([a], [b]) => a - b).map(([code, count]) => {
    const button = el('button', { type: 'button', class: 'chip', 'aria-pressed': 'false', 'data-value': column.levelTexts[code] },
      name === 'status' ? statusMark(column.levelTexts[code]) : shorten(column.levelTexts[code], 24), el('span', { class: 'chip-count' }, String(count)));
    button.addEventListener('click', () => {
      if (!chosen.delete(code)) chosen.add(code);
      apply();
    });
    return [code, button];
  });
  const show = () => buttons.forEach(([code, button]) => button.setAttribute('aria-pressed', String(chosen.has(code))));
  const apply = () => {
    show();
    filters.set(name, chosen.size ? (row) => chosen.has(column.data[row]) : null, { onRemove: () => { chosen.clear(); show(); } });
  };
  node.append(...buttons.map(([, button]) => button));
  view.add(name, () => packed([...chosen].map((code) => column.levelTexts[code])), (text) => {
    const codes = unpacked(text).map((level) => column.levelTexts.indexOf(level));
    if (!codes.every((code) => counts.has(code))) throw new Error('no such value');
    chosen.clear();
    codes.forEach((code) => chosen.add(code));
    apply();
  });
}

function tagFilter(study, filters) {
  const column = study.column('tags');
  const tags = [...new Set((column?.levelTexts ?? []).flatMap((text) => text.split(';')))].filter(Boolean).sort();
  if (!tags.length) return;
  const select = byId('tag');
  select.append(el('option', { value: '' }, 'any tag'), ...tags.map((tag) => el('option', { value: tag }, shorten(tag, 30))));
  const apply = () => {
    const tag = select.value;
    const passing = column.levelTexts.map((text) => text.split(';').includes(tag));
    filters.set('tag', tag ? (row) => column.data[row] >= 0 && passing[column.data[row]] : null, { onRemove: () => { select.value = ''; } });
  };
  select.addEventListener('change', apply);
  byId('tag-label').hidden = false;
  view.add('tag', () => select.value, (tag) => {
    if (tag && !tags.includes(tag)) throw new Error('no such tag');
    select.value = tag;
    apply();
  });
}

/** The input for an expression. One that can't be read leaves the rows as they are, and says so; gives what empties it. */
function expressionFilter(study, filters) {
  const input = byId('expression');
  let applied = '';
  input.placeholder = `Filter, as in  ${shorten(exampleFor(study), 60)}`;
  const say = (mistake) => {
    showMistake(input.value, mistake, applied);
    input.setAttribute('aria-invalid', String(Boolean(mistake)));
    byId('count').classList.toggle('stale', Boolean(mistake));
  };
  const reset = () => { input.value = ''; applied = ''; say(null); };
  const apply = () => {
    const wanted = input.value.trim();
    try {
      const test = wanted ? parseExpression(input.value, (name) => study.column(name)) : null;
      // What can't be computed shows itself at the rows.
      if (test) for (let row = 0; row < study.n; row++) test(row);
      applied = wanted;
      say(null);
      filters.set('expression', test, { onRemove: reset });
    } catch (mistake) {
      if (!(mistake instanceof Mistake)) throw mistake;
      say(mistake);
      view.changed();
    }
  };
  input.addEventListener('input', debounced(apply, EXPRESSION_DELAY));
  view.add('where', () => input.value.trim(), (text) => { input.value = text; apply(); });
  document.addEventListener('keydown', (event) => {
    if (event.key !== '/' || event.target.matches('input, select, textarea')) return;
    event.preventDefault();
    input.focus();
  });
  return reset;
}

function exampleFor(study) {
  const parameter = study.parameters.find((column) => column.numeric) ?? study.objectives[0]?.column;
  if (!parameter) return '';
  const text = study.parameters.find((column) => !column.numeric && column.levels.length && typeof column.levels[0] === 'string');
  const quoted = (name) => (/^[\p{L}_][\p{L}\p{N}_.]*$/u.test(name) ? name : `\`${name}\``);
  const middle = parameter.extent ? formatNumber((parameter.extent[0] + parameter.extent[1]) / 2, 1) : '0.1';
  return [`${quoted(parameter.name)} > ${middle}`, text ? `${quoted(text.name)} == ${JSON.stringify(text.levels[0])}` : 'seconds < 60'].join(' and ');
}

/** The expression with its mistake marked, what is wrong, and which rows are shown meanwhile. */
function showMistake(text, mistake, applied) {
  const node = byId('expression-problem');
  node.hidden = !mistake;
  if (!mistake) return node.replaceChildren();
  const { at, end, message } = mistake;
  const around = 30;
  const before = (at > around ? '…' : '') + text.slice(Math.max(0, at - around), at);
  const behind = text.slice(end, end + around) + (text.length > end + around ? '…' : '');
  const meanwhile = applied ? `the rows are still those of ${shorten(applied, 60)}` : 'it filters nothing';
  node.replaceChildren(
    `Not applied, ${meanwhile}. Character ${at + 1}: ${message}:  `, el('code', {}, before, el('mark', {}, shorten(text.slice(at, end), 40) || ' ▲ '), behind));
  return node;
}

function showActive(filters, study) {
  byId('active').replaceChildren(...filters.labelled.map(([key, { label }]) =>
    el('button', { type: 'button', class: 'chip on', 'aria-label': `Remove the filter ${label}`, on: { click: () => filters.remove(key) } }, label, el('span', { 'aria-hidden': 'true' }, ' ×'))));
  byId('count').textContent = `${filters.rows().length} of ${plural(study.n, 'row')}`;
  byId('reset').hidden = !filters.tests.size && !view.parts.get('where').read();
}
