"""docs/CLAIMS.md is what the probes say, and holds no claim twice."""
import pathlib
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]


def test_the_page_is_up_to_date():
    done = subprocess.run([ROOT / "tools/claims-doc", "--check"], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout
