"""Which devices there are, and by which variables a program sees its own."""

import pytest
from snaketune.runner import devices
from snaketune.runner.devices import NAMED, demand_of, found_by_tools, program_variables, visible

MIG = """\
GPU 0: NVIDIA A100-SXM4-40GB (UUID: GPU-5d5b)
  MIG 3g.20gb     Device  0: (UUID: MIG-c7)
  MIG 3g.20gb     Device  1: (UUID: MIG-c8)
GPU 1: NVIDIA A100-SXM4-40GB (UUID: GPU-77aa)
"""
ROCM = """\
============================ ROCm System Management Interface ============================
GPU[0]		: Device Name: 		AMD Instinct MI300X
GPU[0]		: Device ID: 		0x74a1
GPU[1]		: Device Name: 		AMD Instinct MI300X
==================================== End of ROCm SMI Log =================================
"""


@pytest.fixture(autouse=True)
def no_cluster(monkeypatch):
    monkeypatch.delenv("SLURM_JOB_ID", raising=False)


def ids(environment, named=None):
    found = visible(environment, named)
    return found and (found.ids, found.source)


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({}, None),
        ({"CUDA_VISIBLE_DEVICES": "2, 3"}, ["2", "3"]),
        ({"CUDA_VISIBLE_DEVICES": "GPU-5d5b,MIG-GPU-77/1/0"}, ["GPU-5d5b", "MIG-GPU-77/1/0"]),
        ({"CUDA_VISIBLE_DEVICES": "1,-1,0"}, ["1"]),
        ({"CUDA_VISIBLE_DEVICES": ""}, []),
        ({"CUDA_VISIBLE_DEVICES": "NoDevFiles"}, []),
        ({"CUDA_VISIBLE_DEVICES": "1,1"}, ["1"]),
        ({"ROCR_VISIBLE_DEVICES": "0,1", "HIP_VISIBLE_DEVICES": "1"}, ["1"]),
        ({"ZE_AFFINITY_MASK": "0.1"}, ["0.1"]),
        ({"SLURM_JOB_GPUS": "4,5"}, ["4", "5"]),
        ({"SLURM_JOB_GPUS": "4,5", "SLURM_STEP_GPUS": "5"}, ["5"]),
        ({"SLURM_JOB_GPUS": "4,5", "CUDA_VISIBLE_DEVICES": "0,1"}, ["0", "1"]),
    ],
)
def test_what_variables_say(environment, expected):
    found = ids(environment)
    assert found == (None if expected is None else (expected, found[1]))
    assert found is None or found[1] in environment


def test_the_configuration_goes_before_but_not_before_a_cluster(monkeypatch):
    given = {"CUDA_VISIBLE_DEVICES": "0,1"}
    assert ids(given, ["2"]) == (["2"], NAMED)
    monkeypatch.setenv("SLURM_JOB_ID", "7")
    assert ids(given, ["2"]) == (["0", "1"], "CUDA_VISIBLE_DEVICES")
    assert ids({}, ["2"]) == (["2"], NAMED)


@pytest.mark.parametrize(
    ("tool", "said", "expected"),
    [
        ("nvidia-smi", "GPU 0: A (UUID: GPU-a)\nGPU 1: B (UUID: GPU-b)\n", ["0", "1"]),
        ("nvidia-smi", MIG, ["MIG-c7", "MIG-c8", "1"]),
        ("nvidia-smi", "0\n1\n", ["0", "1"]),
        ("rocm-smi", ROCM, ["0", "1"]),
        ("rocm-smi", '{"card0": {"Device ID": "0x74a1"}, "card1": {"Device ID": "0x74a1"}}', ["0", "1"]),
        ("amd-smi", "GPU: 0\n    BDF: 0000:01:00.0\nGPU: 1\n    BDF: 0000:02:00.0\n", ["0", "1"]),
        ("nvidia-smi", "No devices were found\n", None),
    ],
)
def test_what_tools_list(tmp_path, monkeypatch, tool, said, expected):
    (tmp_path / "said").write_text(said)
    (tmp_path / tool).write_text(f"#!/bin/sh\n/bin/cat {tmp_path}/said\n")
    (tmp_path / tool).chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    found = found_by_tools()
    assert (found and (found.ids, found.source)) == (expected and (expected, tool))


def test_a_tool_that_fails_or_hangs(tmp_path, monkeypatch, capfd):
    for tool, does in (("nvidia-smi", "exit 9"), ("rocm-smi", "exec /bin/sleep 9"), ("amd-smi", "echo 'GPU: 3'")):
        (tmp_path / tool).write_text(f"#!/bin/sh\necho 'GPU 8'\n{does}\n".replace("echo 'GPU 8'\necho", "echo"))
        (tmp_path / tool).chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(devices, "_PATIENCE", 0.3)
    assert found_by_tools().ids == ["3"]
    assert "rocm-smi gave no answer" in capfd.readouterr().err


@pytest.mark.parametrize(
    ("asked", "expected"), [(0, (0, 0)), (0.25, (1, 0.25)), (1, (1, 1)), (1.5, (2, 1)), (3, (3, 1))]
)
def test_demands(asked, expected):
    assert demand_of(asked) == expected


def test_what_a_program_is_told():
    both = {"CUDA_VISIBLE_DEVICES": "1,2", "HIP_VISIBLE_DEVICES": "1,2"}
    assert program_variables("CUDA_VISIBLE_DEVICES", ["1", "2"]) == both
    assert program_variables("nvidia-smi", ["1", "2"]) == both | {"CUDA_DEVICE_ORDER": "PCI_BUS_ID"}
    assert program_variables(NAMED, ["0"])["ZE_AFFINITY_MASK"] == "0"
    assert "ZE_AFFINITY_MASK" not in program_variables(NAMED, ["GPU-a"])
    # HIP would count among what ROCr leaves
    assert program_variables("ROCR_VISIBLE_DEVICES", ["3"]) == {"ROCR_VISIBLE_DEVICES": "3"}
    assert program_variables("CUDA_VISIBLE_DEVICES", []) == {"CUDA_VISIBLE_DEVICES": "", "HIP_VISIBLE_DEVICES": "-1"}
