# solve: sets up, builds, and runs the main job on the flagship model.
# test:  sets up, builds with the numerical targets optimised, and runs every test.
# check-independent: compares answers with an independent implementation and solver (HiGHS, from PyPI).
# check-python: every test of the Python package: workbooks in LibreOffice, sweeps on Dask, Slurm and Snakemake, notebooks.
# check-readmes: holds every figure of the models' pages and of the README against runs.
# install: the program, its manual pages, completions for bash, zsh and fish, and the documentation, under PREFIX.
# static: a program that needs no Swift libraries on the machine it runs on.
# wheel: the Python package with the static program in it, in Python/dist.
# readmes: writes the pages of the models, and the figures of the README, from runs.
# docs:  the reference of the Swift libraries as HTML, in .build/docs.
# fuzz:  runs seeded hostile inputs against every reader for SECONDS.

MODEL ?= Models/us-ndfeb/model.yaml
PREFIX ?= /usr/local
SEEDS ?= 1-40
SECONDS ?= 600
SEED ?= 1

.PHONY: build check-independent check-python check-readmes clean completions docs fuzz install lint man readmes solve static test wheel

build:
	@Scripts/setup
	swift build -c release --product lodestone

solve: build
	.build/release/lodestone solve $(MODEL) --gap 1%

test:
	@Scripts/setup
	@{ Scripts/setup-tests; Scripts/setup-tests --python; } & LODESTONE_OPTIMISED_TESTS=1 swift build --build-tests && wait
	LODESTONE_OPTIMISED_TESTS=1 timeout --kill-after=10 1800 swift test --skip-build
	@Scripts/check-random .build/debug/lodestone
	@Scripts/check-readmes .build/debug/lodestone --quick
	@Scripts/check-python .build/debug/lodestone -m "not slow"

check-independent: build
	python3 -m venv .build/venv
	.build/venv/bin/pip install --quiet --requirement Tests/Reference/requirements.txt
	.build/venv/bin/python Tests/Reference/compare.py --lodestone .build/release/lodestone --corpus
	.build/venv/bin/python Tests/Reference/compare.py --lodestone .build/release/lodestone --seeds $(SEEDS)
	.build/venv/bin/python Tests/Reference/properties.py --lodestone .build/release/lodestone --seeds $(SEEDS)
	.build/venv/bin/python Tests/Reference/uncertain.py --lodestone .build/release/lodestone
	.build/venv/bin/python Tests/Reference/adversary.py --lodestone .build/release/lodestone

check-python: build
	@Scripts/setup-tests --python-all
	Scripts/check-python .build/release/lodestone

readmes: build
	Scripts/model-readmes --lodestone .build/release/lodestone

# Every figure of every page against runs; the tests leave out those that take long.
check-readmes: build
	Scripts/check-readmes .build/release/lodestone

fuzz:
	swift build -c release --product fuzz
	.build/release/fuzz --seconds $(SECONDS) --seed $(SEED)

lint:
	swift format lint --strict --recursive Sources Tests Package.swift

# `man lodestone solve` finds lodestone-solve.1, where the generator writes lodestone.solve.1.
man: build
	rm -rf .build/man && mkdir -p .build/man/raw
	swift package --allow-writing-to-package-directory generate-manual --multi-page --output-directory .build/man/raw
	for page in .build/man/raw/*.1; do \
	  name=$$(basename $$page .1 | tr . -); \
	  sed -E 's/^(.(Xr|Dt) [Ll][A-Z]*[a-z]*)[.]([A-Za-z]+)/\1-\3/' $$page > .build/man/$$name.1; \
	done
	rm -rf .build/man/raw

completions: build
	mkdir -p .build/completions
	.build/release/lodestone --generate-completion-script bash > .build/completions/lodestone
	.build/release/lodestone --generate-completion-script zsh > .build/completions/_lodestone
	.build/release/lodestone --generate-completion-script fish > .build/completions/lodestone.fish

static:
	@Scripts/setup
	swift build -c release --product lodestone --static-swift-stdlib

wheel: static
	Scripts/wheel .build/release/lodestone

docs:
	Scripts/docs .build/docs

install: build man completions
	install -d $(DESTDIR)$(PREFIX)/bin
	install -m 755 .build/release/lodestone $(DESTDIR)$(PREFIX)/bin/lodestone
	install -d $(DESTDIR)$(PREFIX)/share/lodestone
	-install -m 644 .build/lodestone-share/echarts.* $(DESTDIR)$(PREFIX)/share/lodestone
	install -d $(DESTDIR)$(PREFIX)/share/man/man1
	install -m 644 .build/man/*.1 $(DESTDIR)$(PREFIX)/share/man/man1
	install -d $(DESTDIR)$(PREFIX)/share/bash-completion/completions
	install -m 644 .build/completions/lodestone $(DESTDIR)$(PREFIX)/share/bash-completion/completions
	install -d $(DESTDIR)$(PREFIX)/share/zsh/site-functions
	install -m 644 .build/completions/_lodestone $(DESTDIR)$(PREFIX)/share/zsh/site-functions
	install -d $(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d
	install -m 644 .build/completions/lodestone.fish $(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d
	install -d $(DESTDIR)$(PREFIX)/share/doc/lodestone
	cp -R README.md LICENSE NOTICE CHANGELOG.md CONTRIBUTING.md SECURITY.md CITATION.cff Docs Models $(DESTDIR)$(PREFIX)/share/doc/lodestone

clean:
	rm -rf .build
