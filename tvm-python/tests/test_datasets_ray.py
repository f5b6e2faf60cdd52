"""Data sets made on a cluster of Ray: two nodes, each a set of processes of its own on this machine."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

import transformer_vm as tvm
from datasets_support import digits, write

ray = pytest.importorskip("ray")
pytest.importorskip("pyarrow")
from ray.cluster_utils import Cluster  # noqa: E402

from transformer_vm import datasets  # noqa: E402

#: Of shared memory, for each node.
STORE = {"object_store_memory": 100 << 20}


@pytest.fixture(scope="module")
def cluster():
    found = Cluster(initialize_head=True, head_node_args={"num_cpus": 1, **STORE})
    found.add_node(num_cpus=1, **STORE)
    # Workers find what this process finds, wherever it was started.
    path = os.pathsep.join(entry for entry in sys.path if entry)
    ray.init(address=found.address, log_to_driver=False, runtime_env={"env_vars": {"PYTHONPATH": path}})
    ray.data.DataContext.get_current().enable_progress_bars = False
    yield found
    ray.shutdown()
    found.shutdown()


def processes_of_tasks():
    """The processes that make shards now, by the name that Ray gives them."""
    listed = subprocess.run(["ps", "-eo", "pid=,args="], capture_output=True, text=True, check=True).stdout
    lines = (line.split(None, 1) for line in listed.splitlines())
    return [int(pid) for pid, name in lines if name.startswith("ray::") and "_task" in name]


def test_a_cluster_of_two_nodes_gives_the_same(cluster, tmp_path):
    sequential = write(tmp_path / "sequential", "sequential", 10_000, per_shard=500)
    by_ray = write(tmp_path / "ray", "ray", 10_000, per_shard=500)
    assert by_ray.digest == sequential.digest
    by_ray.verify()
    assert len([node for node in ray.nodes() if node["Alive"]]) == 2


def test_a_killed_worker_loses_nothing(cluster, tmp_path):
    whole = write(tmp_path / "whole", "threads", 20_000, per_shard=1000)
    folder, killed = tmp_path / "killed", []

    def kill():
        # In the middle: some shards are there, others are not begun.
        while len(list(folder.glob("*.parquet"))) < 2:
            time.sleep(0.002)
        while not killed:
            for process in processes_of_tasks()[:1]:
                os.kill(process, signal.SIGKILL)
                killed.append((process, len(list(folder.glob("*.parquet")))))

    killer = threading.Thread(target=kill, daemon=True)
    killer.start()
    made = write(folder, "ray", 20_000, per_shard=1000)
    killer.join(10)
    assert killed and killed[0][1] < 20, killed
    assert made.digest == whole.digest
    made.verify()


def test_a_killed_driver_loses_nothing(cluster, tmp_path):
    whole = write(tmp_path / "whole", "threads", 5000)
    folder = tmp_path / "killed"
    support = Path(__file__).with_name("datasets_support.py")
    environment = {**os.environ, "RAY_ADDRESS": cluster.address, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    driver = subprocess.Popen([sys.executable, str(support), str(folder), "ray", "5000"], env=environment)
    while len(list(folder.glob("*.parquet"))) < 3:
        assert driver.poll() is None, "it ended before it was killed"
        time.sleep(0.002)
    driver.kill()
    driver.wait()
    assert len(list(folder.glob("*.parquet"))) < 50
    assert write(folder, "ray", 5000).digest == whole.digest


def test_what_goes_wrong_on_a_worker_is_raised(cluster, tmp_path):
    with pytest.raises(tvm.errors.UsageError, match="nearest name"):
        datasets.write(tmp_path, [digits()], [b"1"], values=["byte_numbers"], engine="ray")
