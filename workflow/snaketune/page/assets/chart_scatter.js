// Two columns against each other, coloured by a third.

const MOST_COLOURS = 8;
const MOST_ERROR_BARS = 300;

function scatterChart(study, filters, onOpen) {
  const columns = axisColumns(study);
  const names = columns.map((column) => column.name);
  const objective = study.objectives[0]?.column.name;
  const varying = study.parameters.filter((column) => columns.includes(column) && (column.numeric ? column.extent[0] < column.extent[1] : column.levels.length > 1));
  const second = study.objectives[1]?.column.name;
  const state = {
    x: second ? objective : (influential(study, varying)[0] ?? varying[0])?.name ?? 'number',
    y: second ?? objective,
    colour: second ? 'pareto' : study.searches.length > 1 ? 'search' : influential(study, varying)[1]?.name ?? objective,
  };
  if (!names.includes(state.y)) Object.assign(state, { y: names.includes('seconds') ? 'seconds' : names[0], colour: 'status' });
  if (!names.includes(state.colour)) state.colour = names.includes('status') ? 'status' : names[0];
  const chart = new Chart('scatter', draw, onOpen);
  for (const [key, label] of [['x', 'x'], ['y', 'y'], ['colour', 'colour']]) {
    chart.controls.append(choice(`scatter.${key}`, label, asChoices(columns), state[key], (name) => { state[key] = name; forget(); chart.invalidate(); }));
  }
  const logs = { x: new LogBox('scatter.logx', 'log x', () => chart.invalidate()), y: new LogBox('scatter.logy', 'log y', () => chart.invalidate()) };
  chart.controls.append(logs.x.node, logs.y.node);
  const forget = () => { box = ''; filters.set('scatter', null); };
  const px = (row) => placeOf(study.column(state.x), row, 0);
  const py = (row) => placeOf(study.column(state.y), row, 7);
  // A box as the address has it: its ends along x, then along y, where it is not in the strip of trials without a value.
  let box = '';
  chart.on('plotly_selected', (event) => {
    // Plotly also reports that a selection has been taken away, and echoes one that it redraws.
    if (event?.points.length && event.range) select([...event.range.x, ...(event.range.y ?? [])]);
  });
  function select(ends) {
    const [left, right, low, high] = [...ends.slice(0, 2).sort((a, b) => a - b), ...ends.slice(2).sort((a, b) => a - b)].map(Number);
    const inside = (row) => px(row) >= left && px(row) <= right && (ends.length < 4 ? !Number.isFinite(py(row)) : py(row) >= low && py(row) <= high);
    box = [left, right, low, high].slice(0, ends.length).map((end) => Number(end.toPrecision(6))).join(',');
    const count = Array.from(filters.rows('scatter')).filter(inside).length;
    filters.set('scatter', inside, { label: `scatter: ${plural(count, 'trial')}`, onRemove: () => { box = ''; } });
  }
  view.add('scatter.box', () => box, (text) => {
    const ends = text.split(',').map(Number);
    if (text && (![2, 4].includes(ends.length) || !ends.every(Number.isFinite))) throw new Error('no box');
    if (text) select(ends); else forget();
  });

  function draw() {
    const [x, y, colour] = [state.x, state.y, state.colour].map((name) => study.column(name));
    if (!x || !y) return chart.say('There is no trial yet.');
    const measured = [x, y, colour].some((column) => column && ['objective', 'metric'].includes(column.role));
    const { rows: passing, note } = measured ? study.alike(filters.rows()) : { rows: filters.rows(), note: '' };
    const mask = new Uint8Array(study.n);
    for (const row of passing) mask[row] = 1;
    const has = (row) => Number.isFinite(x.place(row)) && Number.isFinite(y.place(row));
    const all = Array.from(passing).filter(has);
    const shown = picked(study, all);
    const dim = evenly(Array.from(study.allRows).filter((row) => !mask[row] && has(row)), MOST_FAINT);
    const lost = Array.from(passing).filter((row) => !has(row) && Number.isFinite(x.place(row)));
    const trace = (rows, options) => pointTrace(study, rows, rows.map(px), rows.map(py), options);
    const traces = [trace(dim, { marker: { ...DOTS, size: 5, color: css('--faint') }, showlegend: false })];
    const coloured = colourTraces(study, colour, shown, trace);
    traces.push(...coloured.traces);
    if (y.name === objective && shown.length <= MOST_ERROR_BARS) addErrorBars(study, traces);
    const front = paretoLine(study, x, y, passing);
    if (front) traces.push(front);
    const without = evenly(lost, MOST_FAINT);
    if (lost.length) traces.push(withoutValueTrace(study, without, without.map(px)));
    const ends = { x: scaleFor(x, logs.x), y: scaleFor(y, logs.y) };
    chart.plot(traces, layout({
      ...axesWithStrip(lost.length, columnAxis(x, ends.x.options, ends.x.log), columnAxis(y, ends.y.options, ends.y.log)),
      showlegend: coloured.legend, dragmode: 'select', selections: [], margin: { l: 56, r: coloured.legend ? 16 : 8, t: 10, b: 44 },
    }));
    const hidden = all.length + lost.length < passing.length ? `${plural(passing.length - all.length - lost.length, 'trial')} without ${x.name} not drawn. ` : '';
    chart.note(`Drag over points to filter by them. ${note}${hidden}${pickedNote(shown.length, all.length)}${lostNote(without.length, lost.length)}${outside(y.data, ends.y.options.range, ends.y.log)}`);
  }
  return chart;
}

/** The scale of an axis: results have far outliers, which parameters have not. */
function scaleFor(column, logBox) {
  const log = column.numeric ? logBox.of(column.data, column.log) : logBox.of([], false);
  const measured = column.numeric && (column.role === 'objective' || column.role === 'metric');
  const range = measured || log ? axisRange(Array.from(column.data), log, measured ? [] : column.extent) : undefined;
  return { log, options: range ? { range } : {} };
}

const placeOf = (column, row, salt) => column.place(row) + jitter(column, row, salt);

/** A shift, the same at each drawing, that keeps points of one level from hiding each other. */
function jitter(column, row, salt = 0) {
  return column.numeric ? 0 : shift(row + salt) * 0.4;
}

function colourTraces(study, column, rows, trace) {
  if (!column) return { traces: [trace(rows, { marker: { ...DOTS, color: OKABE_ITO[0] } })], legend: false };
  if (column.numeric) {
    const objective = study.objectives.find((one) => one.column === column);
    const values = rows.map((row) => (column.log ? Math.log10(column.data[row]) : column.data[row]));
    const range = usualRange(values) ?? [0, 0];
    if (range[0] === range[1]) return { traces: [trace(rows, { marker: { ...DOTS, color: OKABE_ITO[0] } })], legend: false };
    const marker = {
      ...DOTS, color: values, cmin: range[0], cmax: range[1], colorscale: colourScale(objective ? !objective.maximize : false),
      colorbar: { title: { text: chartText(column.name, 24), side: 'right', font: { size: 11 } }, thickness: 10, outlinewidth: 0, tickfont: { size: 10, color: css('--muted') }, ...(column.log ? logTicks(range) : {}) },
    };
    const missing = rows.filter((_, i) => !Number.isFinite(values[i]));
    const present = rows.filter((_, i) => Number.isFinite(values[i]));
    marker.color = values.filter(Number.isFinite);
    return { traces: [trace(missing, { marker: { ...DOTS, color: css('--muted'), symbol: 'circle-open' } }), trace(present, { marker })], legend: false };
  }
  const groups = new Map();
  for (const row of rows) {
    const code = column.data[row];
    const group = code < 0 ? -1 : Math.min(code, column.levels.length > MOST_COLOURS ? Math.min(code, MOST_COLOURS - 1) : code);
    if (!groups.has(group)) groups.set(group, []);
    groups.get(group).push(row);
  }
  const traces = [...groups].sort(([a], [b]) => a - b).map(([group, members]) => {
    const last = column.levels.length > MOST_COLOURS && group === MOST_COLOURS - 1;
    const name = group < 0 ? 'none' : last ? 'others' : chartText(column.levelTexts[group], 22);
    return trace(members, { name, marker: { ...DOTS, opacity: 0.8, color: levelColour(study, column, group) } });
  });
  return { traces, legend: traces.length > 1 || column.name !== 'search' };
}

function levelColour(study, column, group) {
  if (group < 0) return css('--muted');
  if (column.name === 'search') return searchColour(study, column.levels[group]);
  if (column.name === 'status') return css(`--${column.levels[group]}`);
  if (column.name === 'pareto') return column.levels[group] ? FAILED : OKABE_ITO[4];
  return OKABE_ITO[group % OKABE_ITO.length];
}

/** The standard error over a trial's runs. */
function addErrorBars(study, traces) {
  const error = study.column('value_se');
  if (error.empty) return;
  for (const trace of traces.slice(1)) {
    trace.error_y = { type: 'data', array: trace.customdata.map((row) => error.place(row)), thickness: 1, width: 3, color: css('--muted') };
  }
}

/** The front through the Pareto set, where the axes are two objectives. */
function paretoLine(study, x, y, rows) {
  const column = study.column('pareto');
  if (!column || x === y || x.role !== 'objective' || y.role !== 'objective') return null;
  const front = Array.from(rows).filter((row) => column.value(row) === true).sort((a, b) => x.data[a] - x.data[b]);
  return {
    type: 'scatter', mode: 'lines', name: 'Pareto front', x: front.map((row) => x.data[row]), y: front.map((row) => y.data[row]),
    line: { width: 1.5, dash: 'dot', color: FAILED }, hoverinfo: 'skip',
  };
}
