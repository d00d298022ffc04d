# solve: sets up, builds, and runs the main job on the flagship model.
# test:  sets up, builds, and runs every test.
# check-independent: compares answers with an independent implementation and solver (HiGHS, from PyPI).
# fuzz:  runs seeded hostile inputs against every reader for SECONDS.

MODEL ?= Models/us-ndfeb/model.yaml
PREFIX ?= /usr/local
SEEDS ?= 1-40
SECONDS ?= 600
SEED ?= 1

.PHONY: check-independent fuzz solve test build lint install clean

build:
	@Scripts/setup
	swift build -c release --product lodestone

solve: build
	.build/release/lodestone solve $(MODEL) --gap 1%

test:
	@Scripts/setup
	@Scripts/setup-tests
	swift build --build-tests
	swift test --skip-build

check-independent: build
	python3 -m venv .build/venv
	.build/venv/bin/pip install --quiet --requirement Tests/Reference/requirements.txt
	.build/venv/bin/python Tests/Reference/compare.py --lodestone .build/release/lodestone --corpus
	.build/venv/bin/python Tests/Reference/compare.py --lodestone .build/release/lodestone --seeds $(SEEDS)
	.build/venv/bin/python Tests/Reference/properties.py --lodestone .build/release/lodestone --seeds $(SEEDS)

fuzz:
	swift build -c release --product fuzz
	.build/release/fuzz --seconds $(SECONDS) --seed $(SEED)

lint:
	swift format lint --strict --recursive Sources Tests Package.swift

install: build
	install -d $(DESTDIR)$(PREFIX)/bin
	install -m 755 .build/release/lodestone $(DESTDIR)$(PREFIX)/bin/lodestone
	install -d $(DESTDIR)$(PREFIX)/share/lodestone
	install -m 644 .build/lodestone-share/echarts.* $(DESTDIR)$(PREFIX)/share/lodestone

clean:
	rm -rf .build
