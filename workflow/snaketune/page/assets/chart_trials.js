// Best so far, scatter, and the best trials with their spread.

const MOST_COLOURS = 8;
const MOST_LEADERS = 15;
const MOST_ERROR_BARS = 300;

/** Numeric columns, and texts with few enough different values to be an axis. */
const axisColumns = (study) => [...study.columns.values()].filter(
  (column) => !column.empty && !['trial', 'name', 'reason', 'description', 'started', 'finished'].includes(column.name) && (column.numeric || column.levels.length <= 60));

const asChoices = (columns) => columns.map((column) => [column.name, column.name]);

function historyChart(study, filters, onOpen) {
  const state = { by: 'trials', objective: 0 };
  const chart = new Chart('history', draw, onOpen);
  const change = (name) => (value) => { state[name] = name === 'objective' ? Number(value) : value; chart.invalidate(); };
  if (study.objectives.length > 1) {
    chart.controls.append(choice('of', study.objectives.map(({ column }, i) => [i, column.name]), '0', change('objective')));
  }
  chart.controls.append(choice('by', [['trials', 'trials'], ['time', 'wall-clock time'], ['cost', 'run time spent']], 'trials', change('by')));

  const number = study.column('number');
  const seconds = study.column('seconds');
  const finished = study.column('finished');
  const searchOf = study.column('search');

  /** The rows of each search in the order that counts, with their places on the x axis. */
  function ordered() {
    return study.searches.map((search) => {
      const rows = study.allRows.filter((row) => searchOf.value(row) === search.name);
      const time = (row) => Date.parse(finished.text(row));
      rows.sort((a, b) => (state.by === 'time' ? time(a) - time(b) : 0) || number.data[a] - number.data[b]);
      let spent = 0;
      const x = Array.from(rows, (row, i) => {
        spent += seconds.data[row] || 0;
        return { trials: i + 1, time: finished.text(row), cost: spent }[state.by];
      });
      return { search, rows, x };
    }).filter(({ rows }) => rows.length);
  }

  function draw() {
    const { column, maximize } = study.objectives[state.objective] ?? {};
    if (!column) return chart.say('There is no trial yet.');
    const passing = new Set(filters.rows());
    const parts = ordered();
    const hasValue = (row) => study.complete(row) && Number.isFinite(column.place(row));
    const lines = [], points = [];
    const dim = { rows: [], x: [] }, lost = { rows: [], x: [] };
    for (const { search, rows, x } of parts) {
      const colour = searchColour(study, search.name);
      const best = { x: [], y: [] }, own = { rows: [], x: [] };
      rows.forEach((row, i) => {
        const target = !hasValue(row) ? lost : passing.has(row) ? own : dim;
        target.rows.push(row);
        target.x.push(x[i]);
        const previous = best.y.at(-1);
        const better = previous === undefined || (maximize ? column.data[row] > previous : column.data[row] < previous);
        if (hasValue(row) && study.feasible(row) && better) { best.x.push(x[i]); best.y.push(column.data[row]); }
      });
      if (best.y.length) { best.x.push(x.at(-1)); best.y.push(best.y.at(-1)); }
      points.push(pointTrace(study, own.rows, own.x, own.rows.map((row) => column.data[row]), {
        name: search.name, showlegend: false, marker: { ...DOTS, size: 6, color: colour, opacity: 0.45 },
      }));
      lines.push({
        type: 'scatter', mode: 'lines', x: best.x, y: best.y, name: chartText(search.name, 24), line: { shape: 'hv', width: 2.5, color: colour },
        hoverinfo: 'skip',
      });
    }
    const range = column.numeric ? axisRange(Array.from(column.data)) : undefined;
    const y = axis(column.name, range ? { range } : { range: [0, 1], showticklabels: false });
    const traces = [
      pointTrace(study, dim.rows, dim.x, dim.rows.map((row) => column.data[row]), { marker: { ...DOTS, size: 5, color: css('--faint') }, showlegend: false }),
      ...points, ...lines,
    ];
    if (lost.rows.length) traces.push(withoutValueTrace(study, lost.rows, lost.x));
    const title = { trials: 'trials of the search', time: 'time (UTC)', cost: 'run time spent by the search (s)' }[state.by];
    const x = axis(title, state.by === 'time' ? { type: 'date' } : { rangemode: 'tozero' });
    chart.plot(traces, layout({ ...axesWithStrip(lost.rows.length, x, y), showlegend: parts.length > 1 }));
    chart.note(range ? outside(column.data, range) : 'No trial is complete.');
  }
  return chart;
}

/** Says how many values an axis does not show. */
function outside(numbers, range) {
  if (!range) return '';
  let count = 0;
  for (const value of numbers) count += value < range[0] || value > range[1];
  return count ? `${plural(count, 'far value')} beyond the axis; double-click shows all.` : '';
}

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
    chart.controls.append(choice(label, asChoices(columns), state[key], (name) => { state[key] = name; forget(); chart.invalidate(); }));
  }
  const forget = () => filters.set('scatter', null);
  chart.on('plotly_selected', (event) => {
    // Plotly also reports that a selection has been taken away, and echoes one that it redraws.
    if (!event || !event.points.length) return;
    const rows = new Set(event.points.map((point) => point.customdata));
    filters.set('scatter', (row) => rows.has(row), { label: `scatter: ${plural(rows.size, 'trial')}` });
  });

  function draw() {
    const [x, y, colour] = [state.x, state.y, state.colour].map((name) => study.column(name));
    if (!x || !y) return chart.say('There is no trial yet.');
    const passing = filters.rows();
    const mask = new Uint8Array(study.n);
    for (const row of passing) mask[row] = 1;
    const has = (row) => Number.isFinite(x.place(row)) && Number.isFinite(y.place(row));
    const shown = Array.from(passing).filter(has);
    const dim = Array.from(study.allRows).filter((row) => !mask[row] && has(row));
    const lost = Array.from(passing).filter((row) => !has(row) && Number.isFinite(x.place(row)));
    const px = (row) => x.place(row) + jitter(x, row);
    const py = (row) => y.place(row) + jitter(y, row, 7);
    const trace = (rows, options) => pointTrace(study, rows, rows.map(px), rows.map(py), options);
    const traces = [trace(dim, { marker: { ...DOTS, size: 5, color: css('--faint') }, showlegend: false })];
    const coloured = colourTraces(study, colour, shown, trace);
    traces.push(...coloured.traces);
    if (y.name === objective && shown.length <= MOST_ERROR_BARS) addErrorBars(study, traces);
    const front = paretoLine(study, x, y, passing);
    if (front) traces.push(front);
    if (lost.length) traces.push(withoutValueTrace(study, lost, lost.map(px)));
    const range = y.role === 'objective' || y.role === 'metric' ? axisRange(Array.from(y.data), y.log) : undefined;
    const across = columnAxis(x, x.role === 'objective' ? { range: axisRange(Array.from(x.data)) } : {});
    const up = columnAxis(y, range && !y.log ? { range } : {});
    chart.plot(traces, layout({
      ...axesWithStrip(lost.length, across, up), showlegend: coloured.legend, dragmode: 'select', selections: [], margin: { l: 56, r: coloured.legend ? 16 : 8, t: 10, b: 44 },
    }));
    const hidden = shown.length + lost.length < passing.length ? `${plural(passing.length - shown.length - lost.length, 'trial')} without ${x.name} not drawn. ` : '';
    chart.note(`Drag over points to filter by them. ${hidden}${range && !y.log ? outside(y.data, range) : ''}`);
  }
  return chart;
}

/** A shift, the same at each drawing, that keeps points of one level from hiding each other. */
function jitter(column, row, salt = 0) {
  return column.numeric ? 0 : shift(row + salt) * 0.4;
}

/** A number from -0.5 to 0.5 that looks random. */
const shift = (row) => ((row * 2654435761) % 1000) / 1000 - 0.5;

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

function logTicks([low, high]) {
  const step = Math.max(1, Math.ceil((high - low) / 5));
  const decades = [];
  for (let decade = Math.ceil(low); decade <= high; decade += step) decades.push(decade);
  const places = decades.length > 1 ? decades : [low, high];
  return { tickmode: 'array', tickvals: places, ticktext: places.map((place) => formatNumber(10 ** place, 2)) };
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

/** Parameters by how much of the objective's spread the means of groups of similar values explain, most first. */
function influential(study, columns) {
  const objective = study.objectives[0]?.column;
  if (!objective) return [];
  const rows = Array.from(study.allRows).filter((row) => Number.isFinite(objective.place(row)));
  const rank = new Float64Array(study.n);
  [...rows].sort((a, b) => objective.data[a] - objective.data[b]).forEach((row, i) => { rank[row] = i; });
  const explained = (column) => {
    const present = rows.filter((row) => Number.isFinite(column.place(row))).sort((a, b) => column.place(a) - column.place(b));
    const continuous = column.numeric && column.distinct(8).length > 8;
    const sums = new Map();
    const mean = (present.length - 1) / 2;
    present.forEach((row, i) => {
      const group = continuous ? Math.floor((i * 6) / present.length) : column.place(row);
      const sum = sums.get(group) ?? [0, 0];
      sums.set(group, [sum[0] + rank[row] - mean, sum[1] + 1]);
    });
    return [...sums.values()].reduce((total, [sum, count]) => total + (sum * sum) / count, 0);
  };
  return columns.map((column) => [explained(column), column]).sort((a, b) => b[0] - a[0]).map(([, column]) => column);
}

function leadersChart(study, filters, onOpen) {
  const chart = new Chart('leaders', draw, onOpen);
  function draw() {
    const objective = study.objectives[0];
    const rows = bestRows(study, filters.rows(), MOST_LEADERS);
    if (!rows.length) return chart.say('No complete trial passes the filters.');
    const { column } = objective;
    const error = study.column('value_se');
    const places = rows.map((_, i) => i);
    const runs = rows.flatMap((row, i) => study.trial(row).runs.filter((run) => run.values[0] !== null).map((run) => [run.values[0], i, row, run.run]));
    const traces = [];
    if (runs.length > rows.length) {
      traces.push({
        type: 'scatter', mode: 'markers', x: runs.map(([value]) => value), y: runs.map(([, i]) => i), customdata: runs.map(([, , row]) => row),
        hovertext: runs.map(([value, , row, run]) => `${chartText(study.rowName(row))} ${run}<br><b>${formatNumber(value)}</b>`), hoverinfo: 'text',
        marker: { symbol: 'line-ns', size: 9, line: { width: 1.5, color: css('--muted') } },
      });
    }
    traces.push(pointTrace(study, rows, rows.map((row) => column.data[row]), places, {
      marker: { ...DOTS, size: 9, color: rows.map((row) => searchColour(study, study.column('search').value(row))) },
      error_x: error.empty ? undefined : { type: 'data', array: rows.map((row) => error.place(row)), thickness: 1.5, width: 4, color: css('--muted') },
    }));
    chart.plot(traces, layout({
      xaxis: axis(column.name, { nticks: 6 }),
      yaxis: axis('', { autorange: 'reversed', tickmode: 'array', tickvals: places, ticktext: rows.map((row) => chartText(study.rowName(row), 22)), showgrid: true }),
    }));
    const n = Math.max(...rows.map((row) => study.trial(row).runs.length));
    chart.note(n > 1 ? `${study.payload.aggregate} over the runs of a trial with its standard error; bars are single runs.` : 'One run each: there is no spread to show.');
  }
  return chart;
}
