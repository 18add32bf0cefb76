// Puts the page together: head, filters, table, charts.

const CHARTS_DELAY = 120;

/** Runs plotly's script, which the page holds compressed. */
async function loadPlotly() {
  document.head.append(Object.assign(document.createElement('script'), { textContent: await unpack('plotly') }));
  if (!window.Plotly) throw new Error('the charts\' script did not start');
}

/** Draws what is not in sight yet when there is nothing else to do, so that it is there when the page is scrolled. */
function drawTheRest(charts) {
  const whenIdle = window.requestIdleCallback ?? setTimeout;
  const next = charts.find((chart) => chart.dirty);
  if (next) whenIdle(() => { next.catchUp(); drawTheRest(charts); });
}

async function start() {
  const study = new Study(JSON.parse(await unpack('payload')));
  let charts = [];
  const redraw = debounced(() => { comparison.draw(); charts.forEach((chart) => chart.invalidate()); }, CHARTS_DELAY);
  const filters = new Filters(study, () => { table.update(); showActive(filters, study); redraw(); view.changed(); });
  const selected = () => { comparison.draw(); charts.find((chart) => chart.id === 'curves')?.invalidate(); view.changed(); };
  const table = new TrialTable(study, filters, { onOpen: (row) => drawer.open(row), onSelect: selected });
  const drawer = new Drawer(study, table);
  const onOpen = (row) => { const place = table.rows.indexOf(row); if (place >= 0) table.moveTo(place); drawer.open(row); };
  const comparison = new Comparison(study, filters, table, onOpen);
  byId('main').hidden = false;
  byId('loading').hidden = true;
  showHead(study);
  showIncomplete(study.payload);
  themeSwitch(redraw);
  const clearExpression = expressionFilter(study, filters);
  toggles(study, filters, 'status', byId('status-chips'));
  toggles(study, filters, 'search', byId('search-chips'));
  tagFilter(study, filters);
  byId('filters').addEventListener('submit', (event) => event.preventDefault());
  byId('filters').addEventListener('reset', (event) => {
    event.preventDefault();
    clearExpression();
    table.clearInputs();
    filters.clear();
  });
  table.addToView();
  table.update();
  comparison.draw();
  showActive(filters, study);
  performance.mark('table');
  await loadPlotly();
  charts = [
    historyChart(study, filters, onOpen), scatterChart(study, filters, onOpen), parallelChart(study, filters, onOpen),
    curvesChart(study, filters, table, onOpen), contourChart(study, filters, onOpen), leadersChart(study, filters, onOpen),
    slicesChart(study, filters, onOpen), ...annexCharts(study, filters, onOpen),
  ];
  charts.forEach((chart) => chart.start());
  drawer.addToView();
  view.onNotUnderstood = showNotUnderstood;
  showNotUnderstood(view.complete());
  drawTheRest(charts);
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
