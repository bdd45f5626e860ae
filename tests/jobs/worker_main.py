"""A worker in a process of its own, for tests that kill it: database URL, folder."""

import sys

from coach.bootstrap import new_id, now
from coach.jobs.worker import Worker
from coach.store.engine import open_engine
from coach.store.jobs import SqlJobQueue
from tests.jobs.runners import staged

if __name__ == "__main__":
    queue = SqlJobQueue(open_engine(sys.argv[1]), lease=2.0, new_id=new_id, now=now)
    Worker(queue, staged, sys.argv[2]).run()
