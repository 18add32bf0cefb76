// Cards of what is beside the trials: importances, final training, timeline, provenance. Their data are a part of the
// page of their own, which is read when the first of these cards comes into sight.

const annex = (() => {
  let found = null;
  return () => (found ??= unpack('annex').then(JSON.parse));
})();

/** The cards that there is something to show in; the others leave the page. */
function annexCharts(study, filters, onOpen) {
  const parts = byId('annex')?.dataset.parts.split(' ') ?? [];
  const makers = { promotions: promotionsChart, spending: spendingChart, importances: importancesChart, final: finalChart, timeline: timelineChart, provenance: provenanceCard };
  for (const name of Object.keys(makers)) {
    if (parts.includes(name)) byId(`${name}-panel`).hidden = false;
    else byId(`${name}-panel`).remove();
  }
  return Object.entries(makers).filter(([name]) => parts.includes(name)).map(([, make]) => make(study, filters, onOpen)).filter(Boolean);
}

/** A chart of the annex; `draw(chart, data)` gets its part. */
function annexChart(name, draw, onOpen) {
  return new Chart(name, async (chart) => draw(chart, (await annex())[name]), onOpen);
}

function importancesChart(study) {
  const ways = [['fanova', 'fANOVA'], ['permutation', 'permutation']];
  return annexChart('importances', (chart, rows) => {
    const shown = rows.filter((row) => ways.some(([way]) => row[way] !== null)).slice(0, 20).reverse();
    if (!shown.length) return chart.say(rows[0]?.note || 'No importance could be computed.');
    chart.node.style.height = `${Math.max(180, shown.length * 26 + 90)}px`;
    const traces = ways.map(([way, name], i) => ({
      type: 'bar', orientation: 'h', name, x: shown.map((row) => row[way]), y: shown.map((_, j) => j), marker: { color: OKABE_ITO[i] },
      error_x: { type: 'data', array: shown.map((row) => row[`${way}_sd`]), thickness: 1, width: 2, color: css('--muted') },
      hovertext: shown.map((row) => `${chartText(row.parameter)}<br>${name} <b>${formatNumber(row[way] ?? NaN, 3)}</b>`), hoverinfo: 'text',
    }));
    chart.plot(traces, layout({
      barmode: 'group', bargap: 0.3, showlegend: true, xaxis: axis('importance', { rangemode: 'tozero', nticks: 6 }),
      yaxis: axis('', { tickmode: 'array', tickvals: shown.map((_, i) => i), ticktext: shown.map((row) => chartText(squeezed(row.parameter, 18))), showgrid: false }),
    }));
    const without = rows.length - shown.length;
    chart.note(`Of all trials of the study${study.payload.budget ? ' that have a result with one and the same budget' : ''}, whatever the filters.${without ? ` ${plural(without, 'parameter')} without an importance, or further down importances.csv, not drawn.` : ''}`);
  });
}

function finalChart(study, filters, onOpen) {
  const rowOf = new Map(Array.from(study.allRows, (row) => [study.trial(row).id, row]).reverse());
  return annexChart('final', (chart, { rows, says }) => {
    if (!rows.length) return chart.say('No trial was trained again.');
    const places = rows.map((_, i) => i);
    const known = rows.map((row) => rowOf.get(row.searched_as));
    const names = rows.map((row, i) => (known[i] === undefined ? row.searched_as : study.rowName(known[i])));
    const trace = (name, key, error, marker) => ({
      type: 'scatter', mode: 'markers', name, x: rows.map((row) => row[key]), y: places, marker, customdata: known,
      error_x: { type: 'data', array: rows.map((row) => row[error] ?? 0), thickness: 1.5, width: 4, color: css('--muted') },
      hovertext: rows.map((row, i) => `${chartText(names[i])}<br>${name} <b>${formatNumber(row[key] ?? NaN)}</b>${row.status === 'complete' ? '' : `<br>${chartText(row.reason || row.status)}`}`), hoverinfo: 'text',
    });
    chart.node.style.height = `${Math.max(180, rows.length * 28 + 90)}px`;
    chart.plot([
      trace('in the search', 'search_value', 'search_se', { size: 9, symbol: 'circle-open', color: OKABE_ITO[1], line: { width: 2 } }),
      trace('final', 'final_value', 'final_se', { size: 9, color: OKABE_ITO[0] }),
    ], layout({
      showlegend: true, xaxis: axis(study.objectives[0]?.column.name ?? '', { nticks: 6 }),
      yaxis: axis('', { autorange: 'reversed', tickmode: 'array', tickvals: places, ticktext: names.map((name) => chartText(squeezed(name, 18))) }),
    }), { displayModeBar: false });
    chart.note(says);
  }, onOpen);
}

function provenanceCard() {
  byId('provenance').addEventListener('toggle', async () => {
    if (byId('provenance').childElementCount > 1) return;
    const { facts, configuration, command } = (await annex()).provenance;
    byId('provenance').append(
      pairList(facts),
      el('h3', {}, 'The command'), copyable(command),
      el('h3', {}, 'The configuration, with its defaults'), copyable(configuration));
  });
}
