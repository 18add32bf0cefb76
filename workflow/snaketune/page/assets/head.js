// What stands above and below everything: the study, its goal, how good it got, and what is to be known of the page.

const MOST_EXTREMES = 4;
const REREAD_SECONDS = 30;

function showHead(study) {
  const { payload } = study;
  byId('study').textContent = study.name;
  byId('study').title = study.name;
  const goal = payload.objectives.map(({ name, direction }) => `${direction} ${name}`).join(', ');
  const limits = payload.limits.map(({ metric, min, max }) => [min === null ? '' : `${formatNumber(min)} ≤ `, metric, max === null ? '' : ` ≤ ${formatNumber(max)}`].join(''));
  byId('goal').textContent = goal + (limits.length ? `, with ${limits.join(', ')}` : '');
  byId('goal').title = byId('goal').textContent;
  const { whole } = payload;
  const seconds = whole ? whole.seconds : payload.trials.reduce((total, trial) => total + trial.runs.reduce((sum, run) => sum + run.seconds, 0), 0);
  const facts = [...(study.objectives.length > 1 ? aboutFront(study) : aboutBest(study)), ['trials', String(whole ? whole.trials : payload.trials.length)], ['run time', duration(seconds)],
    ...(payload.budget ? [[`${payload.budget.name} trained`, `${formatNumber(payload.budget.trained)} of ${formatNumber(payload.budget.in_full)}`, payload.budget.said]] : [])];
  byId('facts').replaceChildren(...facts.map(([name, value, more]) => el('div', { title: [name, value, more].filter(Boolean).join('\n') }, el('dt', {}, name), el('dd', {}, value))));
  showRules(payload);
  showEndings(payload);
  showSentences('models', payload.models ?? []);
  if (!whole) return;
  byId('whole').textContent = `${payload.trials.length} of ${plural(whole.trials, 'trial')} are on this page: those that were the best so far, the best ones, `
    + `${study.objectives.length > 1 ? 'the Pareto set, ' : ''}up to a third without a value, and others picked evenly. Ranks and counts above are of all; results.csv has all.`;
  byId('whole').hidden = false;
}

function aboutBest(study) {
  const [best] = bestRows(study, study.allRows, 1);
  if (best === undefined) return [];
  const budget = study.full(best) ? '' : ` with ${study.budgetText(best)}`;
  return [['best', study.objectiveText(best) + budget, budget && 'No complete trial has the full budget.'], ['found by', study.rowName(best)]];
}

/** With several objectives: the Pareto set, and the best value of each objective among its trials. */
function aboutFront(study) {
  const { front } = study.payload;
  if (!front?.size) return [];
  const rows = Array.from(study.allRows).filter((row) => study.column('pareto').value(row) === true);
  const extremes = study.objectives.slice(0, MOST_EXTREMES).map(({ column, maximize }, i) => {
    const best = rows.reduce((a, b) => ((maximize ? column.data[b] > column.data[a] : column.data[b] < column.data[a]) ? b : a));
    return [`best ${column.name}`, study.objectiveText(best, i), study.rowName(best)];
  });
  return [
    ['Pareto set', plural(front.size, 'trial')],
    ['hypervolume', formatNumber(front.hypervolume, 4), 'dominated fraction of the box of all values, as in summary.md'], ...extremes,
  ];
}

/** Why searches ended before their time. */
function showEndings({ searches }) {
  const endings = searches.filter((search) => search.ending).map((search) => `${search.name} ended early: ${search.ending}.`);
  showSentences('endings', endings);
}

function showSentences(id, sentences) {
  byId(id).replaceChildren(...sentences.map((text) => el('span', {}, text)));
  byId(id).hidden = !sentences.length;
}

function showRules({ rules }) {
  byId('rules').textContent = [
    `Embedded: the last ${rules.tail_other} lines of the log of a run that did not complete and the last ${rules.tail_complete} of one that did, at most ${rules.tail_characters} characters each;`,
    `learning curves of the ${plural(rules.curve_trials, 'best trial')}, at most ${rules.curve_points} evenly spaced points each.`,
    'The whole logs and histories are beside the results. What is chosen here stands in the address behind the #: with it, this file shows the same to others. It needs no network and sends nothing.',
  ].join(' ');
}

/** Says that there is more to come; the file is read again if that is asked for, and every so often if that is. */
function showIncomplete({ incomplete }) {
  if (!incomplete) return;
  const again = () => { view.save(); location.reload(); };
  let timer = null;
  const busy = () => document.activeElement?.matches('input[type="text"], select, textarea');
  const repeat = (on) => {
    clearInterval(timer);
    timer = on ? setInterval(() => { if (!busy()) again(); }, REREAD_SECONDS * 1000) : null;
  };
  byId('incomplete').append(
    el('span', {}, incomplete), el('button', { type: 'button', class: 'quiet', id: 'reread', on: { click: again } }, 'Read again'),
    checkbox('reread', `every ${REREAD_SECONDS} s`, false, repeat));
  byId('incomplete').hidden = false;
}

function showNotUnderstood(parts) {
  const node = byId('not-understood');
  node.hidden = !parts.size;
  node.textContent = `The address asks for what this page does not have: ${[...parts].map((part) => shorten(part, 60)).join(', ')}`;
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
