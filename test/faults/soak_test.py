"""A process that has run 200 launches has what it had after 20: as much memory, as many descriptors, as little in its
scratch folder and in /tmp."""
import os
import pathlib
import re
import select
import time

from faults import check_log, check_logs, tell_figure
from support import SOURCE

LAUNCHES = 200
SETTLED = 20

# What a heap may still grow by once everything has been allocated once: the arms' results of a run are kept until
# its table is printed, some hundred bytes a launch; 180 launches that leaked 8 KiB each would be over it.
RSS_GROWTH_MAX_KB = 1400

TINY = ["--param", "samples=20", "--param", "interval_ms=1", "--param", "warmup_ms=0", "--param", "drain_ms=100"]
