# solve: sets up, builds, and runs the main job on the flagship model.
# test:  sets up, builds, and runs every test.

MODEL ?= Models/us-ndfeb/model.yaml
PREFIX ?= /usr/local

.PHONY: solve test build lint install clean

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

lint:
	swift format lint --strict --recursive Sources Tests Package.swift

install: build
	install -d $(DESTDIR)$(PREFIX)/bin
	install -m 755 .build/release/lodestone $(DESTDIR)$(PREFIX)/bin/lodestone
	install -d $(DESTDIR)$(PREFIX)/share/lodestone
	install -m 644 .build/lodestone-share/echarts.* $(DESTDIR)$(PREFIX)/share/lodestone

clean:
	rm -rf .build
