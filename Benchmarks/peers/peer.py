#!/usr/bin/env python3
"""Runs one peer once and prints its phases in CPU seconds as JSON: peer.py pyomo|linopy data.json seconds"""
import contextlib
import importlib
import json
import os
import sys
import time

started = time.process_time()
module = importlib.import_module(sys.argv[1] + "_model")
imported = time.process_time()
with open(os.devnull, "w", encoding="utf-8") as nothing, contextlib.redirect_stdout(nothing):
    model = module.build(sys.argv[2])
    built = time.process_time()
    model = module.load(model)
    loaded = time.process_time()
    objective = module.solve(model, float(sys.argv[3]))
solved = time.process_time()
print("\n" + json.dumps({"start": imported, "build": built - imported, "load": loaded - built,
                         "solve": solved - loaded, "objective": objective}))
