"""Runs one run of one trial, and leaves its result.json whatever the program does.

Standard library only, for any Python >= 3.8: `start.py` is started by its path, also in containers and on machines
where nothing of ours is installed. Nothing is imported that a run does not need.

From the bottom up: values (`status`, `run_id`, `spec`, `json_numbers`, `sizes`); what a program gets (`command`,
`configuration`) and gives (`history`, `bounds`, `metrics`); files (`files`, `lock`, `seal`, `states`, `folder`); what
it goes on from (`proposed`, `checkpoints`, `previous`, `origin`); GPUs (`asked`, `devices`, `slots`, `assign`);
processes (`program`, `tree`, `guardian`, `output`, `watch`; of functions `caller`, `calls`, `call_server`, `sharing`,
`call_function`); what became of it (`cluster`, `starts`, `verdict`, `record`, `reread`); all of it together (`run`,
`perform`, `main`, `block`).
"""
