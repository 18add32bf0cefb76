// Puts the page together: head, filters, table, charts.

const EXPRESSION_DELAY = 150;
const CHARTS_DELAY = 120;

function showHead(study) {
  const { payload } = study;
  byId('study').textContent = study.name;
  const goal = payload.objectives.map(({ name, direction }) => `${direction} ${name}`).join(', ');
  const limits = payload.limits.map(({ metric, min, max }) => [min === null ? '' : `${formatNumber(min)} ≤ `, metric, max === null ? '' : ` ≤ ${formatNumber(max)}`].join(''));
  byId('goal').textContent = goal + (limits.length ? `, with ${limits.join(', ')}` : '');
  if (payload.incomplete) byId('goal').append(el('br'), el('strong', { id: 'incomplete' }, payload.incomplete));
  const rank = study.column('rank');
  const best = study.n ? Array.from(study.allRows).find((row) => rank.data[row] === 1) : undefined;
  const seconds = payload.trials.reduce((total, trial) => total + trial.runs.reduce((sum, run) => sum + run.seconds, 0), 0);
  const facts = [['trials', String(payload.trials.length)], ['run time', duration(seconds)]];
  if (best !== undefined) facts.unshift(['best', study.objectiveText(best)], ['found by', study.rowName(best)]);
  byId('facts').replaceChildren(...facts.map(([name, value]) => el('div', {}, el('dt', {}, name), el('dd', { title: value }, shorten(value, 32)))));
  const { rules } = payload;
  const endings = payload.searches.filter((search) => search.ending).map((search) => `${search.name} ended early: ${search.ending}.`);
  byId('rules').textContent = [
    ...endings,
    `Embedded: the last ${rules.tail_other} lines of the log of a run that did not complete and the last ${rules.tail_complete} of one that did, at most ${rules.tail_characters} characters each;`,
    `learning curves of the ${plural(rules.curve_trials, 'best trial')}, at most ${rules.curve_points} evenly spaced points each.`,
    'The whole logs and histories are beside the results. This file needs no network and sends nothing.',
  ].join(' ');
}

/** Chips that switch the values of a column on and off; all on is no filter. */
function toggles(study, filters, name, node) {
  const column = study.column(name);
  const counts = new Map();
  for (const code of column?.data ?? []) counts.set(code, (counts.get(code) ?? 0) + 1);
  if (counts.size < 2) return () => {};
  const chosen = new Set();
  const buttons = [...counts].sort(([a], [b]) => a - b).map(([code, count]) => {
    const button = el('button', { type: 'button', class: 'chip', 'aria-pressed': 'false', 'data-value': column.levelTexts[code] },
      name === 'status' ? statusMark(column.levelTexts[code]) : shorten(column.levelTexts[code], 24), el('span', { class: 'chip-count' }, String(count)));
    button.addEventListener('click', () => {
      if (!chosen.delete(code)) chosen.add(code);
      show();
      filters.set(name, chosen.size ? (row) => chosen.has(column.data[row]) : null, { onRemove: reset });
    });
    return [code, button];
  });
  const show = () => buttons.forEach(([code, button]) => button.setAttribute('aria-pressed', String(chosen.has(code))));
  const reset = () => { chosen.clear(); show(); };
  node.append(...buttons.map(([, button]) => button));
  return reset;
}

function tagFilter(study, filters) {
  const column = study.column('tags');
  const tags = [...new Set((column?.levelTexts ?? []).flatMap((text) => text.split(';')))].filter(Boolean).sort();
  if (!tags.length) return;
  const select = byId('tag');
  select.append(el('option', { value: '' }, 'any tag'), ...tags.map((tag) => el('option', { value: tag }, shorten(tag, 30))));
  select.addEventListener('change', () => {
    const tag = select.value;
    const passing = column.levelTexts.map((text) => text.split(';').includes(tag));
    filters.set('tag', tag ? (row) => column.data[row] >= 0 && passing[column.data[row]] : null, { onRemove: () => { select.value = ''; } });
  });
  byId('tag-label').hidden = false;
}

function expressionFilter(study, filters) {
  const input = byId('expression');
  const problem = byId('expression-problem');
  const parameter = study.parameters.find((column) => column.numeric) ?? study.objectives[0]?.column;
  const text = study.parameters.find((column) => !column.numeric && column.levels.length && typeof column.levels[0] === 'string');
  const quoted = (name) => (/^[\p{L}_][\p{L}\p{N}_.]*$/u.test(name) ? name : `\`${name}\``);
  const middle = parameter?.extent ? formatNumber((parameter.extent[0] + parameter.extent[1]) / 2, 1) : '0.1';
  const example = parameter ? [`${quoted(parameter.name)} > ${middle}`, text ? `${quoted(text.name)} == ${JSON.stringify(text.levels[0])}` : 'seconds < 60'].join(' and ') : '';
  input.placeholder = `Filter, as in  ${shorten(example, 60)}`;
  const say = (message) => {
    problem.textContent = message;
    problem.hidden = !message;
    input.setAttribute('aria-invalid', String(Boolean(message)));
  };
  const reset = () => { input.value = ''; say(''); };
  const apply = () => {
    const wanted = input.value.trim();
    try {
      const test = wanted ? parseExpression(wanted, (name) => study.column(name)) : null;
      // What can't be computed shows itself at the rows.
      if (test) for (let row = 0; row < study.n; row++) test(row);
      say('');
      filters.set('expression', test, { onRemove: reset });
    } catch (mistake) {
      say(mistake.message);
    }
  };
  input.addEventListener('input', debounced(apply, EXPRESSION_DELAY));
  document.addEventListener('keydown', (event) => {
    if (event.key !== '/' || event.target.matches('input, select, textarea')) return;
    event.preventDefault();
    input.focus();
  });
  return reset;
}

function showActive(filters, study) {
  byId('active').replaceChildren(...filters.labelled.map(([key, { label }]) =>
    el('button', { type: 'button', class: 'chip on', 'aria-label': `Remove the filter ${label}`, on: { click: () => filters.remove(key) } }, label, el('span', { 'aria-hidden': 'true' }, ' ×'))));
  byId('count').textContent = `${filters.rows().length} of ${plural(study.n, 'row')}`;
  byId('reset').hidden = !filters.tests.size;
}

function themeSwitch(onChange) {
  const button = byId('theme');
  const root = document.documentElement;
  const stored = () => { try { return localStorage.getItem('snaketune-theme'); } catch { return null; } };
  const show = () => { button.textContent = isDark() ? '☀ Light' : '☾ Dark'; };
  if (stored()) root.dataset.theme = stored();
  button.addEventListener('click', () => {
    root.dataset.theme = isDark() ? 'light' : 'dark';
    try { localStorage.setItem('snaketune-theme', root.dataset.theme); } catch { /* a file may have no storage */ }
    show();
    onChange();
  });
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => { show(); onChange(); });
  show();
}

/** Runs plotly's script, which the page holds compressed. */
async function loadPlotly() {
  document.head.append(Object.assign(document.createElement('script'), { textContent: await unpack('plotly') }));
  if (!window.Plotly) throw new Error('the charts\' script did not start');
}

async function start() {
  const study = new Study(JSON.parse(await unpack('payload')));
  let charts = [];
  const redraw = debounced(() => { comparison.draw(); charts.forEach((chart) => chart.invalidate()); }, CHARTS_DELAY);
  const filters = new Filters(study, () => { table.update(); showActive(filters, study); redraw(); });
  const table = new TrialTable(study, filters, { onOpen: (row) => drawer.open(row), onSelect: () => { comparison.draw(); charts.find((chart) => chart.id === 'curves')?.invalidate(); } });
  const drawer = new Drawer(study, table);
  const onOpen = (row) => { const place = table.rows.indexOf(row); if (place >= 0) table.moveTo(place); drawer.open(row); };
  const comparison = new Comparison(study, filters, table, onOpen);
  byId('main').hidden = false;
  byId('loading').hidden = true;
  showHead(study);
  themeSwitch(redraw);
  toggles(study, filters, 'status', byId('status-chips'));
  toggles(study, filters, 'search', byId('search-chips'));
  tagFilter(study, filters);
  const clearExpression = expressionFilter(study, filters);
  byId('filters').addEventListener('submit', (event) => event.preventDefault());
  byId('filters').addEventListener('reset', (event) => {
    event.preventDefault();
    clearExpression();
    table.clearInputs();
    filters.clear();
  });
  table.update();
  comparison.draw();
  showActive(filters, study);
  performance.mark('table');
  await loadPlotly();
  charts = [
    historyChart(study, filters, onOpen), scatterChart(study, filters, onOpen), parallelChart(study, filters, onOpen),
    curvesChart(study, filters, table, onOpen), contourChart(study, filters, onOpen), leadersChart(study, filters, onOpen),
  ];
  charts.forEach((chart) => chart.start());
  performance.mark('ready');
  document.documentElement.dataset.ready = 'true';
}

start().catch((problem) => {
  console.error(problem);
  byId('loading').hidden = false;
  byId('loading').textContent = typeof DecompressionStream === 'undefined'
    ? 'This browser is too old for this page: it needs one from 2023 or later.'
    : `This page could not be shown: ${problem.message}`;
});
